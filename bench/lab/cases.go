package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"spoor/internal/storyline"
)

// wave is one of the groups that made up the victims of a lab's year: its
// addresses, the names of its shells, its accounts and its tools.
type wave struct {
	addresses, keys, accounts, agents []string
	door                              string
}

// cases writes n case folders as spoor assess leaves them, less what spoor
// cases does not open: 40 waves of very different size, scanners that visit
// everybody, and values that one victim alone has. One in 50 victims has two
// cases, one in 100 two servers.
func cases(n int, dir string) error {
	r := rand.New(rand.NewPCG(2021, 3))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	address := func() string {
		return fmt.Sprintf("%d.%d.%d.%d", 11+r.IntN(180), r.IntN(256), r.IntN(256), 1+r.IntN(254))
	}
	name := func(k int) string {
		b := make([]byte, k)
		for i := range b {
			b[i] = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"[r.IntN(57)]
		}
		return string(b)
	}
	many := func(k int, f func() string) []string {
		list := make([]string, k)
		for i := range list {
			list[i] = f()
		}
		return list
	}
	waves := make([]wave, 40)
	for i := range waves {
		waves[i] = wave{
			addresses: many(3+r.IntN(40), address), keys: many(1+r.IntN(5), func() string { return name(8) }),
			accounts: many(1+r.IntN(3), func() string { return name(9) }), agents: many(1+r.IntN(3), func() string { return "tool-" + name(5) + "/1." + name(2) }),
			door: []string{"proxylogon", "proxyshell", "proxynotshell", "owassrf"}[i%4],
		}
	}
	scanners := many(300, address)
	base := time.Date(2021, 2, 27, 0, 0, 0, 0, time.UTC)
	for i := range n {
		victim := i
		if i%50 == 49 {
			victim = i - 1
		}
		v := storyline.Verdict{Schema: storyline.Schema, Evidence: storyline.Evidence{Items: 400, Examined: 396, Ignored: 4, Bytes: 3 << 30, NotWhole: []storyline.NotWhole{}}, Rules: storyline.Rules{Loaded: 96, Refused: []storyline.RefusedRule{}, Version: "2026-01-01"}}
		servers := 1
		if i%100 == 0 {
			servers = 2
		}
		for s := range servers {
			w := waves[min(r.IntN(40), r.IntN(40), r.IntN(40))]
			h := victimHost(r, fmt.Sprintf("mail%02d.town%05d.example", s+1, victim), w.door, base.Add(time.Duration(r.IntN(60*86400))*time.Second))
			h.Values = storyline.Values{
				Addresses: many(1+r.IntN(6), func() string { return pick(scanners) }), Accounts: []string{`NT AUTHORITY\SYSTEM`, `TOWN\` + name(7)}, ShellKeys: []string{}, Files: []string{},
				UserAgents: []string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", "Mozilla/5.0 zgrab/0.x"},
			}
			if h.Verdict == storyline.IsCompromised {
				h.Values.Addresses = append(h.Values.Addresses, pick(w.addresses), address())
				h.Values.ShellKeys = append(h.Values.ShellKeys, pick(w.keys))
				h.Values.Files = append(h.Values.Files, fmt.Sprintf("%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()))
				h.Values.Accounts = append(h.Values.Accounts, pick(w.accounts))
				h.Values.UserAgents = append(h.Values.UserAgents, pick(w.agents))
			}
			v.Hosts = append(v.Hosts, h)
		}
		folder := filepath.Join(dir, fmt.Sprintf("%03d", i/1000), fmt.Sprintf("case-%05d", i))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("write case: %w", err)
		}
		data, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return fmt.Errorf("write case: %w", err)
		}
		if err := errors.Join(os.WriteFile(filepath.Join(folder, "verdict.json"), data, 0o644),
			os.WriteFile(filepath.Join(folder, "spoor-case.json"), []byte(`{"schema":"spoor.case/1"}`+"\n"), 0o644)); err != nil {
			return fmt.Errorf("write case: %w", err)
		}
	}
	return nil
}

// victimHost is one server with a story, a coverage and steps to take of the
// length that the demo's has.
func victimHost(r *rand.Rand, name, door string, at time.Time) *storyline.Host {
	stamp := func(after int) string { return at.Add(time.Duration(after) * time.Second).Format(time.RFC3339Nano) }
	h := &storyline.Host{Host: name, Aliases: []string{name[:6]}, Build: "15.1.2176.2", FirstAttempt: stamp(0), Last: stamp(7200), CannotRuleOut: []string{}, Hypotheses: []any{}, Leads: []*storyline.Lead{}, Webshells: []*storyline.Shell{}}
	c := &storyline.ChainResult{ID: door, Title: door, CVEs: []string{"CVE-2021-26855"}, Grade: storyline.Attempted, FirstAttempt: stamp(0), Last: stamp(7200), Sources: []string{"203.0.113.77"}}
	switch n := r.IntN(10); {
	case n < 3:
		h.Verdict, h.FirstSuccess, c.Grade, c.FirstSuccess = storyline.IsCompromised, stamp(9), storyline.Compromised, stamp(9)
	case n < 4:
		h.Verdict = storyline.IsSuspicious
	case n < 7:
		h.Verdict, h.Outcome, c.Outcome = storyline.IsAttempted, storyline.Failed, storyline.Failed
	case n < 9:
		h.Verdict, h.FirstAttempt, h.Last = storyline.NothingFound, "", ""
	default:
		h.Verdict, h.FirstAttempt, h.Last = storyline.CannotTell, "", ""
	}
	for i := range 17 {
		c.Findings = append(c.Findings, fmt.Sprintf("%024x", r.Uint64()))
		e := &storyline.Entry{Time: stamp(i * 3), Chain: door, Step: "bypass-request", Grade: storyline.Attempted, Says: "asked the server to call its own back end (the bypass)", Detail: "POST /ecp/y.js of 203.0.113.77, answered 241", Sources: []string{"203.0.113.77"}, Count: 1 + i}
		for j := range 1 + i%4 {
			e.Proof = append(e.Proof, storyline.Proven{Path: fmt.Sprintf("evidence/%s/C/Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy/Ecp/HttpProxy_2021030302-%d.LOG", name, j+1), Line: int64(10 + i), Offset: int64(4000 * i), Finding: c.Findings[i]})
		}
		h.Story = append(h.Story, e)
	}
	for _, kind := range [...]string{"w3c", "httpproxy", "ecp-server", "rps-http", "rps-cmdlet", "evtx:Security", "evtx:Application", "evtx:System", "evtx:MSExchange Management"} {
		h.Coverage = append(h.Coverage, storyline.CoverageRow{Kind: kind, From: stamp(-30 * 86400), To: stamp(86400), Records: 1_000_000, Holes: []storyline.Span{{From: stamp(-500000), To: stamp(-400000)}, {From: stamp(-300000), To: stamp(-200000)}}})
	}
	for range 12 {
		h.Next = append(h.Next, storyline.Action{ID: "isolate", Do: "Take the server off the network, but do not switch it off.", Why: "Whoever came in may still be there, and what is in memory is lost when the power goes."})
		h.NotChecked = append(h.NotChecked, storyline.Door{ID: "stolen-credentials", Name: "Stolen credentials", Says: "A logon with a stolen password looks like any other; only its place and time may be odd."})
	}
	h.Chains = append(h.Chains, c)
	return h
}
