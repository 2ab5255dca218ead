// Package caselist writes a comparison of many cases: as a table for people,
// as one JSON object, or as a line of JSON for each host and each shared
// value. It decides nothing. Every text of a case leaves through safetext or
// as JSON.
package caselist

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"spoor/internal/caseload"
	"spoor/internal/message"
	"spoor/internal/safetext"
	"spoor/internal/share"
)

// maxShown is how many values of a kind the table shows, maxSame of those of
// perhaps one victim; the other formats have all.
const (
	maxShown = 12
	maxSame  = 6
)

// Options say how the table is written.
type Options struct {
	Messages *message.Catalogue
	TLP      share.Level
	All      bool // values that mean nothing too
}

// Table writes the comparison for people.
func Table(w io.Writer, c *caseload.Comparison, o Options) error {
	t := table{bufio.NewWriterSize(w, 64<<10), c, o}
	if o.TLP != "" {
		t.line("%s\n", o.TLP)
	}
	t.counts()
	t.rows()
	t.shared()
	t.same()
	t.notes()
	if o.TLP != "" {
		t.line("\n%s", o.TLP)
	}
	if err := t.w.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

type table struct {
	w *bufio.Writer
	c *caseload.Comparison
	o Options
}

func (t table) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

func (t table) say(id string, values ...any) string { return t.o.Messages.Say("cases."+id, values...) }

func (t table) counts() {
	n := map[string]int{}
	for i := range t.c.Rows {
		n[t.c.Rows[i].Verdict]++
	}
	values := []any{"says", message.New("cases.read", "n", t.c.Cases), "hosts", len(t.c.Rows)}
	for _, v := range [...]string{"compromised", "suspicious", "attempted", "cannot-tell", "nothing-found"} {
		values = append(values, v, n[v])
	}
	t.line("%s", t.say("hosts", values...))
	if t.c.UnreadCases > 0 {
		t.line("%s", t.say("unread", "n", t.c.UnreadCases))
	}
	t.line("")
}

// rows writes a line for each host.
func (t table) rows() {
	const format = "%-34s  %-19s  %-14s  %-32s  %s"
	line := func(cells ...any) { t.line("%s", strings.TrimRight(fmt.Sprintf(format, cells...), " ")) }
	line(t.say("head.verdict"), t.say("head.since"), t.say("head.door"), t.say("head.host"), t.say("head.case"))
	for i := range t.c.Rows {
		r := &t.c.Rows[i]
		line(t.verdict(r), t.o.Messages.Time(r.FirstSuccess), t.door(r.Door), safetext.TerminalCut(r.Host, 32), safetext.Terminal(r.Case))
	}
	t.line("")
}

func (t table) verdict(r *caseload.Row) string {
	id := r.Verdict
	if id == "attempted" && r.Outcome != "" {
		id += "-" + r.Outcome
	}
	for _, id := range [...]string{id, r.Verdict} {
		if id = "verdict." + id + ".headline"; t.o.Messages.Has(id) {
			return safetext.TerminalCut(t.o.Messages.Say(id), 34)
		}
	}
	return safetext.TerminalCut(r.Verdict, 34)
}

func (t table) door(id string) string {
	if name := "chain." + id + ".title"; t.o.Messages.Has(name) {
		return safetext.TerminalCut(t.o.Messages.Say(name), 14)
	}
	return safetext.TerminalCut(id, 14)
}

// shared writes the values that different victims have, kind by kind.
func (t table) shared() {
	t.line("%s", t.say("shared"))
	hidden, last, shown, more := 0, "", 0, 0
	rest := func() {
		if more > 0 {
			t.line("    %s", t.say("more", "n", more))
		}
		shown, more = 0, 0
	}
	for i := range t.c.Shared {
		v := &t.c.Shared[i]
		if v.Common != "" && !t.o.All {
			hidden++
			continue
		}
		if last == "" {
			t.line("%s", t.say("rarity", "n", t.c.Cases))
		}
		if v.Kind != last {
			rest()
			t.line("\n  %s", t.say("kind."+v.Kind))
			last = v.Kind
		}
		if shown == maxShown {
			more++
			continue
		}
		shown++
		t.value(v)
	}
	rest()
	if last == "" {
		t.line("%s", t.say("nothing-shared"))
	} else {
		t.line("\n%s", t.say("not-evidence"))
	}
	if hidden > 0 {
		t.line("%s", t.say("common", "n", hidden))
	}
}

func (t table) value(v *caseload.Value) {
	why := ""
	if v.Common != "" {
		why = "  (" + t.say("why."+v.Common) + ")"
	}
	cases := make([]string, 0, 3)
	for _, c := range v.In[:min(len(v.In), 3)] {
		cases = append(cases, safetext.TerminalCut(c, 40))
	}
	if v.Cases > len(cases) {
		cases = append(cases, "...")
	}
	t.line("    %-14s  %s%s\n                    %s", t.say("in", "n", v.Cases, "of", v.Of), safetext.TerminalCut(v.Value, 100), why, strings.Join(cases, ", "))
}

// same writes what perhaps one victim alone has.
func (t table) same() {
	var list []*caseload.Value
	for i := range t.c.Same {
		if v := &t.c.Same[i]; v.Common == "" || t.o.All {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		return
	}
	t.line("\n%s", t.say("same", "n", len(list)))
	for _, v := range list[:min(len(list), maxSame)] {
		t.value(v)
	}
	if len(list) > maxSame {
		t.line("    %s", t.say("more", "n", len(list)-maxSame))
	}
}

func (t table) notes() {
	for _, n := range []struct {
		id string
		n  int
	}{{"old", t.c.Old}, {"links", t.c.Links}} {
		if n.n > 0 {
			t.line("%s", t.say(n.id, "n", n.n))
		}
	}
	if l := t.c.LeftOut; l.Values+l.Hosts+l.Folders > 0 {
		t.line("%s", t.say("left-out", "values", l.Values, "hosts", l.Hosts, "folders", l.Folders))
	}
}

// leftOut is what was beyond the limits.
type leftOut struct {
	Values  int64 `json:"values"`
	Hosts   int64 `json:"hosts"`
	Folders int64 `json:"folders"`
}

// summary is what the machine formats say beside hosts and values.
type summary struct {
	Schema  string            `json:"schema,omitempty"`
	Type    string            `json:"type,omitempty"`
	TLP     string            `json:"tlp,omitempty"`
	Cases   int               `json:"cases"`
	Unread  int               `json:"unread_cases"`
	Old     int               `json:"hosts_without_values"`
	Links   int               `json:"links"`
	LeftOut leftOut           `json:"left_out"`
	Listed  []caseload.Unread `json:"unread"`
}

// schema names the contract of the machine formats.
const schema = "spoor.cases/1"

func summarise(c *caseload.Comparison, o Options) summary {
	return summary{Schema: schema, TLP: string(o.TLP), Cases: c.Cases, Unread: c.UnreadCases, Old: c.Old, Links: c.Links,
		LeftOut: leftOut{c.LeftOut.Values, c.LeftOut.Hosts, c.LeftOut.Folders}, Listed: c.Unread}
}

// JSON writes one object.
func JSON(w io.Writer, c *caseload.Comparison, o Options) error {
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		summary
		Hosts  []caseload.Row   `json:"hosts"`
		Shared []caseload.Value `json:"shared"`
		Same   []caseload.Value `json:"perhaps_one_victim"`
	}{summarise(c, o), c.Rows, wanted(c.Shared, o), wanted(c.Same, o)})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("write cases: %w", err)
	}
	return nil
}

// NDJSON writes a line for each host, each value, and at the end one for the
// whole, told apart by type: host, shared, perhaps-one-victim, summary.
func NDJSON(w io.Writer, c *caseload.Comparison, o Options) error {
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	write := func() error {
		for i := range c.Rows {
			if err := enc.Encode(struct {
				Type string `json:"type"`
				TLP  string `json:"tlp,omitempty"`
				*caseload.Row
			}{"host", string(o.TLP), &c.Rows[i]}); err != nil {
				return err
			}
		}
		for _, part := range []struct {
			name string
			list []caseload.Value
		}{{"shared", wanted(c.Shared, o)}, {"perhaps-one-victim", wanted(c.Same, o)}} {
			for i := range part.list {
				if err := enc.Encode(struct {
					Type string `json:"type"`
					TLP  string `json:"tlp,omitempty"`
					*caseload.Value
				}{part.name, string(o.TLP), &part.list[i]}); err != nil {
					return err
				}
			}
		}
		end := summarise(c, o)
		end.Type = "summary"
		if err := enc.Encode(end); err != nil {
			return err
		}
		return out.Flush()
	}
	if err := write(); err != nil {
		return fmt.Errorf("write cases: %w", err)
	}
	return nil
}

// wanted leaves out what means nothing, unless all is asked for.
func wanted(list []caseload.Value, o Options) []caseload.Value {
	if o.All {
		return list
	}
	kept := make([]caseload.Value, 0, len(list))
	for _, v := range list {
		if v.Common == "" {
			kept = append(kept, v)
		}
	}
	return kept
}
