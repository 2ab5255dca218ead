package sigma

import (
	"strings"

	"spoor/internal/engine"
)

// pattern compiles a value at a place. Nearly all values of published rules are
// plain text, for which nothing is made but the pieces, and those of an item lie
// side by side.
func (c *compiler) pattern(s, place string, cased bool) []engine.Piece {
	var out []engine.Piece
	if plainText(s) {
		n := 1 // pieces
		switch place {
		case "contains":
			n = 3
		case "startswith", "endswith":
			n = 2
		}
		if len(c.pieces) < n {
			c.pieces = make([]engine.Piece, n*max(1, c.coming))
		}
		out = anchorText(c.pieces[:0:n], s, place)
		c.pieces = c.pieces[n:]
	} else {
		out = anchor(parsePattern(s), place)
	}
	if !cased {
		foldPieces(out)
	}
	return out
}

// plainText reports whether a value holds no wildcard and no escaped sign.
func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '*' || c == '?' || c == '\\' && i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '?' || s[i+1] == '\\') {
			return false
		}
	}
	return true
}

// anchorText is anchor for plain text.
func anchorText(out []engine.Piece, s, place string) []engine.Piece {
	if place == "contains" || place == "endswith" {
		out = append(out, engine.Piece{Run: true})
	}
	if s != "" {
		out = append(out, engine.Piece{Text: s})
	}
	if place == "startswith" || place == "contains" && s != "" {
		out = append(out, engine.Piece{Run: true})
	}
	return out
}

func foldPieces(p []engine.Piece) {
	for i := range p {
		p[i].Text = engine.Fold(p[i].Text)
	}
}

// parsePattern reads a value with its wildcards: * any run, ? any rune, and a
// backslash that makes *, ? or another backslash plain; before anything else
// a backslash stands for itself (specification, "Escaping").
func parsePattern(s string) []engine.Piece {
	var out []engine.Piece
	var lit strings.Builder
	lit.Grow(len(s))
	flush := func() {
		if lit.Len() > 0 {
			out = append(out, engine.Piece{Text: lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '?' || s[i+1] == '\\'):
			i++
			lit.WriteByte(s[i])
		case c == '*':
			flush()
			if len(out) == 0 || !out[len(out)-1].Run {
				out = append(out, engine.Piece{Run: true})
			}
		case c == '?':
			flush()
			out = append(out, engine.Piece{Any: true})
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return out
}

// anchor puts the runs that a place asks for around a pattern.
func anchor(p []engine.Piece, place string) []engine.Piece {
	out := make([]engine.Piece, 0, len(p)+2)
	if (place == "contains" || place == "endswith") && (len(p) == 0 || !p[0].Run) {
		out = append(out, engine.Piece{Run: true})
	}
	out = append(out, p...)
	if (place == "contains" || place == "startswith") && (len(out) == 0 || !out[len(out)-1].Run) {
		out = append(out, engine.Piece{Run: true})
	}
	return out
}
