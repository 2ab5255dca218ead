package hypothesis

import (
	"slices"
	"strings"
)

// WeighingSchema names the contract of hypotheses.json.
const WeighingSchema = "spoor.hypotheses/1"

// WeighingFile is the file of a case that holds the full weighing.
const WeighingFile = "hypotheses.json"

// Weighing is the content of hypotheses.json: the full answer for the case,
// for each host and for each storyline. An answer that rests on the same
// evidence as a wider one is not repeated: SameAs says where it stands.
type Weighing struct {
	Schema string      `json:"schema"`
	Case   *Assessment `json:"case"` // nil when no host was weighed
	SameAs string      `json:"same_as,omitempty"`
	Hosts  []HostFit   `json:"hosts"`
}

// HostFit is the answer for one host.
type HostFit struct {
	Host       string      `json:"host"`
	Assessment *Assessment `json:"assessment"`
	Storylines []StoryFit  `json:"storylines"`
}

// StoryFit is the answer for one way in, with what came after it.
type StoryFit struct {
	Chain      string      `json:"chain"`
	Assessment *Assessment `json:"assessment,omitempty"`
	SameAs     string      `json:"same_as,omitempty"` // "host"
}

// Brief is what verdict.json holds of an answer.
type Brief struct {
	Schema    string       `json:"schema"`
	Scope     string       `json:"scope"` // "host", or the chain of a storyline
	Answer    string       `json:"answer"`
	Sentence  string       `json:"sentence"`
	Basis     string       `json:"basis"`
	Coverage  float64      `json:"coverage"`
	Named     *GroupName   `json:"named,omitempty"`
	Groups    []BriefGroup `json:"groups"`
	Doors     []BriefDoor  `json:"doors"`
	ErrorRate string       `json:"error_rate"`
	Full      string       `json:"full"` // the file with the whole weighing
	Alike     []GroupName  `json:"look_alikes"`
	Against   []string     `json:"contradictions"`
}

// BriefGroup is one group of the set.
type BriefGroup struct {
	GroupName
	Word string `json:"word"`
}

// BriefDoor counts who is publicly tied to a door.
type BriefDoor struct {
	CVEs []string    `json:"cves"`
	Tied []GroupName `json:"tied"`
}

// Named lists the groups that an answer points to, by id, each once.
func (w *Weighing) Named() []GroupName {
	var out []GroupName
	add := func(a *Assessment) {
		if a != nil && a.Named != nil && !slices.Contains(out, *a.Named) {
			out = append(out, *a.Named)
		}
	}
	add(w.Case)
	for _, h := range w.Hosts {
		add(h.Assessment)
		for _, s := range h.Storylines {
			add(s.Assessment)
		}
	}
	slices.SortFunc(out, func(a, b GroupName) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Brief shortens an answer for verdict.json; nothing in it is stronger than
// in the answer.
func (a *Assessment) Brief(scope string) Brief {
	b := Brief{Schema: "spoor.hypothesis-brief/1", Scope: scope, Answer: a.Answer, Sentence: a.Sentence, Basis: a.Basis, Coverage: a.Coverage, ErrorRate: a.ErrorRate, Named: a.Named,
		Groups: []BriefGroup{}, Doors: []BriefDoor{}, Full: WeighingFile, Alike: a.LookAlikes, Against: a.Contradictions}
	for _, g := range a.Groups {
		b.Groups = append(b.Groups, BriefGroup{g.GroupName, g.Word})
	}
	for _, d := range a.Doors {
		x := BriefDoor{CVEs: d.CVEs, Tied: []GroupName{}}
		for _, t := range d.Tied {
			x.Tied = append(x.Tied, GroupName{t.ID, t.Name})
		}
		b.Doors = append(b.Doors, x)
	}
	return b
}
