package sigma_test

import (
	"encoding/base64"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// This file makes records on which a rule must fire out of the rule's own text.
// It shares nothing with the compiler: what the two understand differently
// shows as a rule that stays silent.

// wish is what one value of a rule asks of a field.
type wish struct {
	field, kind string // kind: equals, starts, ends, contains, absent, sameAs
	text        string
}

// maker draws among the ways in which a rule can be met.
type maker struct {
	detection map[string]any
	rng       *rand.Rand
	turn      int
}

// choose takes the first, second ... of a list in the first turns, then any.
func (m *maker) choose(n int) int {
	if m.turn < 4 {
		return m.turn % n
	}
	return m.rng.IntN(n)
}

// record gives the fields that meet the rule in this turn, and the keywords.
func (m *maker) record(conditions []string) (fields map[string]string, keywords []string) {
	var ways [][]string // selections that hold; those that do not begin with !
	for _, c := range conditions {
		ways = append(ways, m.ways(c)...)
	}
	way := ways[m.turn%len(ways)]
	if m.turn >= 6 {
		way = ways[m.rng.IntN(len(ways))]
	}
	var wishes []wish
	for _, name := range way {
		if !strings.HasPrefix(name, "!") {
			wishes = append(wishes, m.selection(m.detection[name])...)
		}
	}
	fields, keywords = granted(wishes, m.turn%4 == 3)
	if m.turn%3 == 2 {
		return fields, keywords
	}
	m.harmless(way, fields)
	return fields, keywords
}

// harmless fills the fields of a way's filters that nothing else asks for.
func (m *maker) harmless(way []string, fields map[string]string) {
	for _, name := range way {
		plain, not := strings.CutPrefix(name, "!")
		if !not {
			continue
		}
		for _, f := range fieldsOf(m.detection[plain]) {
			if _, set := fields[f]; set || f == "" {
				continue
			}
			fields[f] = "zz" + f
			if f == "Image" && m.turn%3 == 0 {
				fields[f] = `C:\zz\zz.exe`
			}
		}
	}
}

// ways lists the truths of selections under which a condition holds.
func (m *maker) ways(condition string) [][]string {
	words := regexp.MustCompile(`[()]|[^\s()]+`).FindAllString(condition, -1)
	at := 0
	var either func(not bool) [][]string
	join := func(a, b [][]string) (out [][]string) {
		for _, x := range a {
			for _, y := range b {
				if len(out) < 200 {
					out = append(out, slices.Concat(x, y))
				}
			}
		}
		return out
	}
	one := func(not bool) [][]string {
		for strings.EqualFold(words[at], "not") {
			not = !not
			at++
		}
		if words[at] == "(" {
			at++
			x := either(not)
			at++
			return x
		}
		mark := ""
		if not {
			mark = "!"
		}
		if at+1 >= len(words) || words[at+1] != "of" {
			at++
			return [][]string{{mark + words[at-1]}}
		}
		all, pattern := words[at] == "all", words[at+2]
		at += 3
		var out [][]string
		var names []string
		for name := range m.detection {
			if pattern == "them" && name[0] != '_' || regexp.MustCompile("^"+strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")+"$").MatchString(name) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		if all == not { // any of them may hold, or not hold
			for _, name := range names {
				out = append(out, []string{mark + name})
			}
			return out
		}
		out = [][]string{nil}
		for _, name := range names {
			out[0] = append(out[0], mark+name)
		}
		return out
	}
	level := func(word string, next func(bool) [][]string) func(bool) [][]string {
		return func(not bool) [][]string {
			out := next(not)
			for at < len(words) && strings.EqualFold(words[at], word) {
				at++
				if more := next(not); (word == "and") == not {
					out = append(out, more...)
				} else {
					out = join(out, more)
				}
			}
			return out
		}
	}
	either = level("or", level("and", one))
	return either(false)
}

func (m *maker) selection(x any) (out []wish) {
	switch x := x.(type) {
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			field, mods, _ := strings.Cut(k, "|")
			out = append(out, m.values(field, strings.Split(mods, "|"), x[k])...)
		}
	case []any:
		var maps []any
		for _, v := range x {
			if _, ok := v.(map[string]any); ok {
				maps = append(maps, v)
			}
		}
		if len(maps) > 0 {
			return m.selection(maps[m.choose(len(maps))])
		}
		return m.values("", nil, x)
	default:
		return m.values("", nil, x)
	}
	return out
}

// values turns the values of one field into wishes: one of them, or with all
// each.
func (m *maker) values(field string, mods []string, x any) (out []wish) {
	list, ok := x.([]any)
	if !ok {
		list = []any{x}
	}
	has := func(word string) bool { return slices.Contains(mods, word) }
	if !has("all") {
		list = list[m.choose(len(list)):][:1]
	}
	for _, v := range list {
		var node yaml.Node
		_ = node.Encode(v) // plain values: cannot fail
		text := node.Value
		switch {
		case v == nil, has("exists") && v == false:
			out = append(out, wish{field, "absent", ""})
			continue
		case has("exists"):
			out = append(out, wish{field, "contains", "x"})
			continue
		case has("fieldref"):
			out = append(out, wish{field, "sameAs", text})
			continue
		case has("re"):
			out = append(out, wish{field, "contains", sample(text)})
			continue
		case has("cidr"):
			p := netip.MustParsePrefix(text)
			out = append(out, wish{field, "equals", p.Addr().String()})
			continue
		case has("gt"), has("gte"), has("lt"), has("lte"):
			n, _ := strconv.Atoi(text)
			if has("gt") {
				n++
			} else if has("lt") {
				n--
			}
			out = append(out, wish{field, "equals", strconv.Itoa(n)})
			continue
		case has("expand"):
			text = regexp.MustCompile("%[^%]+%").ReplaceAllString(text, "PLACE$")
		}
		if has("wide") {
			text = string(wideOf(text))
		}
		if has("base64offset") {
			text = strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(text)), "=")
			text = text[:len(text)-1]
		} else if has("base64") {
			text = base64.StdEncoding.EncodeToString([]byte(text))
		}
		out = append(out, placed(field, mods, text)...)
	}
	return out
}

// placed divides a text at its wildcards.
func placed(field string, mods []string, text string) (out []wish) {
	parts, lit := []string{}, ""
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && strings.IndexByte(`*?\`, text[i+1]) >= 0:
			i++
			lit += text[i : i+1]
		case c == '*':
			parts, lit = append(parts, lit), ""
		case c == '?':
			lit += "x"
		default:
			lit += text[i : i+1]
		}
	}
	parts = append(parts, lit)
	first, last := "equals", "equals"
	switch {
	case slices.Contains(mods, "contains"), field == "":
		first, last = "contains", "contains"
	case slices.Contains(mods, "startswith"):
		first, last = "starts", "contains"
	case slices.Contains(mods, "endswith"):
		first, last = "contains", "ends"
	case len(parts) > 1:
		first, last = "starts", "ends"
	}
	for i, p := range parts {
		kind := "contains"
		if i == 0 {
			kind = first
		}
		if i == len(parts)-1 && (i > 0 || kind == "contains") {
			kind = last
		}
		if p != "" || kind == "equals" {
			out = append(out, wish{field, kind, p})
		}
	}
	if len(out) == 0 { // any text
		out = append(out, wish{field, "contains", "x"})
	}
	return out
}

// granted makes of all wishes one value for each field. apart begins those that
// may begin anyhow with something else.
func granted(wishes []wish, apart bool) (fields map[string]string, keywords []string) {
	fields = map[string]string{}
	start, middle, end := map[string]string{}, map[string][]string{}, map[string]string{}
	var names []string
	for _, w := range wishes {
		if w.field == "" {
			keywords = append(keywords, w.text)
			continue
		}
		if !slices.Contains(names, w.field) {
			names = append(names, w.field)
		}
		switch w.kind {
		case "absent":
			fields[w.field] = absent
		case "equals":
			fields[w.field] = w.text
		case "starts":
			if len(w.text) > len(start[w.field]) {
				start[w.field] = w.text
			}
		case "ends":
			if len(w.text) > len(end[w.field]) {
				end[w.field] = w.text
			}
		case "contains":
			middle[w.field] = append(middle[w.field], w.text)
		}
	}
	for _, f := range names {
		if _, set := fields[f]; set {
			continue
		}
		var inner []string
		for _, t := range middle[f] {
			if !strings.Contains(strings.ToLower(start[f]+"\x00"+end[f]), strings.ToLower(t)) {
				inner = append(inner, t)
			}
		}
		if end[f] == "(Default)" { // the name of a registry value
			end[f] = `\(Default)`
		}
		if apart && start[f] == "" {
			start[f] = "zz"
		}
		text := start[f] + strings.Join(inner, " ") + end[f]
		if text == "" || end[f] == "" && strings.HasSuffix(text, " ") {
			text += "x"
		}
		if (f == "Image" || f == "ParentImage") && strings.HasPrefix(text, `\`) && !strings.HasPrefix(text, `\\`) {
			text = `C:\x` + text
		}
		fields[f] = text
	}
	for _, w := range wishes {
		if w.kind == "sameAs" {
			if fields[w.text] == "" {
				fields[w.text] = "same"
			}
			fields[w.field] = fields[w.text]
		}
	}
	return fields, keywords
}

// absent marks a field that the record must not have.
const absent = "\x00absent"

func fieldsOf(x any) (out []string) {
	switch x := x.(type) {
	case map[string]any:
		for k := range x {
			f, _, _ := strings.Cut(k, "|")
			out = append(out, f)
		}
	case []any:
		for _, v := range x {
			out = append(out, fieldsOf(v)...)
		}
	}
	return out
}

// sample is a text that a regular expression matches.
func sample(expr string) string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	write(&b, re)
	return b.String()
}

func write(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		for _, r := range "aq1 _-~Z" {
			for i := 0; i+1 < len(re.Rune); i += 2 {
				if re.Rune[i] <= r && r <= re.Rune[i+1] {
					b.WriteRune(r)
					return
				}
			}
		}
		b.WriteRune(min(re.Rune[0], utf8.MaxRune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpAlternate:
		write(b, re.Sub[0])
	case syntax.OpRepeat:
		for range max(re.Min, 1) {
			write(b, re.Sub[0])
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpCapture, syntax.OpConcat:
		for _, s := range re.Sub {
			write(b, s)
		}
	}
}
