package webpath

import "bytes"

// segments puts a decoded path together anew, in place: without parameters,
// sessions, streams, empty and dot segments, and blanks and dots at the end of
// a name, which Windows drops.
func (p *Path) segments(b []byte) []byte {
	if len(b) == 0 || b[0] != '/' {
		p.Seen |= NoSlash
		b = append(b, 0)
		copy(b[1:], b)
		b[0] = '/'
	}
	slash := b[len(b)-1] == '/'
	// What is written never passes what is read: a segment of the result has
	// its slash and no more bytes than the one that it comes from.
	out := b[:0]
	if bytes.Contains(b, []byte("//")) {
		p.Seen |= Slashes
	}
	for part := range bytes.SplitSeq(b[1:], []byte{'/'}) {
		out = p.segment(out, part)
	}
	if len(out) == 0 || slash {
		out = append(out, '/')
	}
	return out
}

// segment adds one segment to what was made of those before it.
func (p *Path) segment(out, part []byte) []byte {
	name := part
	if i := bytes.IndexAny(name, "\x00;:"); i >= 0 {
		switch name[i] {
		case 0:
			p.Seen |= Null
		case ';':
			p.Seen |= Parameters
		default:
			p.Seen |= Stream
		}
		name = name[:i]
	}
	if string(name) == ".." {
		p.Seen |= Dots
		return out[:max(0, bytes.LastIndexByte(out, '/'))]
	}
	trimmed := bytes.TrimRight(name, ". ")
	switch {
	case len(part) == 0:
		return out
	case session(trimmed):
		p.Seen |= Session
		return out
	case len(trimmed) == 0:
		p.Seen |= Dots
		return out
	case len(trimmed) < len(name):
		p.Seen |= Trailing
	}
	return append(append(out, '/'), trimmed...)
}

// session reports a segment in which ASP.NET keeps a session or a ticket:
// (S(...)), (A(...)), (F(...)) or several of them.
func session(part []byte) bool {
	if len(part) < 5 || part[0] != '(' || part[len(part)-1] != ')' || part[2] != '(' {
		return false
	}
	return part[1] == 's' || part[1] == 'a' || part[1] == 'f'
}
