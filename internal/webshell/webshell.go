package webshell

import (
	"bytes"
	"html"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/encoding/unicode"
)

// Outcome is the judgement on a file.
type Outcome uint8

// The outcomes. Review is a page that a person should look at: nothing in it
// proves a web shell, and an administrator may have written it.
const (
	Nothing Outcome = iota
	Review
	WebShell
)

// String names the outcome in reports.
func (o Outcome) String() string {
	return [...]string{"nothing", "review", "web shell"}[min(o, WebShell)]
}

// Result is the judgement on one file.
type Result struct {
	Outcome Outcome
	Class   Class     // what was found, "" for nothing
	Why     string    // one sentence for a person
	Carrier string    // what the code is hidden in, "" for a page
	When    time.Time // the file's own clock (WhenChangedUTC), zero if it has none
	Key     string    // the first request parameter that is read by name, "" if none
	Grave   bool      // of a review: no product and hardly an administrator does this
	Page    string    // of a compiled page: its address path as compiled
	Partly  bool      // a cap was reached before the end of the code
	Alone   bool      // its code is all in it: it takes in no file of an application
	Deaf    bool      // a page, judged as nothing, that does not read what a request sends
}

// Inspect judges the content of one file. The path is the one the file had
// on its server, as far as it is known, or its name in the evidence: it
// decides which server would run the file and what the file should be, never
// alone that it is a web shell.
func Inspect(name string, content []byte) Result {
	p := clean(name)
	content = plainText(content)
	body := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n\x00")
	if len(body) == 0 {
		return Result{}
	}
	if r, ok := residue(p, body); ok {
		return r
	}
	if isDump(body) {
		return inspectDump(p, body)
	}
	if document(p) && !script(p) {
		return Result{}
	}
	carrier := carrierOf(body)
	served := inServedFolder(p)
	static := staticEnding(p)
	begins := body[0] == '<'
	switch {
	case carrier != "", begins, served && (static || pageEnding(p)), script(p):
	default:
		return Result{} // text that quotes code, or no code
	}
	low := lower(body)
	if !mayHoldCode(low) && !codeFile(p) && !isRazor(p) && !script(p) && familyOf(p) != familyOther {
		return withName(p, Result{Deaf: begins && pageEnding(p) && alone(p, low)})
	}
	pg, facts, key := examine(p, body, low)
	if carrier == "" && !begins && static {
		if !pg.bare || len(pg.pieces) == 0 || strings.HasSuffix(p, ".txt") {
			return Result{} // words around code: a note that quotes it
		}
		carrier = "a file that servers hand out as it is (" + path.Ext(p) + ")"
	}
	r := judge(pg, facts|embedded(p, low), p, carrier)
	r.Key, r.Partly = key, pg.cut
	if r.Outcome == Nothing {
		r.Key = ""
		r.Deaf = !facts.has(readsRequest) && !pg.cut && begins && pageEnding(p) && alone(p, low)
	}
	r.Alone = carrier != "" || alone(p, low)
	if static && !served && r.Outcome == WebShell && carrier == "" && (strings.HasSuffix(p, ".html") || strings.HasSuffix(p, ".htm") || strings.HasSuffix(p, ".xml") || strings.HasSuffix(p, ".svg")) && pg.family != familySheet {
		r.Outcome = Review // a page that quotes code, unless a server runs it
	}
	return withName(p, r)
}

// alone reports a page whose code is all in it: it names no other file and no
// class behind it. A page of an application does; a planted one hardly ever.
func alone(p string, low []byte) bool {
	signs := []string{"#include", "codefile", "codebehind", "inherits=", "@ register", "masterpagefile", "server.execute", "server.transfer", "<script src=", "abspath"}
	for _, sign := range signs {
		if bytes.Contains(low, []byte(sign)) {
			return false
		}
	}
	return familyOf(p) != familyPHP || !ownFile().Match(low)
}

// ownFile finds where PHP takes in a file of its own project, or makes a class
// from one of its project's.
var ownFile = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:require|include)(?:_once)?\s*\(?\s*(?:__dir__|dirname|[a-z_]{3,40}\s*\.|['"][^'"]*\.(?:php|inc))|\bnamespace\s+[a-z]|\bclass\s+\w+\s+extends\s`)
})

// plainText turns UTF-16 into UTF-8.
func plainText(content []byte) []byte {
	e := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		e = unicode.BigEndian
	case len(content) > 8 && content[0] == '<' && content[1] == 0 && content[3] == 0 && content[5] == 0:
	default:
		return content
	}
	if out, err := unicode.UTF16(e, unicode.UseBOM).NewDecoder().Bytes(content); err == nil {
		return out
	}
	if out, err := unicode.UTF16(e, unicode.IgnoreBOM).NewDecoder().Bytes(content); err == nil {
		return out
	}
	return content
}

// mayHoldCode is the cheap test that most files fail.
func mayHoldCode(low []byte) bool {
	for _, sign := range [...]string{"<%", "<?", "runat", ":script", "jsp:"} {
		if bytes.Contains(low, []byte(sign)) {
			return true
		}
	}
	return false
}

// examine reads the server code of a page.
func examine(p string, body, low []byte) (*page, fact, string) {
	text := string(body)
	pg := divide(low, p)
	if len(pg.pieces) == 0 {
		return pg, 0, ""
	}
	l := &lexer{}
	var guess language
	for _, c := range pg.pieces {
		code := text[c.start:c.end]
		lang := c.lang
		switch {
		case lang != unknown:
		case pg.family == familyJSP:
			lang = curly
		case pg.family == familySheet:
			lang = jscript
		case named(pg.language) != unknown:
			lang = named(pg.language)
		default:
			if guess == unknown {
				guess = guessed(pg, text, p)
			}
			lang = guess
		}
		if pg.family == familySheet || strings.HasSuffix(p, ".jspx") {
			if !strings.Contains(code, "<![CDATA[") {
				code = html.UnescapeString(code)
			}
		}
		if lang == curly || lang == jscript {
			code = openEscapes(code)
		}
		l.lang = lang
		switch c.form {
		case output:
			l.add(token{kind: tokenOpen})
		case binding:
			l.add(token{kind: tokenOpen, text: "binding"})
		}
		l.scan(lang, code)
		l.lang = lang
		if c.form != block || lang == basic || lang == php {
			l.add(token{kind: tokenBreak})
			if lang != basic {
				l.add(token{kind: tokenSign, text: ";"})
			}
		}
	}
	pg.cut = pg.cut || l.cut
	f := newFlow(l.tokens, pg.controls)
	f.run()
	pg.cut = pg.cut || f.full
	return pg, f.facts, f.key
}

// lower is the text with its ASCII letters in lower case: positions stay.
func lower(b []byte) []byte {
	low := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	return low
}

// withoutTexts leaves out what stands between double quotes on one line.
func withoutTexts(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		for i, part := range strings.Split(line, `"`) {
			if i%2 == 0 {
				b.WriteString(part)
			}
			if i > 0 {
				b.WriteByte('"')
			}
		}
	}
	return b.String()
}

// guessed is the language of a page that states none: a few signs of each
// are counted.
func guessed(pg *page, text, p string) language {
	curlies, basics := 0, 0
	for _, c := range pg.pieces[:min(len(pg.pieces), 64)] {
		code := text[c.start:c.end]
		code = withoutTexts(code[:min(len(code), 64<<10)])
		curlies += strings.Count(code, ";") + 2*strings.Count(code, "{") + 2*strings.Count(code, "[\"")
		low := strings.ToLower(code)
		for _, w := range [...]string{"end if", "end sub", "end function", "dim ", "set ", " then", "\" & ", "next", "response.write ", "end select", "call "} {
			basics += 2 * strings.Count(low, w)
		}
	}
	if basics >= curlies {
		if path.Ext(p) == ".aspx" && basics == 0 {
			return curly
		}
		return basic
	}
	if strings.HasSuffix(p, ".asp") {
		return jscript
	}
	return curly
}
