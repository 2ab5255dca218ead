// Package webshell says of a file whether it has the structure of a web
// shell: server-side script that carries out what a request tells it, in a
// page or in a container that Exchange writes.
//
// It judges structure, not names: a page that reads a request, or a dump of
// settings without script, is nothing. Text that quotes a shell (a note, a
// rule, a report) is not one, because it does not begin as a page or a dump.
// It reads at most the bytes it is given, in one pass per test, and promises
// no panic and linear time on any input.
package webshell

import (
	"bytes"
	"regexp"
	"strings"
	"time"
)

// Class names the structure that was found.
type Class string

// The classes. Dump is a virtual directory's settings with script in an
// address, the file that CVE-2021-27065 writes; Page is a server page that
// runs request data.
const (
	Nothing Class = ""
	Dump    Class = "virtual-directory-dump"
	Page    Class = "page-runs-request"
)

// Result is the judgement on one file.
type Result struct {
	Class Class
	Why   string    // one sentence for a person
	When  time.Time // the file's own clock (WhenChangedUTC), zero if it has none
	Key   string    // the request parameter that the shell obeys, "" if not found
}

// patterns are compiled once per Inspector; regexp matches in linear time.
type patterns struct {
	script, code, run, key, address, changed *regexp.Regexp
}

// Inspector judges files. It is immutable and safe for many goroutines.
type Inspector struct{ p patterns }

// NewInspector compiles the patterns.
func NewInspector() *Inspector {
	return &Inspector{patterns{
		script:  regexp.MustCompile(`(?is)<script[^>]{0,200}runat\s*=\s*["']?server`),
		code:    regexp.MustCompile(`(?s)<%`),
		run:     regexp.MustCompile(`(?is)\b(eval|execute|executeglobal|executestatement)\b\s*(/\*.{0,200}?\*/)?\s*\(?[^;]{0,300}?\b(request|context\.request|page\.request)\b\s*[.\[(]`),
		key:     regexp.MustCompile(`(?i)request\s*(?:\.(?:item|form|querystring|params|cookies))?\s*[\[(]\s*["']([^"']{1,64})["']`),
		address: regexp.MustCompile(`(?im)^\s*(External|Internal)Url\s*:\s*(.*)$`),
		changed: regexp.MustCompile(`(?im)^\s*WhenChangedUTC\s*:\s*(\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2} [AP]M)`),
	}}
}

// Inspect judges the content of one file.
func (in *Inspector) Inspect(content []byte) Result {
	body := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n\x00")
	if len(body) == 0 {
		return Result{}
	}
	if r := in.dump(body); r.Class != Nothing {
		return r
	}
	return in.page(body)
}

// dump finds script in an address of a settings dump. The dump begins with
// its first setting, which a text about it does not.
func (in *Inspector) dump(body []byte) Result {
	first, _, _ := bytes.Cut(body, []byte("\n"))
	name, _, ok := bytes.Cut(first, []byte(":"))
	if !ok || !strings.EqualFold(string(bytes.TrimSpace(name)), "Name") || !bytes.Contains(body, []byte("WhenChanged")) {
		return Result{}
	}
	for _, m := range in.p.address.FindAllSubmatch(body, 4) {
		if !in.p.script.Match(m[2]) && !in.p.code.Match(m[2]) {
			continue
		}
		r := Result{Class: Dump, Why: "the settings of a virtual directory with server-side script in " + string(m[1]) + "Url: the file that CVE-2021-27065 writes", Key: in.keyOf(m[2])}
		if c := in.p.changed.FindSubmatch(body); c != nil {
			if t, err := time.Parse("1/2/2006 3:04:05 PM", string(c[1])); err == nil {
				r.When = t.UTC()
			}
		}
		return r
	}
	return Result{}
}

// page finds server-side code that runs request data.
func (in *Inspector) page(body []byte) Result {
	if body[0] != '<' || !in.p.script.Match(body) && !in.p.code.Match(body) {
		return Result{}
	}
	if at := in.p.run.FindIndex(body); at != nil {
		return Result{Class: Page, Why: "a server page that runs what a request sends", Key: in.keyOf(body[at[0]:min(len(body), at[1]+80)])}
	}
	return Result{}
}

func (in *Inspector) keyOf(code []byte) string {
	if m := in.p.key.FindSubmatch(code); m != nil {
		return string(m[1])
	}
	return ""
}

// Served reports whether a path lies where IIS or Exchange serves pages, and
// ends as a page that the server runs.
func Served(path string) bool {
	p := strings.ToLower(strings.ReplaceAll(path, `\`, "/"))
	page := false
	for _, ext := range [...]string{".aspx", ".ashx", ".asmx", ".asp", ".asax", ".soap", ".xslt", ".php", ".jsp"} {
		page = page || strings.HasSuffix(p, ext)
	}
	if !page {
		return false
	}
	for _, dir := range [...]string{"inetpub/wwwroot/", "/frontend/httpproxy/", "/clientaccess/", "/template/layouts/", "programdata/"} {
		if strings.Contains(p, dir) {
			return true
		}
	}
	return false
}
