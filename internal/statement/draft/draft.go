// Package draft proposes statements from a text in English: it cuts the text
// into sentences, finds who speaks, with which verb, about whom, and how
// strongly, and leaves the rest to a person. It also takes the text out of
// HTML pages and PDFs.
//
// Vocabulary: an entity is something that a sentence names (a state, a body,
// a person, a group); an act is a speech verb with its subject and the words
// it governs; a Proposal is the statement that an act became, with the
// reasons; furniture is text that is not part of the article.
//
// Texts are hostile input: sizes are bounded, time is linear in the text, and
// what is left out is said in the draft's notes. Nothing proposed is a fact
// of the record before a person has confirmed it.
package draft

import (
	"strings"

	"spoor/internal/statement"
)

// Limits of drafting.
const (
	// MaxBytes bounds a text that statements are proposed from.
	MaxBytes = 4 << 20
	// maxSentenceWords bounds one sentence; a longer one is read in parts.
	maxSentenceWords = 400
	// maxProposals bounds the proposals of one text.
	maxProposals = 2000
)

// Options is what the caller knows about a text.
type Options struct {
	// Date is the day the text was published; statements get it.
	Date statement.Date
	// Publisher is who published the text; it speaks where nobody is named.
	Publisher string
	// URL is the text's address, "" when unknown.
	URL string
	// Actor reports whether a capitalised name is a threat group's. It may be
	// nil: common forms of group names are known anyway.
	Actor func(name string) bool
}

// Draft is what a text seems to say, for a person to confirm. Nothing in it
// is a fact of the record before that.
type Draft struct {
	// Text is what was read, after markup was removed; all spans are byte
	// ranges in it.
	Text       string               `json:"-"`
	Title      *Found               `json:"title,omitempty"`
	Statements []Proposal           `json:"statements"`
	Incidents  []statement.Incident `json:"incidents"`
	Actors     []Found              `json:"actors"`
	CVEs       []Found              `json:"cves"`
	Techniques []Found              `json:"techniques"`
	Victims    []Found              `json:"victims"`
	Dates      []Found              `json:"dates"`
	Figures    []Found              `json:"figures"`
	// Furniture is what was left alone: titles, menus, teasers.
	Furniture []Found `json:"furniture"`
	// Notes tell what the reader of the draft must know about all of it.
	Notes []string `json:"notes"`
}

// Found is a piece of the text with what it was taken for.
type Found struct {
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Proposal is a statement with the reasons for its values.
type Proposal struct {
	statement.Statement
	Why []string `json:"why"`
	// Negated holds wording the sentence says was avoided.
	Negated []string `json:"negated,omitempty"`

	about string // name of another speaker the words are about
	self  bool   // says that the state does not do it itself
	start int
}

// Propose reads a plain text. It is deterministic and takes time linear in
// the text; text beyond MaxBytes is left out and said in Notes.
func Propose(text string, opt Options) Draft {
	d := Draft{Statements: []Proposal{}, Incidents: []statement.Incident{}, Actors: []Found{}, CVEs: []Found{}, Techniques: []Found{}, Victims: []Found{}, Dates: []Found{}, Figures: []Found{}, Furniture: []Found{}, Notes: []string{}}
	if len(text) > MaxBytes {
		text = strings.ToValidUTF8(text[:MaxBytes], "")
		d.Notes = append(d.Notes, "the text is longer than 4 MiB; the rest was not read")
	}
	d.Text = text
	p := &proposer{d: &d, opt: opt, names: gazetteer(), verbs: verbs(), people: map[string]entity{}, incidents: map[string]int{}}
	for _, par := range paragraphs(text) {
		switch par.kind {
		case parTitle:
			d.Title = &Found{Text: text[par.start:par.end], Start: par.start, End: par.end}
		case parFurniture:
			d.Furniture = append(d.Furniture, Found{Text: text[par.start:par.end], Start: par.start, End: par.end})
		default:
			p.paragraph(par)
		}
	}
	p.finish()
	return d
}

// File turns the confirmed parts of a draft into a record file: what a
// person starts editing from. The excerpt is cut to what the quotes need.
func (d Draft) File(src statement.Source) statement.File {
	f := statement.File{Record: statement.FormatVersion, Incidents: d.Incidents}
	var pieces []string
	seen := map[string]bool{}
	for _, p := range d.Statements {
		s := p.Statement
		s.Source = src.ID
		if len(p.Why) > 0 {
			s.Note = strings.TrimSpace(s.Note + " Draft: " + strings.Join(p.Why, "; "))
		}
		for _, q := range append([]string{s.Quote}, s.More...) {
			if q != "" && !seen[q] {
				seen[q] = true
				pieces = append(pieces, q)
			}
		}
		f.Statements = append(f.Statements, s)
	}
	src.Excerpt = strings.Join(pieces, "\n")
	f.Sources = []statement.Source{src}
	return f
}
