package statement

import (
	"slices"
	"sort"
	"strings"
	"time"

	"spoor/internal/message"
)

// Case is what the record needs to know of an examined case.
type Case struct {
	// Actors are the names the hypotheses mention.
	Actors []string
	// Chains are the verdict's chain ids; CVEs those of the findings.
	Chains []string
	CVEs   []string
	// From and Until are the first attempt and the last step, UTC.
	From, Until time.Time
	// Country is the ISO code of the state where the server stands, "" if
	// not known.
	Country string
}

// Part is the report's part on the record.
type Part struct {
	Actors    []ActorPart    `json:"actors"`
	Incidents []IncidentPart `json:"incidents"`
	// Contradictions are pairs of the lines above that exclude each other.
	Contradictions [][2]Line `json:"contradictions"`
	// OwnState are the lines that come from the government of Country.
	OwnState []Line         `json:"own_state"`
	Notes    []message.Text `json:"notes"`
}

// ActorPart is what has been said about one actor that the case names.
type ActorPart struct {
	Name string `json:"name"`
	// Words and Acts are ordered by date; NoStatement is true where both are
	// empty: that nobody said anything is an answer too.
	Words       []Line `json:"words"`
	Acts        []Line `json:"acts"`
	NoStatement bool   `json:"no_statement"`
}

// IncidentPart is what has been said about an incident of the record whose
// chain and period both match the case.
type IncidentPart struct {
	Incident Incident `json:"incident"`
	Words    []Line   `json:"words"`
	Acts     []Line   `json:"acts"`
}

// ForCase collects what the record holds next to a case. It never says that
// the case belongs to an incident: it says what was said about an incident
// with the same chain in the same period. same reports whether two names are
// of one actor; nil compares names without regard to case.
func ForCase(r *Set, c Case, same func(a, b string) bool) Part {
	if same == nil {
		same = func(a, b string) bool { return strings.EqualFold(a, b) }
	}
	p := Part{Actors: []ActorPart{}, Incidents: []IncidentPart{}, Contradictions: [][2]Line{}, OwnState: []Line{}}
	shown := map[string]Line{}
	for _, name := range c.Actors {
		a := ActorPart{Name: name, Words: []Line{}, Acts: []Line{}}
		for _, s := range r.Statements {
			if !slices.ContainsFunc(s.Groups, func(g string) bool { return same(g, name) }) && !(s.Target.Level == "group" && same(s.Target.Name, name)) {
				continue
			}
			l := r.line(s)
			shown[s.ID] = l
			if s.Legal != nil {
				a.Acts = append(a.Acts, l)
			} else {
				a.Words = append(a.Words, l)
			}
		}
		byDate(a.Words)
		byDate(a.Acts)
		a.NoStatement = len(a.Words)+len(a.Acts) == 0
		p.Actors = append(p.Actors, a)
	}
	for _, in := range r.Incidents {
		if !matches(in, c) {
			continue
		}
		ip := IncidentPart{Incident: in, Words: []Line{}, Acts: []Line{}}
		for _, s := range r.Statements {
			if s.Incident != in.ID || s.Wording == "none" {
				continue
			}
			l := r.line(s)
			shown[s.ID] = l
			if s.Legal != nil {
				ip.Acts = append(ip.Acts, l)
			} else {
				ip.Words = append(ip.Words, l)
			}
		}
		byDate(ip.Words)
		byDate(ip.Acts)
		p.Incidents = append(p.Incidents, ip)
	}
	for _, s := range r.Statements {
		l, ok := shown[s.ID]
		if !ok {
			continue
		}
		if c.Country != "" && s.Speaker.State == c.Country && (s.Speaker.Kind == "government" || s.Speaker.Kind == "prosecutor" || s.Speaker.Kind == "court") {
			p.OwnState = append(p.OwnState, l)
		}
		for _, id := range s.Contradicts {
			if other, ok := r.Statement(id); ok {
				p.Contradictions = append(p.Contradictions, [2]Line{l, r.line(other)})
			}
		}
	}
	p.Notes = notes(p, c)
	return p
}

// matches is true only where a chain (or CVE) and the period both match.
func matches(in Incident, c Case) bool {
	chain := slices.ContainsFunc(in.Chains, func(id string) bool { return slices.Contains(c.Chains, id) })
	chain = chain || slices.ContainsFunc(in.CVEs, func(id string) bool { return slices.Contains(c.CVEs, id) })
	if !chain || c.From.IsZero() || c.Until.IsZero() || in.From.First().IsZero() {
		return false
	}
	if c.Until.Before(in.From.First()) {
		return false
	}
	end := in.From.Last().AddDate(0, openMonths, 0)
	if in.Until != "" {
		end = in.Until.Last()
	}
	return c.From.Before(end.AddDate(0, 0, 1))
}

// openMonths is how long an incident whose end nobody stated still matches a
// case: a chain outlives the wave that made it known by years.
const openMonths = 6

func byDate(list []Line) {
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Date != list[j].Date {
			return list[i].Date < list[j].Date
		}
		return list[i].ID < list[j].ID
	})
}

// notes say what such a line is not.
func notes(p Part, c Case) []message.Text {
	out := []message.Text{message.New("public.note.not-evidence"), message.New("public.note.no-attribution"), message.New("public.note.not-convicted")}
	if len(p.Incidents) > 0 {
		out = append(out, message.New("public.note.matches"))
	}
	switch {
	case c.Country == "":
		out = append(out, message.New("public.note.no-state"))
	case len(p.OwnState) == 0:
		out = append(out, message.New("public.note.state-silent", "country", c.Country))
	}
	return out
}
