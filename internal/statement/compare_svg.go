package statement

import (
	"encoding/xml"
	"fmt"
	"strings"

	"spoor/internal/safetext"
)

// SVG draws a comparison: one row per issuer, or per statement where full is
// set, with the strength of each statement on the scale and words beside it. Filled marks are primary sources, hollow ones press or
// translations. Colours keep a contrast of 4.5:1 on white; nothing is told
// by colour alone.
func (c Comparison) SVG(full bool) string {
	const (
		width = 1180
		left  = 236 // where the scale starts
		step  = 44
		words = left + 8*step + 24 // where the words start
		line  = 16
	)
	var b strings.Builder
	y := 0
	esc := func(s string) string {
		var e strings.Builder
		xml.EscapeText(&e, []byte(safetext.Terminal(s)))
		return e.String()
	}
	text := func(x, y int, class, s string) {
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>\n", x, y, class, esc(s))
	}
	section := func(title string) {
		y += 34
		text(16, y, "h", title)
		fmt.Fprintf(&b, "<line x1=\"16\" x2=\"%d\" y1=\"%d\" y2=\"%d\" class=\"rule\"/>\n", width-16, y+8, y+8)
		y += 12
	}
	row := func(name string, said []Said, parts, notes []string, light bool) {
		issuer := wrap(name, 28)
		height := max(line*(len(parts)+len(notes)), line*len(issuer)) + 10
		class := "issuer"
		if light {
			class = "note"
		}
		for i, p := range issuer {
			text(16, y+18+i*line, class, p)
		}
		for n := -1; n <= 6; n++ {
			x := left + (n+1)*step + step/2
			fmt.Fprintf(&b, "<circle cx=\"%d\" cy=\"%d\" r=\"1.5\" class=\"tick\"/>\n", x, y+13)
			mark := ""
			for _, s := range said {
				if s.Strength == n && (mark == "" || s.Medium == "primary") {
					mark = "press"
					if s.Medium == "primary" {
						mark = "primary"
					}
				}
			}
			if mark != "" {
				fmt.Fprintf(&b, "<circle cx=\"%d\" cy=\"%d\" r=\"7\" class=\"%s\"><title>%s: %d %s</title></circle>\n", x, y+13, mark, esc(name), n, StrengthName(n))
			}
		}
		for i, p := range parts {
			text(words, y+18+i*line, "words", p)
		}
		for i, p := range notes {
			text(words, y+18+(len(parts)+i)*line, "note", p)
		}
		y += height
		fmt.Fprintf(&b, "<line x1=\"16\" x2=\"%d\" y1=\"%d\" y2=\"%d\" class=\"hair\"/>\n", width-16, y, y)
	}
	statement := func(name string, said []Said, l Line, more string, light bool) {
		row(name, said, wrap(l.who()+quoted(l, 200), 78), wrap(qualifiers(l)+more, 84), light)
	}
	one := func(l Line) {
		var said []Said
		if l.Strength != nil {
			said = []Said{{*l.Strength, l.Medium, l.ID}}
		}
		statement(l.Issuer, said, l, "", false)
	}
	y = 34
	text(16, y, "title", c.Incident.Name)
	y += 20
	text(16, y, "note", period(c.Incident)+" · who said what, and how strongly · filled: primary source, hollow: press or translation")
	y += 30
	for n := -1; n <= 6; n++ {
		x := left + (n+1)*step + step/2
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" class=\"mark\" text-anchor=\"middle\">%d</text>\n", x, y, n)
		fmt.Fprintf(&b, "<text transform=\"translate(%d,%d) rotate(38)\" class=\"name\">%s</text>\n", x-4, y+14, StrengthName(n))
	}
	y += 66
	fmt.Fprintf(&b, "<line x1=\"16\" x2=\"%d\" y1=\"%d\" y2=\"%d\" class=\"rule\"/>\n", width-16, y, y)
	if full {
		for _, l := range c.Words {
			one(l)
		}
		if len(c.Beside) > 0 {
			section("Same issuers, same days, not about this incident")
			for _, l := range c.Beside {
				one(l)
			}
		}
	} else {
		for _, is := range c.Issuers {
			if is.Lead != nil {
				statement(is.Name, is.Marks, *is.Lead, is.elsewhere(), false)
			} else {
				row(is.Name, nil, []string{"says nothing on this incident in what was read"}, nil, false)
			}
			if is.Beside != nil {
				statement("not on this incident", is.BesideMarks, *is.Beside, "", true)
			}
		}
	}
	if len(c.Acts) > 0 {
		section("Legal acts: no strength, each about its own incident")
		for _, l := range c.Acts {
			y += 22
			text(16, y, "issuer", Cut(l.Issuer, 30))
			for i, p := range wrap(fmt.Sprintf("%s, %s on %s: %s. About %s (%s).", l.Legal.Kind, status(l.Legal.Status), l.Legal.Date, l.accused(), l.IncidentName, l.Period), 130) {
				text(left, y+i*line, "words", p)
				if i > 0 {
					y += line
				}
			}
		}
		y += 8
	}
	if len(c.Silent) > 0 {
		section("Only named, no wording in that source")
		for _, p := range wrap(c.silentNames(), 150) {
			y += 20
			text(16, y, "words", p)
		}
	}
	y += 28
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">
<style>text{font-family:system-ui,"DejaVu Sans",sans-serif;font-size:13px;fill:#1b1f24}.title{font-size:20px;font-weight:600}.h{font-weight:600}.issuer{font-weight:600}.note,.name{fill:#57606a;font-size:12px}.mark{font-weight:600}.rule{stroke:#57606a;stroke-width:1}.hair{stroke:#d8dee4;stroke-width:1}.tick{fill:#afb8c1}.primary{fill:#1f4b99;stroke:#1f4b99;stroke-width:2}.press{fill:#fff;stroke:#1f4b99;stroke-width:2}</style>
<rect width="100%%" height="100%%" fill="#fff"/>
%s</svg>
`, width, y, width, y, esc("Statements on "+c.Incident.Name), b.String())
}
