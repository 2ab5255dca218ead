// Package webpath brings the path of a request into one form, so that no
// spelling hides which page was asked for. Servers take many spellings for one
// page: percent signs, capital letters, doubled and backward slashes, dots,
// parameters behind semicolons, the session that ASP.NET keeps in a path,
// streams of a file, blanks at the end, and further segments behind a page.
//
// A path has a page (what the server runs or hands out) and, behind it, path
// info. Both are lower case with forward slashes. Any bytes are accepted: a
// path that is none stays what it is, but for its letters' case. The work is
// linear in the path's length and no more than a few times it.
package webpath

import (
	"bytes"

	"spoor/internal/exchange"
)

// maxPasses bounds how often percent signs are decoded: a server decodes once,
// and proxies and rewrite rules in front of it once more each.
const maxPasses = 4

// Path is a request's path in its one form. The slices are windows into the
// buffer that Normal was lent or into a new one.
type Path struct {
	Page []byte
	Info []byte // from its slash on, nil for none
	// Disguised is true where the path was written in another way than the
	// page's name in small or capital letters.
	Disguised bool
}

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
		p.Page = segments(decode(out))
		p.Disguised = !bytes.EqualFold(p.Page, stem)
	}
	if i := pageEnd(p.Page); i < len(p.Page) {
		p.Page, p.Info = p.Page[:i:i], p.Page[i:]
		p.Disguised = true
	}
	return p
}

// decode undoes percent signs until nothing changes, in place, and makes small
// letters and forward slashes of what comes out.
func decode(b []byte) []byte {
	for range maxPasses {
		n, changed := 0, false
		for i := 0; i < len(b); i++ {
			c := b[i]
			if c == '%' && i+2 < len(b) && isHex(b[i+1]) && isHex(b[i+2]) {
				c, changed = unhex(b[i+1])<<4|unhex(b[i+2]), true
				i += 2
			}
			switch {
			case c >= 'A' && c <= 'Z':
				c |= 0x20
			case c == '\\':
				c = '/'
			case c == '+':
				c = ' '
			}
			b[n] = c
			n++
		}
		b = b[:n]
		if !changed {
			break
		}
	}
	return overlong(b)
}

// overlong undoes the two-byte forms of slashes and dots that old servers took
// for them (CVE-2000-0884), in place.
func overlong(b []byte) []byte {
	if bytes.IndexByte(b, 0xC0) < 0 && bytes.IndexByte(b, 0xC1) < 0 {
		return b
	}
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if (c == 0xC0 || c == 0xC1) && i+1 < len(b) && b[i+1]&0xC0 == 0x80 {
			c = (c&1)<<6 | b[i+1]&0x3F
			i++
			if c == '\\' {
				c = '/'
			}
		}
		b[n] = c
		n++
	}
	return b[:n]
}

// segments puts a decoded path together anew, in place: without parameters,
// sessions, streams, empty and dot segments, and blanks and dots at the end of
// a name, which Windows drops.
func segments(b []byte) []byte {
	out := make([]byte, 0, len(b)+1)
	for part := range bytes.SplitSeq(b, []byte{'/'}) {
		if i := bytes.IndexByte(part, 0); i >= 0 {
			part = part[:i]
		}
		if i := bytes.IndexByte(part, ';'); i >= 0 {
			part = part[:i]
		}
		if i := bytes.IndexByte(part, ':'); i >= 0 {
			part = part[:i]
		}
		if session(part) {
			continue
		}
		name := bytes.TrimRight(part, ". ")
		switch {
		case string(part) == "..":
			out = out[:max(0, bytes.LastIndexByte(out, '/'))]
		case len(name) == 0:
		default:
			out = append(append(out, '/'), name...)
		}
	}
	if len(out) == 0 || len(b) > 0 && b[len(b)-1] == '/' {
		out = append(out, '/')
	}
	return out
}

// session reports a segment in which ASP.NET keeps a session or a ticket:
// (S(...)), (A(...)), (F(...)) or several of them.
func session(part []byte) bool {
	if len(part) < 5 || part[0] != '(' || part[len(part)-1] != ')' || part[2] != '(' {
		return false
	}
	return part[1] == 's' || part[1] == 'a' || part[1] == 'f'
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

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
