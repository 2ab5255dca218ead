package sigma

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
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

// kinds counts the ways of comparing that are asked for; they exclude each
// other. fieldref is compared at a place, so the two are one.
func (m *modifiers) kinds() int {
	n := 0
	for _, asked := range [...]bool{
		m.re, m.cidr, m.exists, m.order != "" || m.timePart != "",
		m.fieldref || m.place != "" || len(m.encode) > 0 || m.windash,
	} {
		if asked {
			n++
		}
	}
	return n
}

func (m *modifiers) read(at *yaml.Node, words []string) error {
	for _, w := range words {
		if err := m.add(at, w); err != nil {
			return err
		}
	}
	switch {
	case m.reFlags != "" && !m.re:
		return problem(at, "modifier-combination", "i, m and s belong to re")
	case m.kinds() > 1,
		m.exists && (m.all || m.cased || m.neq || m.expand),
		m.fieldref && (len(m.encode) > 0 || m.windash || m.expand),
		m.re && m.cased && strings.Contains(m.reFlags, "i"),
		m.re && m.expand,
		m.neq && m.all,
		m.neq && m.order != "":
		return problem(at, "modifier-combination", "the modifiers of %q contradict each other", at.Value)
	}
	for i, e := range m.encode {
		if strings.HasPrefix(e, "base64") && i != len(m.encode)-1 {
			return problem(at, "modifier-combination", "%s must be the last encoding", e)
		}
	}
	return nil
}

// add takes one word. The same kind of word twice is refused: one of the two
// would be lost.
func (m *modifiers) add(at *yaml.Node, w string) error {
	once := func(have *string) error {
		if *have != "" {
			return problem(at, "modifier-combination", "%s and %s cannot stand together", *have, w)
		}
		*have = w
		return nil
	}
	switch w {
	case "contains", "startswith", "endswith":
		return once(&m.place)
	case "lt", "lte", "gt", "gte":
		return once(&m.order)
	case "minute", "hour", "day", "week", "month", "year":
		return once(&m.timePart)
	case "all":
		m.all = true
	case "cased":
		m.cased = true
	case "neq":
		m.neq = true
	case "exists":
		m.exists = true
	case "windash":
		if len(m.encode) > 0 {
			return problem(at, "modifier-combination", "windash must stand before the encoding")
		}
		m.windash = true
	case "re":
		m.re = true
	case "i", "m", "s":
		m.reFlags += w
	case "cidr":
		m.cidr = true
	case "expand":
		m.expand = true
	case "fieldref":
		m.fieldref = true
	case "base64", "base64offset", "utf16", "utf16le", "utf16be", "wide":
		if m.place != "" {
			return problem(at, "modifier-combination", "the wildcards of %s cannot be encoded: %s must stand before it", m.place, w)
		}
		m.encode = append(m.encode, w)
	default:
		return problem(at, "unknown-modifier", "the modifier %q is not in the specification%s", w, hint("; %q is", w, modifierWords()))
	}
	return nil
}

// modifierWords lists the modifiers of the specification.
func modifierWords() []string {
	return []string{
		"all", "startswith", "endswith", "contains", "exists", "cased", "neq", "windash", "re", "base64", "base64offset", "utf16", "utf16le", "utf16be", "wide",
		"lt", "lte", "gt", "gte", "minute", "hour", "day", "week", "month", "year", "cidr", "expand", "fieldref",
	}
}

// tests appends the tests of one value, any of which may hold; with "all" each
// value must give one test.
func (c *compiler) tests(dst []engine.Test, v *yaml.Node, field string, m *modifiers) ([]engine.Test, error) {
	switch {
	case m.expand:
		return c.expand(dst, v, field, m)
	case m.fieldref:
		if v.Value == "" || v.Tag != "!!str" {
			return dst, problem(v, "fieldref-form", "fieldref takes the name of a field")
		}
		anchor := map[string]engine.Anchor{"": engine.Whole, "contains": engine.Anywhere, "startswith": engine.AtStart, "endswith": engine.AtEnd}[m.place]
		return append(dst, engine.Test{Kind: engine.FieldRef, Field: v.Value, Anchor: anchor, Cased: m.cased}), nil
	case m.re:
		re, err := regularExpression(v, m)
		return append(dst, engine.Test{Kind: engine.Regexp, Re: re}), err
	case m.cidr:
		net, err := network(v)
		return append(dst, engine.Test{Kind: engine.CIDR, Prefix: net}), err
	case m.order != "" || m.timePart != "":
		n, ok := engine.ParseNumber(v.Value)
		if !ok {
			return dst, problem(v, "number", "%q is no number", v.Value)
		}
		kind := engine.Compare
		if m.timePart != "" {
			kind = engine.Part
		}
		return append(dst, engine.Test{Kind: kind, Number: n, Order: orderOf(m.order), TimeOf: m.timePart}), nil
	}
	place := m.place
	if field == "" && place == "" {
		place = "contains" // a keyword is searched for, encoded or not
	}
	if !m.windash && len(m.encode) == 0 {
		return append(dst, engine.Test{Kind: engine.Glob, Pattern: c.pattern(v.Value, place, m.cased), Cased: m.cased}), nil
	}
	pieces := parsePattern(v.Value)
	if m.windash {
		pieces = dashes(pieces)
	}
	encoded, cased, err := encode(v, pieces, m)
	if err != nil {
		return dst, err
	}
	from := len(dst)
	for _, e := range encoded {
		t := engine.Test{Kind: engine.Glob, Pattern: anchor(e, place), Cased: cased || m.cased}
		if !t.Cased {
			foldPieces(t.Pattern)
		}
		dst = append(dst, t)
	}
	return oneOf(dst, from, m), nil
}

// oneOf makes one test of those of a value where all values must hold.
func oneOf(dst []engine.Test, from int, m *modifiers) []engine.Test {
	if !m.all || len(dst)-from < 2 {
		return dst
	}
	return append(dst[:from], engine.Test{Kind: engine.OneOf, Any: slices.Clone(dst[from:])})
}

func orderOf(word string) engine.Order {
	switch word {
	case "lt":
		return engine.Less
	case "lte":
		return engine.LessEqual
	case "gt":
		return engine.Greater
	case "gte":
		return engine.GreaterEqual
	}
	return engine.Equal
}

// network reads a prefix; an address alone is the network of that address.
// A prefix of IPv4 addresses written as IPv6 (RFC 4291 section 2.5.5.2) is
// the IPv4 prefix, as the addresses of records are.
func network(v *yaml.Node) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(v.Value)
	if a, single := netip.ParseAddr(v.Value); err != nil && single == nil && a.Zone() == "" {
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil {
		return p, problem(v, "cidr", "%q is no network", v.Value)
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// dashes replaces every dash that begins an option, with no letter or digit
// before it and one behind it, by a piece that matches any of the five dashes
// of the windash modifier: the same as all permutations, without making them.
func dashes(p []engine.Piece) []engine.Piece {
	var out []engine.Piece
	for _, piece := range p {
		if piece.Text == "" {
			out = append(out, piece)
			continue
		}
		runes, from := []rune(piece.Text), 0
		for j, r := range runes {
			if !strings.ContainsRune("-/\u2013\u2014\u2015", r) || j > 0 && wordRune(runes[j-1]) || j+1 == len(runes) || !wordRune(runes[j+1]) {
				continue
			}
			if j > from {
				out = append(out, engine.Piece{Text: string(runes[from:j])})
			}
			out = append(out, engine.Piece{Dash: true})
			from = j + 1
		}
		if from < len(runes) {
			out = append(out, engine.Piece{Text: string(runes[from:])})
		}
	}
	return out
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// maxVaried bounds the texts that varied dashes stand for when they must be
// written out to be encoded: five dashes, each of five kinds.
const maxVaried = 3_125

// encode applies the encodings to a plain value. Base64 distinguishes case,
// so its result is compared with case.
func encode(v *yaml.Node, p []engine.Piece, m *modifiers) (out [][]engine.Piece, cased bool, err error) {
	if len(m.encode) == 0 {
		return [][]engine.Piece{p}, false, nil
	}
	data := [][]byte{nil}
	for _, piece := range p {
		texts := []string{piece.Text}
		switch {
		case piece.Run || piece.Any:
			return nil, false, problem(v, "wildcard-encoded", "a wildcard cannot be encoded")
		case piece.Dash:
			texts = engine.Dashes()
		}
		if data = each(data, func(d []byte, add func([]byte)) {
			for _, t := range texts {
				add(append(d[:len(d):len(d)], t...))
			}
		}); len(data) > maxVaried {
			return nil, false, problem(v, "too-complex", "the dashes stand for more than %d texts", maxVaried)
		}
	}
	for _, e := range m.encode {
		cased = cased || strings.HasPrefix(e, "base64")
		data = each(data, func(d []byte, add func([]byte)) {
			switch e {
			case "utf16le", "wide":
				add(wide(d, false))
			case "utf16be":
				add(wide(d, true))
			case "utf16":
				add(append([]byte{0xff, 0xfe}, wide(d, false)...))
			case "base64":
				add([]byte(base64.StdEncoding.EncodeToString(d)))
			case "base64offset":
				for shift := range 3 {
					add(offset(d, shift))
				}
			}
		})
	}
	for _, d := range data {
		if len(d) == 0 {
			return nil, false, problem(v, "too-short", "%q is too short: in one position nothing of it is sure to be seen in base64", v.Value)
		}
		out = append(out, []engine.Piece{{Text: string(d)}})
	}
	return out, cased, nil
}

// each replaces every text by those that f adds for it.
func each(data [][]byte, f func(d []byte, add func([]byte))) [][]byte {
	var next [][]byte
	for _, d := range data {
		f(d, func(n []byte) { next = append(next, n) })
	}
	return next
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
