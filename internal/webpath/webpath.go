// Package webpath brings the path of a request into one form, so that no
// spelling hides which page was asked for. Servers take many spellings for one
// page: percent signs, capital letters, doubled and backward slashes, dots,
// parameters behind semicolons, the session that ASP.NET keeps in a path,
// streams of a file, blanks at the end, letters in several encodings, and
// further segments behind a page. The path of a file on disk has the same form,
// so that a file and the requests for it tie.
//
// A path has a page (what the server runs or hands out) and, behind it, path
// info. Both are small letters with forward slashes, and a path in its form
// stays as it is. A log writes a blank in a path as a plus sign and leaves plus
// signs alone: both are a blank here. Any bytes are accepted. The work is linear
// in the path's length, and a path of plain letters costs no allocation.
package webpath

import (
	"bytes"

	"spoor/internal/exchange"
)

// Disguise is a set of ways in which a path was written otherwise than its page
// is named.
type Disguise uint16

// The ways.
const (
	Percent      Disguise = 1 << iota // bytes as percent signs
	PercentTwice                      // percent signs as percent signs
	Overlong                          // plain characters in more bytes than they need (CVE-2000-0884)
	Plus                              // a plus sign or a blank
	Backslash                         // slashes the other way
	Slashes                           // empty segments
	Dots                              // segments that lead nowhere or up
	Trailing                          // dots and blanks at the end of a name, which Windows drops
	Stream                            // a stream of a file (::$DATA)
	Parameters                        // what follows a semicolon
	Session                           // the session or ticket that ASP.NET keeps in a path
	Null                              // a zero byte
	ANSI                              // letters that are no UTF-8: the log's doing more often than the sender's
	Decomposed                        // letters apart from their marks
	Info                              // segments behind a page
	NoSlash                           // no slash at the start
)

// Path is a request's path in its one form. The slices are windows into the
// buffer that Normal was lent or into a new one.
type Path struct {
	Page []byte
	Info []byte // from its slash on, nil for none
	Seen Disguise
	// Disguised is true where the path was written in another way than the
	// page's name in small or capital letters.
	Disguised bool
}

// Directory is the virtual directory of a product that the page lies in, ""
// for none.
func (p *Path) Directory() string { return exchange.DirectoryOf(p.Page) }

// Normal brings a path into its one form, in buf where it is large enough.
func Normal(stem, buf []byte) Path {
	out := append(buf[:0], stem...)
	plain := true
	for i, c := range out {
		switch {
		case c >= 'A' && c <= 'Z':
			out[i] = c | 0x20
		case c == '%', c == '\\', c == ';', c == ':', c == '(', c == '+', c == ' ', c >= 0x80, c < 0x20:
			plain = false
		case c == '/' && i > 0 && out[i-1] == '/', c == '.' && i > 0 && out[i-1] == '/', c == '/' && i > 0 && out[i-1] == '.':
			plain = false
		}
	}
	if n := len(out); n == 0 || out[n-1] == '.' || out[0] != '/' {
		plain = false
	}
	p := Path{Page: out}
	if !plain {
		p.Page = p.segments(p.letters(p.undo(out)))
	}
	if i := pageEnd(p.Page); i < len(p.Page) {
		p.Page, p.Info = p.Page[:i:i], p.Page[i:]
		p.Seen |= Info
	}
	p.Disguised = p.Seen&^ANSI != 0
	return p
}

// pageEnd is where the first segment ends that a server runs by its ending;
// what stands behind it is path info.
func pageEnd(b []byte) int {
	for i := 0; i < len(b); {
		end := bytes.IndexByte(b[i+1:], '/')
		if end < 0 {
			return len(b)
		}
		end += i + 1
		if Runs(b[i:end]) {
			return end
		}
		i = end
	}
	return len(b)
}

// Runs reports that a server runs a file of this name in small letters, by its
// ending: the default handlers of IIS with ASP and ASP.NET, of PHP, of servlet
// containers and of CGI.
func Runs(name []byte) bool { return exchange.EndingOf(name).Request }
