package sigma

import (
	"encoding/base64"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"go.yaml.in/yaml/v3"

	"spoor/match"
)

// modifiers is what the words behind a field's | ask for.
type modifiers struct {
	place            string   // contains, startswith, endswith, "" for the whole value
	encode           []string // base64, base64offset, utf16le, utf16be, utf16, wide, in order
	all, cased, neq  bool
	exists, windash  bool
	re, cidr, expand bool
	reFlags          string
	fieldref         bool
	order            string // lt, lte, gt, gte
	timePart         string
}

func (m *modifiers) any() bool {
	return m.place != "" || len(m.encode) > 0 || m.re || m.cidr || m.fieldref || m.order != "" || m.timePart != ""
}

func readModifiers(at *yaml.Node, words []string) (*modifiers, error) {
	m := &modifiers{}
	for _, w := range words {
		switch w {
		case "contains", "startswith", "endswith":
			if m.place != "" {
				return nil, problem(at, "modifier-combination", "%s and %s cannot stand together", m.place, w)
			}
			m.place = w
		case "all":
			m.all = true
		case "cased":
			m.cased = true
		case "neq":
			m.neq = true
		case "exists":
			m.exists = true
		case "windash":
			m.windash = true
		case "re":
			m.re = true
		case "i", "ignorecase":
			m.reFlags += "i"
		case "m", "multiline":
			m.reFlags += "m"
		case "s", "dotall":
			m.reFlags += "s"
		case "cidr":
			m.cidr = true
		case "expand":
			m.expand = true
		case "fieldref":
			m.fieldref = true
		case "base64", "base64offset", "utf16", "utf16le", "utf16be", "wide":
			m.encode = append(m.encode, w)
		case "lt", "lte", "gt", "gte":
			m.order = w
		case "minute", "hour", "day", "week", "month", "year":
			m.timePart = w
		default:
			return nil, problem(at, "unknown-modifier", "the modifier %q is not in the specification", w)
		}
	}
	switch {
	case m.reFlags != "" && !m.re:
		return nil, problem(at, "modifier-combination", "i, m and s belong to re")
	case m.re && (m.place != "" || len(m.encode) > 0 || m.windash || m.cidr || m.fieldref || m.order != ""),
		m.cidr && (m.place != "" || len(m.encode) > 0 || m.windash),
		m.order != "" && (m.place != "" || m.fieldref || m.windash),
		m.exists && (m.any() || m.all || m.windash),
		m.fieldref && (len(m.encode) > 0 || m.windash || m.expand):
		return nil, problem(at, "modifier-combination", "the modifiers of %q contradict each other", at.Value)
	}
	for i, e := range m.encode {
		if strings.HasPrefix(e, "base64") && i != len(m.encode)-1 {
			return nil, problem(at, "modifier-combination", "%s must be the last encoding", e)
		}
	}
	return m, nil
}

// tests compiles one value to tests any of which may hold; with "all" each
// value must give one test.
func (c *compiler) tests(v *yaml.Node, field string, m *modifiers) ([]match.Test, error) {
	switch {
	case m.expand:
		return c.expanded(v, field, m)
	case m.fieldref:
		anchor := map[string]match.Anchor{"": match.Whole, "contains": match.Anywhere, "startswith": match.AtStart, "endswith": match.AtEnd}[m.place]
		return []match.Test{{Kind: match.FieldRef, Field: v.Value, Anchor: anchor, Cased: m.cased}}, nil
	case m.re:
		return c.regexp(v, m)
	case m.cidr:
		p, err := netip.ParsePrefix(v.Value)
		if err != nil {
			return nil, problem(v, "cidr", "%q is no network", v.Value)
		}
		return []match.Test{{Kind: match.CIDR, Prefix: p.Masked()}}, nil
	case m.order != "":
		n, err := strconv.ParseFloat(v.Value, 64)
		if err != nil {
			return nil, problem(v, "number", "%q is no number", v.Value)
		}
		order := map[string]match.Order{"lt": match.Less, "lte": match.LessEqual, "gt": match.Greater, "gte": match.GreaterEqual}[m.order]
		return []match.Test{{Kind: match.Compare, Number: n, Order: order}}, nil
	case m.timePart != "":
		n, err := strconv.ParseFloat(v.Value, 64)
		if err != nil {
			return nil, problem(v, "number", "%q is no number", v.Value)
		}
		return []match.Test{{Kind: match.Part, Number: n, TimeOf: m.timePart}}, nil
	}
	pieces := parsePattern(v.Value)
	if field == "" && m.place == "" && len(m.encode) == 0 {
		pieces = anchor(pieces, "contains") // a keyword is searched for
	}
	if m.windash {
		pieces = dashes(pieces)
	}
	encoded, cased, err := encode(v, pieces, m)
	if err != nil {
		return nil, err
	}
	var out []match.Test
	for _, e := range encoded {
		t := match.Test{Kind: match.Glob, Pattern: anchor(e, m.place), Cased: cased || m.cased}
		if !t.Cased {
			for i := range t.Pattern {
				t.Pattern[i].Text = match.Fold(t.Pattern[i].Text)
			}
		}
		out = append(out, t)
	}
	if m.all && len(out) > 1 {
		return []match.Test{{Kind: match.OneOf, Any: out}}, nil
	}
	return out, nil
}

func (c *compiler) regexp(v *yaml.Node, m *modifiers) ([]match.Test, error) {
	pattern := v.Value
	if m.reFlags != "" {
		pattern = "(?" + m.reFlags + ")" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, problem(v, "regexp", "%v", err)
	}
	return []match.Test{{Kind: match.Regexp, Re: re}}, nil
}

// parsePattern reads a value with its wildcards: * any run, ? any rune, and a
// backslash that makes *, ? or another backslash plain; before anything else
// a backslash stands for itself (specification, "Escaping").
func parsePattern(s string) []match.Piece {
	var out []match.Piece
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			out = append(out, match.Piece{Text: lit.String()})
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
				out = append(out, match.Piece{Run: true})
			}
		case c == '?':
			flush()
			out = append(out, match.Piece{Any: true})
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return out
}

// anchor puts the runs that a place asks for around a pattern.
func anchor(p []match.Piece, place string) []match.Piece {
	out := make([]match.Piece, 0, len(p)+2)
	if (place == "contains" || place == "endswith") && (len(p) == 0 || !p[0].Run) {
		out = append(out, match.Piece{Run: true})
	}
	out = append(out, p...)
	if (place == "contains" || place == "startswith") && (len(out) == 0 || !out[len(out)-1].Run) {
		out = append(out, match.Piece{Run: true})
	}
	return out
}

// dashes replaces every dash that begins an option, with no letter or digit
// before it and one behind it, by a piece that matches any of the five dashes
// of the windash modifier: the same as all permutations, without making them.
func dashes(p []match.Piece) []match.Piece {
	var out []match.Piece
	for i, piece := range p {
		if piece.Text == "" {
			out = append(out, piece)
			continue
		}
		runes, from := []rune(piece.Text), 0
		for j, r := range runes {
			if !strings.ContainsRune("-/\u2013\u2014\u2015", r) || j > 0 && wordRune(runes[j-1]) || j == 0 && i > 0 && p[i-1].Any ||
				j+1 == len(runes) || !wordRune(runes[j+1]) {
				continue
			}
			if j > from {
				out = append(out, match.Piece{Text: string(runes[from:j])})
			}
			out = append(out, match.Piece{Dash: true})
			from = j + 1
		}
		if from < len(runes) {
			out = append(out, match.Piece{Text: string(runes[from:])})
		}
	}
	return out
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// encode applies the encodings to a plain value. Base64 distinguishes case,
// so its result is compared with case.
func encode(v *yaml.Node, p []match.Piece, m *modifiers) (out [][]match.Piece, cased bool, err error) {
	if len(m.encode) == 0 {
		return [][]match.Piece{p}, false, nil
	}
	var plain strings.Builder
	for _, piece := range p {
		if piece.Run || piece.Any || piece.Dash {
			return nil, false, problem(v, "wildcard-encoded", "a wildcard or a varied dash cannot be encoded")
		}
		plain.WriteString(piece.Text)
	}
	data := [][]byte{[]byte(plain.String())}
	for _, e := range m.encode {
		var next [][]byte
		for _, d := range data {
			switch e {
			case "utf16le", "wide":
				next = append(next, wide(d, false))
			case "utf16be":
				next = append(next, wide(d, true))
			case "utf16":
				next = append(next, append([]byte{0xff, 0xfe}, wide(d, false)...))
			case "base64":
				cased = true
				next = append(next, []byte(base64.StdEncoding.EncodeToString(d)))
			case "base64offset":
				cased = true
				for shift := range 3 {
					next = append(next, offset(d, shift))
				}
			}
		}
		data = next
	}
	for _, d := range data {
		out = append(out, []match.Piece{{Text: string(d)}})
	}
	return out, cased, nil
}

// offset is the part of the base64 of d that does not depend on what stands
// around d, when d begins shift bytes after a multiple of three.
func offset(d []byte, shift int) []byte {
	padded := append(make([]byte, shift), d...)
	e := base64.StdEncoding.EncodeToString(padded)
	start := [3]int{0, 2, 3}[shift]
	end := len(e) - [3]int{0, 3, 2}[len(padded)%3]
	if start > end {
		return nil
	}
	return []byte(e[start:end])
}

func wide(d []byte, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(string(d))) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}
