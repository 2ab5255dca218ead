package storyline

import (
	"slices"
	"strings"

	"spoor/internal/finding"
)

// mergeWithin is how close two equal steps from one address must be to be one
// line of the storyline, in seconds.
const mergeWithin = 5 * 60

// entries turns hits into storyline lines: steps that succeeded stand alone,
// attempts and refused requests of one address are counted together.
func entries(chain string, hits []*hit) []*Entry {
	var list []*Entry
	for _, h := range hits {
		e := &Entry{
			Time: h.f.At.String(), Chain: chain, Step: h.step.ID, Grade: h.grade,
			Detail: h.f.Message, Sources: addOnce([]string{}, source(h.f)), Count: 1, first: h.f,
			Proof: []Proven{proof(h.f)},
		}
		if merged := mergeInto(list, e); !merged {
			list = append(list, e)
		}
	}
	return list
}

// mergeInto adds e to an earlier line of the same step when both stayed below
// success, or when both show one action in several sources at once.
func mergeInto(list []*Entry, e *Entry) bool {
	for i := len(list) - 1; i >= 0; i-- {
		o := list[i]
		if o.Step != e.Step || o.Grade != e.Grade {
			continue
		}
		gap := e.first.At.Sec - o.first.At.Sec
		low := e.Grade.rank() < Exploited.rank() && e.Chain != finding.ChainAfter
		sameAction := gap <= 2 && e.first.Item != o.first.Item
		if !(low && sameAddress(o, e)) && !sameAction {
			continue
		}
		if low && !sameAction && !within(o, e) {
			continue
		}
		if !sameAction { // one action seen in two logs is still one action
			o.Count++
			if before(o.Time, e.Time) {
				o.Until = e.Time
			}
		}
		if sameAction && strings.HasPrefix(e.Time, strings.TrimSuffix(o.Time, "Z")) {
			o.Time = e.Time // some logs keep whole seconds only
		}
		for _, s := range e.Sources {
			o.Sources = addOnce(o.Sources, s)
		}
		if len(o.Proof) < maxProof {
			o.Proof = append(o.Proof, e.Proof...)
		}
		return true
	}
	return false
}

// maxProof bounds the proof lines shown with one line of the storyline; all
// findings are in findings.ndjson.
const maxProof = 8

func sameAddress(a, b *Entry) bool { return slices.Equal(a.Sources, b.Sources) }

func within(a, b *Entry) bool {
	last := a.Until
	if last == "" {
		last = a.Time
	}
	return b.first.At.Sec-a.first.At.Sec <= 24*3600 || !before(last, b.Time) || mergeWithin >= b.first.At.Sec-a.first.At.Sec
}

func proof(f *finding.Finding) Proven {
	return Proven{Path: f.Source.Path, Line: f.Where.Line, Record: f.Where.Record, Offset: f.Where.Offset, Finding: f.ID()}
}

// leads lists the rules that fired outside every chain, the highest level
// first.
func leads(found []*finding.Finding) []*Lead {
	byRule := map[string]*Lead{}
	list := []*Lead{}
	for _, f := range found {
		l := byRule[f.Rule.ID]
		if l == nil {
			l = &Lead{Rule: f.Rule.ID, Title: f.Rule.Title, Level: f.Rule.Level, First: f.Time, Message: f.Message, Proof: proof(f)}
			byRule[f.Rule.ID] = l
			list = append(list, l)
		}
		l.Count++
		if f.Time != "" && (l.First == "" || before(f.Time, l.First)) {
			l.First, l.Proof, l.Message = f.Time, proof(f), f.Message
		}
		l.Last = latest(l.Last, f.Time)
	}
	slices.SortFunc(list, func(a, b *Lead) int {
		x, _ := finding.ParseLevel(a.Level)
		y, _ := finding.ParseLevel(b.Level)
		if x != y {
			return int(y) - int(x)
		}
		return strings.Compare(a.Rule, b.Rule)
	})
	return list
}

// grave reports a level that a person must look at.
func grave(level string) bool { return level == "high" || level == "critical" }
