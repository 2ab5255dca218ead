// Package importer takes statements from other collections: the tables of the
// European Repository of Cyber Incidents and STIX 2.1 bundles.
//
// Vocabulary: a Tally accounts for every row or object of one input, and a
// Refusal says which one became nothing, and why.
//
// Inputs are hostile: sizes are bounded, what a collection does not say is
// not filled in, and no row is dropped without a refusal.
package importer

import (
	"fmt"
	"sort"
	"strings"

	"spoor/internal/statement"
)

// Result is what an import gives: what came in is what came out plus
// what was left out, with a reason for each.
type Result struct {
	File   statement.File
	Tables []Tally
}

// Tally accounts for every row or object of one input.
type Tally struct {
	Input string `json:"input"`
	// Unit is what was counted: rows or objects.
	Unit string `json:"unit"`
	In   int    `json:"in"`
	// Out is how many became Kind.
	Out  int    `json:"out"`
	Kind string `json:"kind"`
	// Used are objects that another entry took in: identities, groups.
	Used    int       `json:"used,omitempty"`
	Refused []Refusal `json:"refused"`
}

// Refusal is one row that became nothing, and why.
type Refusal struct {
	Line   int    `json:"line,omitempty"`
	ID     string `json:"id,omitempty"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

func (t *Tally) refuse(r Refusal) { t.Refused = append(t.Refused, r) }

// Reasons counts the refusals by code.
func (t Tally) Reasons() map[string]int {
	out := map[string]int{}
	for _, r := range t.Refused {
		out[r.Code]++
	}
	return out
}

// Balanced reports whether every row is accounted for.
func (t Tally) Balanced() bool { return t.In == t.Out+t.Used+len(t.Refused) }

// String is the account as a person reads it.
func (t Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d %s in, %d %s out", t.Input, t.In, t.Unit, t.Out, t.Kind)
	if t.Used > 0 {
		fmt.Fprintf(&b, ", %d used by them", t.Used)
	}
	fmt.Fprintf(&b, ", %d left out", len(t.Refused))
	reasons := t.Reasons()
	codes := make([]string, 0, len(reasons))
	for c := range reasons {
		codes = append(codes, c)
	}
	sort.Strings(codes)
	for _, c := range codes {
		fmt.Fprintf(&b, "\n  %5d %s", reasons[c], c)
	}
	return b.String()
}
