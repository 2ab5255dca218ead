package storyline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/internal/finding"
)

func TestNothingBelowSuccessIsEverCalledACompromise(t *testing.T) {
	t.Parallel()
	chains, err := Chains()
	if err != nil {
		t.Fatal(err)
	}
	type place struct{ chain, step string }
	var low, high []place
	for _, c := range sorted(chains) {
		for _, s := range c.Steps {
			switch {
			case s.ID == "shell-file" || s.Proves != nil: // decided by more than their own row
			case c.ID == "after" || c.ID == "webshell" || s.Grade.rank() < Exploited.rank() || !usuallyShows(c.ID, s.ID).Effect():
				low = append(low, place{c.ID, s.ID})
			default:
				high = append(high, place{c.ID, s.ID})
			}
		}
	}
	if len(low) < 5 || len(high) < 5 {
		t.Fatalf("%d low and %d high steps", len(low), len(high))
	}
	rng := rand.New(rand.NewPCG(21, 22))
	make := func(p place) *finding.Finding {
		at := time.Date(2021, 3, 1, 0, 0, rng.IntN(9*86400), 0, time.UTC).Format(time.RFC3339)
		return found(p.chain, p.step, at, "c-ip", fmt.Sprint("203.0.113.", rng.IntN(3)), "cs-uri-stem", fmt.Sprintf("/owa/auth/%d.aspx", rng.IntN(2)), "sc-status", []string{"200", "404", "500"}[rng.IntN(3)])
	}
	cov, hosts := coverageOf(t, door, result) // the same for all
	assessed := func(findings []*finding.Finding) *Host {
		t.Helper()
		list, err := Assess(findings, cov, hosts)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d hosts: %v", len(list), err)
		}
		return list[0]
	}
	for range 200 {
		var some []*finding.Finding
		for range rng.IntN(12) {
			some = append(some, make(low[rng.IntN(len(low))]))
		}
		if rng.IntN(2) == 0 {
			some = append(some, found("", "sigma", "2021-03-02T00:00:00Z"))
		}
		h := assessed(some)
		if h.Verdict == IsCompromised || h.FirstSuccess != "" {
			t.Fatalf("%s: %s, from %s", h.Verdict, h.Reason, describe(h))
		}
		h = assessed(append(some, make(high[rng.IntN(len(high))])))
		if h.Verdict != IsCompromised || h.FirstSuccess == "" {
			t.Fatalf("a success among attempts is %s: %s, from %s", h.Verdict, h.Reason, describe(h))
		}
	}
}

func TestTheGraverVerdictWins(t *testing.T) {
	t.Parallel()
	success := found("proxylogon", "script-set", "2021-03-03T06:49:53Z")
	lead := found("", "sigma", "2021-03-04T00:00:00Z")
	mild := found("", "mild", "2021-03-04T00:00:00Z")
	mild.Rule.Level = "medium"
	attempt := found("proxylogon", "bypass-request", "2021-03-07T15:04:04Z", "HttpStatus", "500")
	for name, c := range map[string]struct {
		findings []*finding.Finding
		want     Word
	}{
		"a success before a lead and an attempt": {[]*finding.Finding{attempt, lead, success}, IsCompromised},
		"a lead of high level before an attempt": {[]*finding.Finding{attempt, lead}, IsSuspicious},
		"an attempt before a mild lead":          {[]*finding.Finding{attempt, mild}, IsAttempted},
		"a mild lead alone is listed only":       {[]*finding.Finding{mild}, NothingFound},
	} {
		if got := assess(t, c.findings, door, result); got.Verdict != c.want {
			t.Errorf("%s: %s, want %s (%s)", name, got.Verdict, c.want, got.Reason)
		}
	}
}

func TestDeletedSpansAreSaid(t *testing.T) {
	t.Parallel()
	cut := func(l logOf, from, to string) []logOf {
		before, after := l, l
		before.to, after.from = from, to
		return []logOf{before, after}
	}
	const from, to = "2021-02-20T00:00:00Z", "2021-02-23T00:00:00Z"
	iis := logOf{"w3c", "w3c", door.from, door.to, ""}
	fixedDoor := door
	fixedDoor.build = fixed
	cases := map[string]struct {
		logs    []logOf
		verdict Word
		says    string // "" for no word on the span
	}{
		"nothing deleted":                               {[]logOf{door, result}, NothingFound, ""},
		"the door log, results going on":                {append(cut(door, from, to), result), NothingFound, "break-ins from 2021-02-20 00:00 UTC to 2021-02-23 00:00 UTC through ProxyLogon"},
		"the door log and the results":                  {append(cut(door, from, to), cut(result, from, to)...), CannotTell, "break-ins from 2021-02-20 00:00 UTC to 2021-02-23 00:00 UTC through ProxyLogon"},
		"one of two door logs":                          {append(cut(door, from, to), iis, result), NothingFound, ""},
		"a span before the chain was in use":            {append(cut(door, "2020-12-26T00:00:00Z", "2020-12-28T00:00:00Z"), result), NothingFound, ""},
		"a span of a server that was fixed from before": {append(cut(fixedDoor, from, to), result), NothingFound, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := assess(t, nil, c.logs...)
			if h.Verdict != c.verdict {
				t.Errorf("%s, want %s (%s)", h.Verdict, c.verdict, h.Reason)
			}
			var said []string
			for _, s := range h.CannotRuleOut {
				if strings.HasPrefix(s, "break-ins from") {
					said = append(said, s)
				}
			}
			if c.says == "" && len(said) > 0 || c.says != "" && !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, c.says) }) {
				t.Errorf("said %q, want %q", said, c.says)
			}
		})
	}
}

// TestAnAttemptIsNotSeenToSucceedOnlyWhereResultsAreCovered puts an answered
// try at any time beside logs of results that begin, end and have holes
// anywhere.
func TestAnAttemptIsNotSeenToSucceedOnlyWhereResultsAreCovered(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(31, 32))
	begin := time.Date(2021, 8, 1, 0, 0, 0, 0, time.UTC)
	hour := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Hour) }
	text := func(t time.Time) string { return t.Format(time.RFC3339) }
	iis := logOf{"w3c", "w3c", text(begin), text(hour(480)), ""}
	outcomes := map[string]int{}
	for range 60 {
		logs := []logOf{iis}
		type seen struct{ from, to int } // hours, the last with a row
		var rows []seen
		for _, kind := range []string{"rps-http", "rps-cmdlet"}[:1+rng.IntN(2)] {
			from, to := rng.IntN(60), 480-rng.IntN(60)
			cut := from + 100 + rng.IntN(200)
			again := cut + 10 + rng.IntN(60)
			rows = append(rows, seen{from, cut}, seen{again, to})
			for _, r := range rows[len(rows)-2:] {
				logs = append(logs, logOf{kind, kind, text(hour(r.from)), text(hour(r.to)), ""})
			}
		}
		at := rng.IntN(480)
		want := Undecided
		for _, r := range rows {
			if r.from <= at && at < r.to { // the try is in the middle of an hour
				want = NotSeen
			}
		}
		h := assess(t, []*finding.Finding{found("proxyshell", "bypass-request", text(hour(at).Add(20*time.Minute)), "sc-status", "200")}, logs...)
		if outcomes[h.Outcome]++; h.Verdict != IsAttempted || h.Outcome != want {
			t.Errorf("a try in hour %d beside results of the hours %v: %s %s, want %s", at, rows, h.Verdict, h.Outcome, want)
		}
	}
	if outcomes[NotSeen] < 10 || outcomes[Undecided] < 5 {
		t.Errorf("%v", outcomes)
	}
}
