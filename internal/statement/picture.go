package statement

import (
	"encoding/xml"
	"fmt"
	"strings"

	"spoor/internal/safetext"
)

// The measures of the picture, in pixels.
const (
	pictureWidth = 1180
	margin       = 16
	scaleLeft    = 236                          // where the scale starts
	scaleStep    = 44                           // from one strength to the next
	wordsLeft    = scaleLeft + 8*scaleStep + 24 // where the words start
	textLine     = 16                           // from one line of text to the next
	firstLine    = 18                           // from the top of a row to its first line of text
	markDown     = 13                           // from the top of a row to its marks
	weakest      = -1                           // ends of the scale
	strongest    = 6
)

// pictureFrame is the document around the drawing. Colours keep a contrast of
// 4.5:1 on white.
const pictureFrame = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="img" aria-label="%[3]s">
<style>text{font-family:system-ui,"DejaVu Sans",sans-serif;font-size:13px;fill:#1b1f24}.title{font-size:20px;font-weight:600}.h{font-weight:600}.issuer{font-weight:600}.note,.name{fill:#57606a;font-size:12px}.mark{font-weight:600}.rule{stroke:#57606a;stroke-width:1}.hair{stroke:#d8dee4;stroke-width:1}.tick{fill:#afb8c1}.primary{fill:#1f4b99;stroke:#1f4b99;stroke-width:2}.press{fill:#fff;stroke:#1f4b99;stroke-width:2}</style>
<rect width="100%%" height="100%%" fill="#fff"/>
%[4]s</svg>
`

// SVG draws a comparison: one row for each issuer, or for each statement where
// full is set, with the strength of each statement on the scale and words
// beside it. Filled marks are primary sources, hollow ones press or
// translations. Nothing is shown by colour alone.
func (c Comparison) SVG(full bool) string {
	p := &picture{}
	p.head(c.Incident)
	if full {
		p.statements(c)
	} else {
		p.issuers(c)
	}
	if len(c.Acts) > 0 {
		p.section("Legal acts: no strength, each about its own incident")
		for _, l := range c.Acts {
			p.act(l)
		}
		p.y += 8
	}
	if len(c.Silent) > 0 {
		p.section("Only named, no wording in that source")
		for _, line := range wrap(c.silentNames(), 150) {
			p.y += 20
			p.text(margin, p.y, "words", line)
		}
	}
	p.y += 28
	return fmt.Sprintf(pictureFrame, pictureWidth, p.y, escaped("Statements on "+c.Incident.Name), p.drawn.String())
}

// picture is a drawing that grows downwards.
type picture struct {
	drawn strings.Builder
	y     int // where the next row begins
}

func escaped(s string) string {
	var e strings.Builder
	xml.EscapeText(&e, []byte(safetext.Terminal(s)))
	return e.String()
}

func (p *picture) text(x, y int, class, s string) {
	fmt.Fprintf(&p.drawn, "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>\n", x, y, class, escaped(s))
}

func (p *picture) line(y int, class string) {
	fmt.Fprintf(&p.drawn, "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", margin, pictureWidth-margin, y, y, class)
}

// head draws the title and the scale.
func (p *picture) head(in Incident) {
	p.y = 34
	p.text(margin, p.y, "title", in.Name)
	p.y += 20
	p.text(margin, p.y, "note", period(in)+" · who said what, and how strongly · filled: primary source, hollow: press or translation")
	p.y += 30
	for n := weakest; n <= strongest; n++ {
		x := onScale(n)
		fmt.Fprintf(&p.drawn, "<text x=\"%d\" y=\"%d\" class=\"mark\" text-anchor=\"middle\">%d</text>\n", x, p.y, n)
		fmt.Fprintf(&p.drawn, "<text transform=\"translate(%d,%d) rotate(38)\" class=\"name\">%s</text>\n", x-4, p.y+14, StrengthName(n))
	}
	p.y += 66
	p.line(p.y, "rule")
}

func onScale(strength int) int { return scaleLeft + (strength-weakest)*scaleStep + scaleStep/2 }

func (p *picture) section(title string) {
	p.y += 34
	p.text(margin, p.y, "h", title)
	p.line(p.y+8, "rule")
	p.y += 12
}

// statements draws a row for each statement.
func (p *picture) statements(c Comparison) {
	one := func(l Line) {
		var said []Said
		if l.Strength != nil {
			said = []Said{{*l.Strength, l.Medium, l.ID}}
		}
		p.statement(l.Issuer, said, l, "", "issuer")
	}
	for _, l := range c.Words {
		one(l)
	}
	if len(c.Beside) > 0 {
		p.section("Same issuers, same days, not about this incident")
		for _, l := range c.Beside {
			one(l)
		}
	}
}

// issuers draws a row for each issuer, and one below it for what it said on
// the same days about something else.
func (p *picture) issuers(c Comparison) {
	for _, is := range c.Issuers {
		if is.Lead != nil {
			p.statement(is.Name, is.Marks, *is.Lead, is.elsewhere(), "issuer")
		} else {
			p.row(row{name: is.Name, class: "issuer", words: []string{"says nothing on this incident in what was read"}})
		}
		if is.Beside != nil {
			p.statement("not on this incident", is.BesideMarks, *is.Beside, "", "note")
		}
	}
}

func (p *picture) statement(name string, said []Said, l Line, more, class string) {
	p.row(row{name: name, class: class, said: said, words: wrap(l.who()+quoted(l, 200), 78), notes: wrap(qualifiers(l)+more, 84)})
}

// row is one line of the comparison: a name, marks on the scale, words.
type row struct {
	name, class  string
	said         []Said
	words, notes []string
}

func (p *picture) row(r row) {
	name := wrap(r.name, 28)
	for i, s := range name {
		p.text(margin, p.y+firstLine+i*textLine, r.class, s)
	}
	for n := weakest; n <= strongest; n++ {
		fmt.Fprintf(&p.drawn, "<circle cx=\"%d\" cy=\"%d\" r=\"1.5\" class=\"tick\"/>\n", onScale(n), p.y+markDown)
		if mark := markOf(r.said, n); mark != "" {
			fmt.Fprintf(&p.drawn, "<circle cx=\"%d\" cy=\"%d\" r=\"7\" class=\"%s\"><title>%s: %d %s</title></circle>\n", onScale(n), p.y+markDown, mark, escaped(r.name), n, StrengthName(n))
		}
	}
	for i, s := range r.words {
		p.text(wordsLeft, p.y+firstLine+i*textLine, "words", s)
	}
	for i, s := range r.notes {
		p.text(wordsLeft, p.y+firstLine+(len(r.words)+i)*textLine, "note", s)
	}
	p.y += max(textLine*(len(r.words)+len(r.notes)), textLine*len(name)) + 10
	p.line(p.y, "hair")
}

// markOf is the class of the mark at a strength, "" where nothing was said
// with it. A primary source goes before press.
func markOf(said []Said, strength int) string {
	mark := ""
	for _, s := range said {
		if s.Strength != strength {
			continue
		}
		if s.Medium == "primary" {
			return "primary"
		}
		mark = "press"
	}
	return mark
}

func (p *picture) act(l Line) {
	p.y += 22
	p.text(margin, p.y, "issuer", Cut(l.Issuer, 30))
	for i, s := range wrap(fmt.Sprintf("%s, %s on %s: %s. About %s (%s).", l.Legal.Kind, status(l.Legal.Status), l.Legal.Date, l.accused(), l.IncidentName, l.Period), 130) {
		if i > 0 {
			p.y += textLine
		}
		p.text(scaleLeft, p.y, "words", s)
	}
}
