package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"spoor/event"
)

// Explanation says why a rule fires on a record, or why it does not. It holds
// copies of the record's texts and may outlive it.
type Explanation struct {
	Rule *Rule
	// Scope is the one that the record is in, nil if the rule is not meant
	// for it; Away then says why, once for each scope.
	Scope *Scope
	Away  []string
	Fires bool
	// Untested lists negated fields that the record's kind never has.
	Untested   []string
	Selections []SelectionResult // as in the rule
	// Blame lists the selections that keep the rule from firing: each would
	// have to turn out the other way, or one of its neighbours.
	Blame []int
}

// SelectionResult is what became of a selection.
type SelectionResult struct {
	Holds        bool
	Alternatives [][]ItemResult
}

// ItemResult is what became of one line of a selection.
type ItemResult struct {
	Item  *Item
	Holds bool
	Lacks bool // the record's kind never has the field
	// Seen holds the texts that the field has, at most [MaxSeen] of them, each
	// cut to [MaxSeenBytes]; More counts those left out.
	Seen []string
	More int
	// Hits are the tests that some text passed; for a rule that was not meant
	// for the record it is empty.
	Hits []int
}

// Caps of what an explanation keeps; see docs/limits.md.
const (
	MaxSeen      = 8
	MaxSeenBytes = 400
)

// Explain evaluates a rule on an event with nothing left out, for people. It
// agrees with [Reference.Match].
func Explain(r *Rule, e *event.Event) *Explanation {
	x := &Explanation{Rule: r}
	rec := &record{texts: map[string][]text{}, made: map[*Texts][]text{}}
	rec.reset(e)
	for i := range r.Scopes {
		scope := &r.Scopes[i]
		if why := scope.away(rec); why != "" {
			x.Away = append(x.Away, why)
			continue
		}
		if x.Scope != nil && x.Fires {
			break
		}
		if fires := r.eval(rec, scope); x.Scope == nil || fires {
			x.Scope, x.Fires = scope, fires
		}
	}
	if x.Scope == nil {
		return x
	}
	x.Away = nil
	for i := range r.Selections {
		x.Selections = append(x.Selections, r.Selections[i].explain(rec, x.Scope))
	}
	if x.Fires {
		x.Untested = r.untested(rec, x.Scope)
	} else {
		x.Blame = r.blame(x.Selections)
	}
	return x
}

// away says why a record is not in the scope, "" if it does.
func (r *Scope) away(rec *record) string {
	to := rec.e.Route
	switch {
	case len(r.Formats) > 0 && !slices.Contains(r.Formats, to.Format):
		return fmt.Sprintf("the record is of the form %s, not %s", to.Format, strings.Join(r.Formats, " or "))
	case !(&Scope{Channels: r.Channels, Providers: r.Providers}).accepts(to) && to.Channel == "":
		return fmt.Sprintf("the record has no channel and its provider is %q, not %s", to.Provider, strings.Join(r.Providers, " or "))
	case !(&Scope{Channels: r.Channels, Providers: r.Providers}).accepts(to):
		return fmt.Sprintf("the record's channel is %q, not %s", to.Channel, strings.Join(r.Channels, " or "))
	case !r.accepts(to):
		return fmt.Sprintf("the record's event id is %d, not one of %s", to.EventID, strings.Trim(fmt.Sprint(r.EventIDs), "[]"))
	}
	for _, field := range slices.Sorted(maps.Keys(r.Where)) {
		if !slices.ContainsFunc(rec.field(field), func(t text) bool { return t.folded == r.Where[field] }) {
			return fmt.Sprintf("%s is %s, not %q", field, seenWords(rec.field(field)), r.Where[field])
		}
	}
	return ""
}

func seenWords(list []text) string {
	if len(list) == 0 {
		return "absent"
	}
	return quoted(list[0].raw)
}

func (s *Selection) explain(rec *record, scope *Scope) SelectionResult {
	result := SelectionResult{Holds: s.eval(rec, scope)}
	for _, items := range s.Alternatives {
		list := make([]ItemResult, len(items))
		for i := range items {
			list[i] = items[i].explain(rec, scope)
		}
		result.Alternatives = append(result.Alternatives, list)
	}
	return result
}

func (it *Item) explain(rec *record, scope *Scope) ItemResult {
	result := ItemResult{Item: it, Holds: it.eval(rec, scope)}
	var list []text
	if it.Field == "" {
		list = rec.everything(scope)
	} else {
		list = rec.values(it.Field, scope)
	}
	result.Lacks = len(list) == 0 && slices.Contains(scope.Lacks, it.Field)
	var passed []text // shown first: a keyword's value may be the twentieth
	for i := range it.Tests {
		n := slices.IndexFunc(list, func(t text) bool { return it.Tests[i].hit(rec, scope, t) })
		if n >= 0 {
			result.Hits = append(result.Hits, i)
			if !slices.Contains(passed, list[n]) {
				passed = append(passed, list[n])
			}
		}
	}
	for _, t := range list {
		if !slices.Contains(passed, t) && it.Field != "" {
			passed = append(passed, t)
		}
	}
	for _, t := range passed {
		if len(result.Seen) == MaxSeen {
			result.More = len(passed) - MaxSeen
			break
		}
		result.Seen = append(result.Seen, cutText(t.raw))
	}
	return result
}

// cutText keeps the beginning of a long text, and says so.
func cutText(s string) string {
	if len(s) <= MaxSeenBytes {
		return s
	}
	return strings.ToValidUTF8(s[:MaxSeenBytes], "") + "..."
}

// blame finds the selections that a false condition is false for. The steps
// are walked from the last, which is the outermost: of a false "and" the false
// parts are to blame, of a false "or" all, behind a "not" the other way round.
func (r *Rule) blame(results []SelectionResult) []int {
	truth := make([]bool, len(r.Condition)) // of each step
	from := make([]int, len(r.Condition))   // first step of each step's part
	var stack []int
	for i, op := range r.Condition {
		from[i] = i
		switch op.Code {
		case OpSelection:
			truth[i] = results[op.Arg].Holds
		case OpNot:
			last := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			truth[i], from[i] = !truth[last], from[last]
		default:
			args := stack[len(stack)-op.Arg:]
			truth[i] = op.Code == OpAnd
			for _, a := range args {
				if op.Code == OpAnd {
					truth[i] = truth[i] && truth[a]
				} else {
					truth[i] = truth[i] || truth[a]
				}
			}
			from[i] = from[args[0]]
			stack = stack[:len(stack)-op.Arg]
		}
		stack = append(stack, i)
	}
	if len(stack) != 1 {
		return nil
	}
	var guilty []int
	for todo := []int{stack[0]}; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		op := r.Condition[i]
		if op.Code == OpSelection {
			if !slices.Contains(guilty, op.Arg) {
				guilty = append(guilty, op.Arg)
			}
			continue
		}
		for n, arg := max(op.Arg, 1), i-1; n > 0; n-- { // operands, from the last
			// A part is to blame where it has the truth of the whole.
			if op.Code == OpNot || truth[arg] == truth[i] {
				todo = append(todo, arg)
			}
			arg = from[arg] - 1
		}
	}
	slices.Sort(guilty)
	return guilty
}
