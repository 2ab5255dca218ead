package statement

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"

	"spoor/internal/safetext"
)

// Issuer is one government, body, company or accused state with everything
// it said on the incident as marks, and one statement in full. Nothing is
// averaged: every statement keeps its own mark.
type Issuer struct {
	Name  string `json:"name"`
	Marks []Said `json:"marks"`
	// Lead is the statement shown in words: a primary source before press,
	// the government's own text before a person's, quoted words before a
	// reporter's. It is nil where the issuer said nothing on this incident.
	Lead *Line `json:"lead,omitempty"`
	// Hedges are confidence phrases of its other statements on the incident.
	Hedges      []string `json:"hedges,omitempty"`
	BesideMarks []Said   `json:"beside_marks,omitempty"`
	// Beside is what the issuer said the same day about something else,
	// chosen in the same way, statements that name groups first.
	Beside *Line `json:"beside,omitempty"`
}

// Said is one statement on the scale.
type Said struct {
	Strength int    `json:"strength"`
	Medium   string `json:"medium"`
	ID       string `json:"id"`
}

// speaksFor reports the kinds of speakers that are issuers: experts, media
// and officials without a name are shown in the full comparison only.
func speaksFor(kind string) bool {
	return slices.Contains([]string{"government", "prosecutor", "court", "international-organisation", "company", "accused"}, kind)
}

// groupIssuers groups the lines by who issued them.
func groupIssuers(words, beside []Line) []Issuer {
	var order []string
	all := map[string]*Issuer{}
	leads := map[string][2][]Line{}
	add := func(list []Line, slot int) {
		for _, l := range list {
			if !speaksFor(l.Speaker.Kind) || l.Strength == nil {
				continue
			}
			key := l.Speaker.State
			if key == "" || l.Speaker.Kind == "company" {
				key = l.Speaker.Name
			}
			if all[key] == nil {
				all[key] = &Issuer{Name: l.Speaker.Name, Marks: []Said{}}
				if n := StateName(l.Speaker.State); key == l.Speaker.State && n != l.Speaker.State {
					all[key].Name = n
				}
				order = append(order, key)
			}
			said := Said{*l.Strength, l.Medium, l.ID}
			if slot == 0 {
				all[key].Marks = append(all[key].Marks, said)
			} else {
				all[key].BesideMarks = append(all[key].BesideMarks, said)
			}
			two := leads[key]
			two[slot] = append(two[slot], l)
			leads[key] = two
		}
	}
	add(words, 0)
	add(beside, 1)
	out := make([]Issuer, 0, len(order))
	for _, key := range order {
		is := all[key]
		is.Lead = leading(leads[key][0], false)
		is.Beside = leading(leads[key][1], true)
		for _, l := range leads[key][0] {
			if l.Confidence != "" && l.ID != is.Lead.ID && l.Confidence != is.Lead.Confidence && !slices.Contains(is.Hedges, l.Confidence) {
				is.Hedges = append(is.Hedges, l.Confidence)
			}
		}
		out = append(out, *is)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := -2, -2
		if out[i].Lead != nil {
			a = strengthOf(*out[i].Lead)
		}
		if out[j].Lead != nil {
			b = strengthOf(*out[j].Lead)
		}
		// Silence on the incident stands before a denial.
		if a == -2 {
			a = 0
		}
		if b == -2 {
			b = 0
		}
		if a != b {
			return a > b
		}
		return out[i].Name < out[j].Name
	})
	return out
}

// elsewhere names the hedges of the statements that are not shown.
func (is Issuer) elsewhere() string {
	if len(is.Hedges) == 0 {
		return ""
	}
	return " Elsewhere: “" + strings.Join(is.Hedges, "”, “") + "”."
}

func leading(list []Line, groups bool) *Line {
	best, score := -1, -1
	for i, l := range list {
		n := 0
		if groups && len(l.Groups) > 0 {
			n += 16
		}
		if l.Medium == "primary" {
			n += 8
		}
		if l.Speaker.Role == "" || l.Speaker.Kind == "accused" {
			n += 4
		}
		if l.Wording == "quoted" {
			n += 2
		}
		if l.Confidence != "" {
			n++
		}
		n = n*100 + min(len(l.Contradicts), 99) // of equals, the one that answers most
		if n > score {
			best, score = i, n
		}
	}
	if best < 0 {
		return nil
	}
	return &list[best]
}

// Table renders the comparison for a terminal, at most 100 columns wide: one
// entry per issuer. FullTable has every statement.
func (c Comparison) Table() string {
	var b strings.Builder
	w := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	c.head(&b)
	for _, is := range c.Issuers {
		text := "says nothing on this incident in what was read"
		if is.Lead != nil {
			text = is.Lead.who() + hedged(*is.Lead, 130) + is.elsewhere()
		}
		cells(&b, is.Name, scaleCells(is.Marks), text)
		if is.Beside != nil {
			cells(&b, "  not on this incident", scaleCells(is.BesideMarks), is.Beside.who()+hedged(*is.Beside, 110))
		}
	}
	c.acts(&b)
	c.silent(&b)
	w("\n%d statements on this incident, %d beside it; --full shows each.", len(c.Words), len(c.Beside))
	return b.String()
}

// FullTable renders every statement, one entry each.
func (c Comparison) FullTable() string {
	var b strings.Builder
	c.head(&b)
	row := func(l Line) {
		var said []Said
		if l.Strength != nil {
			said = []Said{{*l.Strength, l.Medium, l.ID}}
		}
		cells(&b, l.Issuer, scaleCells(said), hedged(l, 150))
	}
	for _, l := range c.Words {
		row(l)
	}
	if len(c.Beside) > 0 {
		fmt.Fprintln(&b, "\nSame issuers, same days, not about this incident")
		for _, l := range c.Beside {
			row(l)
		}
	}
	c.acts(&b)
	c.silent(&b)
	return b.String()
}

func (c Comparison) head(b *strings.Builder) {
	fmt.Fprintln(b, safetext.TerminalCut(fmt.Sprintf("%s (%s), %s", c.Incident.Name, c.Incident.ID, period(c.Incident)), 100))
	fmt.Fprintln(b, "Strength of the words, each mark one statement: * primary source, o press or translation.")
	names := make([]string, 0, len(c.Scale))
	for _, m := range c.Scale {
		names = append(names, fmt.Sprintf("%d %s", m.Strength, m.Name))
	}
	fmt.Fprintf(b, "%s\n\n%-24s -1  0  1  2  3  4  5  6   what was said\n", strings.Join(names, ", "), "issuer")
}

// scaleCells draws the scale with a mark for each statement; a primary
// source hides a press mark of the same strength.
func scaleCells(said []Said) string {
	var b strings.Builder
	for n := -1; n <= 6; n++ {
		mark := "."
		for _, s := range said {
			if s.Strength == n && s.Medium == "primary" {
				mark = "*"
			} else if s.Strength == n && mark == "." {
				mark = "o"
			}
		}
		b.WriteString(" " + mark + " ")
	}
	return b.String()
}

func cells(b *strings.Builder, name, scale, text string) {
	for i, part := range wrap(text, 48) {
		if i == 0 {
			fmt.Fprintf(b, "%-24s %s  %s\n", safetext.TerminalCut(name, 24), scale, safetext.Terminal(part))
			continue
		}
		fmt.Fprintf(b, "%-51s%s\n", "", safetext.Terminal(part))
	}
}

func (c Comparison) acts(b *strings.Builder) {
	if len(c.Acts) == 0 {
		return
	}
	fmt.Fprintln(b, "\nLegal acts: a status, no strength, each about its own incident")
	for _, l := range c.Acts {
		fmt.Fprintf(b, "%-24s %s, %s %s\n", safetext.TerminalCut(l.Issuer, 24), l.Legal.Kind, status(l.Legal.Status), l.Legal.Date)
		for _, part := range wrap("about "+l.IncidentName+", "+l.Period+": "+l.accused(), 74) {
			fmt.Fprintf(b, "%-24s %s\n", "", safetext.Terminal(part))
		}
	}
}

func (c Comparison) silent(b *strings.Builder) {
	if len(c.Silent) == 0 {
		return
	}
	fmt.Fprintln(b, "\nOnly named, no wording in that source")
	for _, part := range wrap(c.silentNames(), 98) {
		fmt.Fprintf(b, "  %s\n", safetext.Terminal(part))
	}
}

func (c Comparison) silentNames() string {
	var names []string
	for _, l := range c.Silent {
		if !slices.Contains(names, l.Issuer) {
			names = append(names, l.Issuer)
		}
	}
	return strings.Join(names, ", ")
}

// accused names the persons of a legal act, or its target.
func (l Line) accused() string {
	names := make([]string, 0, len(l.Persons))
	for _, p := range l.Persons {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return l.Target.Name
	}
	return strings.Join(names, ", ")
}

// who names a person or body that spoke for the issuer.
func (l Line) who() string {
	if l.Speaker.Role != "" {
		return l.Speaker.Name + ": "
	}
	if l.Speaker.Body != "" && l.Speaker.Body != l.Speaker.Name {
		return l.Speaker.Body + ": "
	}
	return ""
}

// status says charged together with what it is not.
func status(s string) string {
	if s == "charged" {
		return "charged, not convicted"
	}
	return s
}

// hedged is the sentence of a row: the words, then what qualifies them.
func hedged(l Line, n int) string { return quoted(l, n) + " [" + qualifiers(l) + "]" }

// quoted is the quote, cut to n runes around its verb, in quotation marks.
func quoted(l Line, n int) string {
	text := cutAround(strings.TrimFunc(OneLine(l.Quote), func(r rune) bool { return r == '"' || r == '“' || r == '”' || unicode.IsSpace(r) }), l.Verb, n)
	if strings.Count(text, "“") > strings.Count(text, "”") {
		text += "”"
	}
	return "“" + text + "”"
}

func qualifiers(l Line) string {
	var q []string
	if l.Target.Level != "none" {
		q = append(q, l.Target.Level+": "+l.Target.Name)
	}
	if len(l.Groups) > 0 && l.Target.Level != "group" {
		q = append(q, "groups: "+strings.Join(l.Groups, ", "))
	}
	if l.Confidence != "" {
		q = append(q, "“"+l.Confidence+"”")
	}
	if l.Finding == "endorsement" {
		q = append(q, "no finding of its own")
	}
	if l.Condemnation == "condemn" || l.Condemnation == "strongly" {
		q = append(q, "condemns")
	}
	q = append(q, string(l.Date))
	if len(l.Contradicts) > 0 {
		q = append(q, "contradicts "+strings.Join(l.Contradicts, ", "))
	}
	if len(l.SupersededBy) > 0 {
		q = append(q, "superseded by "+strings.Join(l.SupersededBy, ", "))
	}
	return strings.Join(q, "; ")
}
