package draft

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type parKind int

const (
	parBody parKind = iota
	parTitle
	parFurniture
)

// span is a byte range of the text.
type span struct{ start, end int }

type paragraph struct {
	span
	kind parKind
}

// paragraphs splits a text at blank lines and tells sentences from titles and
// page furniture. A title says nothing: headlines are written by the desk,
// not by the speaker.
func paragraphs(text string) []paragraph {
	var out []paragraph
	start := -1
	flush := func(end int) {
		if start >= 0 {
			s := text[start:end]
			lead := len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
			tail := len(strings.TrimRightFunc(s, unicode.IsSpace))
			if lead < tail {
				out = append(out, paragraph{span: span{start + lead, start + tail}})
			}
		}
		start = -1
	}
	for pos := 0; pos < len(text); {
		end := strings.IndexByte(text[pos:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += pos
		}
		if strings.TrimSpace(text[pos:end]) == "" {
			flush(pos)
		} else if start < 0 {
			start = pos
		}
		pos = end + 1
	}
	flush(len(text))
	last := -1
	for i := range out {
		if isProse(text[out[i].start:out[i].end]) {
			last = i
		} else {
			out[i].kind = parFurniture
		}
	}
	if len(out) > 1 && out[0].kind == parFurniture && last > 0 {
		out[0].kind = parTitle
	}
	return out
}

// isProse reports whether a paragraph is running text: it ends as a sentence
// does, has a few words, and is not a teaser line ("LABEL | question?").
func isProse(s string) bool {
	words := len(strings.Fields(s))
	if words < 4 {
		return false
	}
	if strings.Contains(s, " | ") && words < 30 {
		return false
	}
	lower := strings.ToLower(s)
	for _, start := range []string{"read more", "also read", "see also", "subscribe", "sign up", "follow us", "share this", "related:", "advertisement", "click here", "all rights reserved", "copyright", "©", "photo:", "image:", "cookie", "we use cookies"} {
		if strings.HasPrefix(lower, start) {
			return false
		}
	}
	end := strings.TrimRight(s, "\"”’')] \t")
	r, _ := utf8.DecodeLastRuneInString(end)
	switch r {
	case '.', '!', ':', ';', '…', ',':
		return true
	case '?':
		return words >= 20
	}
	// A hand-wrapped or unfinished paragraph still counts when it is long.
	return words >= 25
}

// token is a word or a mark of a sentence.
type token struct {
	span
	lower  string // lower case, without a possessive ending
	upper  bool   // starts with a capital
	poss   bool   // had a possessive ending
	word   bool
	quoted int // length in words of the quotation it stands in, 0 outside
}

// sentences splits a paragraph's text.
func sentences(text string, at span) []span {
	var out []span
	start := at.start
	s := text
	for i := at.start; i < at.end; {
		r, size := utf8.DecodeRuneInString(s[i:at.end])
		next := i + size
		if r != '.' && r != '!' && r != '?' {
			i = next
			continue
		}
		for next < at.end {
			q, n := utf8.DecodeRuneInString(s[next:at.end])
			if !strings.ContainsRune("\"”’')]", q) {
				break
			}
			next += n
		}
		rest := s[next:at.end]
		trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
		if trimmed == rest && rest != "" || r == '.' && abbreviation(s[start:i]) && !startsSentence(trimmed) {
			i = next
			continue
		}
		f, _ := utf8.DecodeRuneInString(trimmed)
		if trimmed != "" && !unicode.IsUpper(f) && !unicode.IsDigit(f) && !strings.ContainsRune("“\"‘'(", f) {
			i = next
			continue
		}
		out = append(out, span{start, next})
		start = next + len(rest) - len(trimmed)
		i = start
	}
	if strings.TrimSpace(s[start:at.end]) != "" {
		out = append(out, span{start, at.end})
	}
	return out
}

// startsSentence reports words that begin a sentence rather than follow an
// abbreviation: "in the U.S. But this".
func startsSentence(rest string) bool {
	w, _, _ := strings.Cut(rest, " ")
	return sentenceStarts.has(w)
}

func abbreviation(before string) bool {
	i := strings.LastIndexFunc(before, unicode.IsSpace)
	w := strings.ToLower(strings.TrimLeft(before[i+1:], "“\"'(‘"))
	switch w {
	case "mr", "mrs", "ms", "dr", "gen", "sen", "rep", "gov", "lt", "col", "st", "no", "vs", "inc", "co", "corp", "ltd", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "prof", "hon", "e.g", "i.e", "rt", "art":
		return true
	}
	return utf8.RuneCountInString(w) == 1 && w >= "a" && w <= "z" || strings.Count(w, ".") > 0 && len(w) <= 5
}

// tokens cuts a sentence into words and marks.
func tokens(text string, at span, inQuote bool) []token {
	var out []token
	for i := at.start; i < at.end; {
		r, size := utf8.DecodeRuneInString(text[i:at.end])
		switch {
		case unicode.IsSpace(r):
			i += size
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			j := i
			for j < at.end {
				c, n := utf8.DecodeRuneInString(text[j:at.end])
				if unicode.IsLetter(c) || unicode.IsDigit(c) {
					j += n
					continue
				}
				after, _ := utf8.DecodeRuneInString(text[min(j+n, at.end):at.end])
				if c == '-' && unicode.IsUpper(r) && joint(text[j+n:at.end]) && !strings.EqualFold(text[i:j], "state") {
					break // "China-based": the state is a word of its own
				}
				if strings.ContainsRune("-'’.,&", c) && (unicode.IsLetter(after) || unicode.IsDigit(after)) {
					if c == ',' && !(unicode.IsDigit(after) && j > i && text[j-1] >= '0' && text[j-1] <= '9') {
						break
					}
					j += n
					continue
				}
				if c == '.' && j-i >= 3 && strings.Count(text[i:j], ".") > 0 && j-i <= 5 {
					j += n // the last dot of U.S.
				}
				break
			}
			w := text[i:j]
			t := token{span: span{i, j}, word: true, upper: unicode.IsUpper(r)}
			t.lower = strings.ReplaceAll(strings.ToLower(w), "’", "'")
			if base, ok := strings.CutSuffix(t.lower, "'s"); ok {
				t.lower, t.poss = base, true
			}
			out = append(out, t)
			i = j
		default:
			out = append(out, token{span: span{i, i + size}, lower: string(r)})
			i += size
		}
		if len(out) >= maxSentenceWords*2 {
			break
		}
	}
	markQuotes(out, inQuote)
	return out
}

// joint reports the second half of "China-based".
func joint(rest string) bool {
	for _, w := range []string{"based", "linked", "backed", "sponsored", "affiliated", "nexus", "aligned", "controlled"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return false
}

// markQuotes notes for each word how long the quotation around it is. A
// sentence may begin inside one (inQuote).
func markQuotes(ts []token, inQuote bool) {
	open := -1
	if inQuote {
		for i, t := range ts {
			if t.lower == "“" {
				break // each paragraph of a long quotation opens it again
			}
			if t.lower == "”" || t.lower == "\"" {
				for k := range ts[:i] {
					ts[k].quoted = max(i, 4)
				}
				ts = ts[i+1:]
				break
			}
			if i == len(ts)-1 {
				for k := range ts {
					ts[k].quoted = max(len(ts), 4)
				}
				return
			}
		}
	}
	closeAt := func(end int) {
		words := 0
		for _, t := range ts[open+1 : end] {
			if t.word {
				words++
			}
		}
		for i := open + 1; i < end; i++ {
			ts[i].quoted = max(words, 1)
		}
		open = -1
	}
	for i, t := range ts {
		switch {
		case t.lower == "“" || t.lower == "\"" && open < 0:
			open = i
		case (t.lower == "”" || t.lower == "\"") && open >= 0:
			closeAt(i)
		}
	}
	if open >= 0 && open+1 < len(ts) {
		closeAt(len(ts)) // a quotation that goes on in the next sentence
	}
}
