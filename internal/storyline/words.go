package storyline

import (
	"slices"

	"spoor/internal/finding"
	"spoor/internal/message"
)

// compromisedReason says how the server was broken into, in one sentence.
func compromisedReason(best *ChainResult) message.Text {
	if best.ID == finding.ChainWebShell {
		return message.New("reason.web-shell", "plain", plain(best.ID, best.Deepest))
	}
	return message.New("reason.broke-in", "door", title(best.ID), "plain", plain(best.ID, best.Deepest))
}

// attemptedReason says what became of the attempts.
func attemptedReason(r *ChainResult) message.Text {
	return message.New("reason.tried-"+r.Outcome, "door", title(r.ID))
}

// word is the part of a message's id that tells the verdict, with the outcome
// of an attempt.
func (h *Host) word() string {
	switch h.Verdict {
	case IsCompromised, IsSuspicious, NothingFound:
		return string(h.Verdict)
	case IsAttempted:
		switch h.Outcome {
		case Failed, NotSeen:
			return "attempted-" + h.Outcome
		}
		return "attempted-cannot-tell"
	}
	return string(CannotTell)
}

// Headline is the verdict in words, with the outcome of an attempt.
func (h *Host) Headline(c *message.Catalogue) string {
	return c.Say("verdict." + h.word() + ".headline")
}

// Banner is the headline with its first words in capitals.
func (h *Host) Banner(c *message.Catalogue) string { return c.Say("verdict." + h.word() + ".banner") }

// Standing is how far a chain went, in words.
func (r *ChainResult) Standing(c *message.Catalogue) string {
	if r.Outcome != "" && r.Grade == Attempted {
		return c.Say("outcome." + r.Outcome)
	}
	return c.Say("grade." + string(r.Grade))
}

// WorstFirst returns the hosts in the order in which a person should read of
// them: by the precedence of verdicts, then by name.
func WorstFirst(hosts []*Host) []*Host {
	order := []Word{IsCompromised, IsSuspicious, IsAttempted, CannotTell, NothingFound}
	list := slices.Clone(hosts)
	slices.SortStableFunc(list, func(a, b *Host) int {
		return slices.Index(order, a.Verdict) - slices.Index(order, b.Verdict)
	})
	return list
}

// Patches says for which chains the newest build seen holds the fix: what is
// open first, then what is fixed, by the time since which it is shown.
func (h *Host) Patches(c *message.Catalogue) []string {
	var open, unknown, parts, since []string
	fixed := map[string][]string{}
	for _, f := range h.Fixed {
		switch f.Patch {
		case PatchMissing:
			open = append(open, f.Title)
		case PatchPresent:
			if fixed[f.Since] == nil {
				since = append(since, f.Since)
			}
			fixed[f.Since] = append(fixed[f.Since], f.Title)
		default:
			unknown = append(unknown, f.Title)
		}
	}
	if len(open) > 0 {
		parts = append(parts, c.Say("patches.missing", "chains", open))
	}
	if len(unknown) > 0 {
		parts = append(parts, c.Say("patches.unknown", "chains", unknown))
	}
	slices.Sort(since)
	for _, s := range since {
		id := "patches.present-since"
		if s == "" {
			id = "patches.present"
		}
		parts = append(parts, c.Say(id, "chains", fixed[s], "since", s))
	}
	return parts
}

// maxBuilds bounds the earlier builds named on page one; verdict.json has all.
const maxBuilds = 3

// BuildSays names the newest build seen and those before it.
func (h *Host) BuildSays(c *message.Catalogue) string {
	says := c.Say("page.build-says", "build", h.Build)
	var before []message.Text
	for _, b := range slices.Backward(h.Builds) {
		if b.Build != h.Build && len(before) < maxBuilds {
			before = append(before, message.New("page.build-history", "build", b.Build, "to", b.To))
		}
	}
	if len(before) == 0 {
		return says
	}
	slices.Reverse(before)
	return c.Say("page.build-changed", "says", says, "builds", before)
}

// WindowSays tells a window in words: its state and, where it is known, why.
func (w *Window) WindowSays(c *message.Catalogue) string {
	says := c.Say("window.state." + w.State)
	if id := "window.why." + w.Why; w.State == NotExposed && c.Has(id) {
		return says + ": " + c.Say(id)
	}
	return says
}

// Unruled counts the records of all logs, and those that no rule asks anything
// of; kinds are the logs of which no record is asked anything, sorted.
func (v *Verdict) Unruled() (records, unruled int64, kinds []string) {
	ruled := map[string]bool{}
	for _, h := range v.Hosts {
		for _, r := range h.Coverage {
			records, unruled = records+r.Records, unruled+r.NoRule
			ruled[r.Kind] = ruled[r.Kind] || r.NoRule < r.Records
		}
	}
	for kind, yes := range ruled {
		if !yes {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return records, unruled, kinds
}

// UnruledSays is one sentence on the records that no rule asks anything of, ""
// where there are none.
func (v *Verdict) UnruledSays(c *message.Catalogue) string {
	records, unruled, kinds := v.Unruled()
	if unruled <= 0 {
		return ""
	}
	names := make([]string, 0, len(kinds))
	for i, kind := range kinds {
		if i == maxKinds {
			names = append(names, c.Say("window.more", "n", len(kinds)-i))
			break
		}
		names = append(names, LogName(c, kind))
	}
	id := "page.unruled"
	if len(names) > 0 {
		id = "page.unruled-kinds"
	}
	return c.Say(id, "n", unruled, "records", records, "kinds", names)
}

// maxKinds bounds the kinds of logs named in one sentence.
const maxKinds = 6
