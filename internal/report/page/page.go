// Package page writes page one: the verdict on each host in plain words for
// the administrator of one server, at most 100 columns wide, with colour only
// where the caller says that a terminal shows it. It makes no decision, and
// every word from evidence goes through safetext.
package page

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"spoor/internal/safetext"
	"spoor/internal/storyline"
)

// Width is the number of columns that page one never exceeds.
const Width = 100

// Options say how page one is shown.
type Options struct {
	Colour bool
	Report string // where the full report is, "" if none was written
	TLP    string
}

// maxStory bounds the storyline on page one; the report has all of it.
const maxStory = 24

type writer struct {
	*bufio.Writer
	colour bool
}

// Write writes page one for all hosts.
func Write(out io.Writer, v *storyline.Verdict, opts Options) error {
	w := &writer{bufio.NewWriter(out), opts.Colour}
	if opts.TLP != "" {
		w.line("", "TLP:"+strings.ToUpper(opts.TLP))
	}
	if v.Evidence.Interrupted != "" {
		w.para("", "NOT COMPLETE: "+v.Evidence.Interrupted+". What follows rests on the part that was examined.")
	}
	if len(v.Hosts) == 0 {
		w.rule()
		w.line("", w.paint(colourOf(storyline.CannotTell), " CANNOT TELL "))
		w.line("", "")
		w.para("  ", "No log in the evidence could be read, so nothing can be said about any server.")
	}
	hosts := storyline.WorstFirst(v.Hosts)
	w.table(hosts)
	for i, h := range hosts {
		if i == maxHosts {
			w.line("", "")
			w.para("", fmt.Sprintf("... and %d more servers, each in the report.", len(hosts)-i))
			break
		}
		if i > 0 {
			w.line("", "")
		}
		w.host(h)
	}
	w.line("", "")
	w.rule()
	w.foot(v, opts)
	return w.Flush()
}

// maxHosts and maxRows bound the servers told in full and listed; the report
// has all of them.
const (
	maxHosts = 5
	maxRows  = 40
)

// table lists the servers when there are several, the worst first.
func (w *writer) table(hosts []*storyline.Host) {
	if len(hosts) < 2 {
		return
	}
	w.rule()
	w.line("", fmt.Sprintf("%d servers", len(hosts)))
	for i, h := range hosts {
		if i == maxRows {
			w.para("  ", fmt.Sprintf("... and %d more in the report", len(hosts)-i))
			return
		}
		since := h.FirstSuccess
		if since == "" {
			since = h.FirstAttempt
		}
		day, _, _ := strings.Cut(since, "T")
		w.hang(fmt.Sprintf("  %-35s %-10s  ", h.Headline(), day), h.Host)
	}
}

func (w *writer) host(h *storyline.Host) {
	w.rule()
	word := banner(h)
	name := safetext.Terminal(h.Host)
	if columns(word)+2+columns(name) > Width {
		w.line("", w.paint(colourOf(h.Verdict), word))
		w.para("  ", name)
	} else {
		w.line("", w.paint(colourOf(h.Verdict), word)+"  "+name)
	}
	if len(h.Aliases) > 0 {
		w.para("  ", "also named "+strings.Join(h.Aliases, ", "))
	}
	if strings.HasPrefix(h.Host, "unnamed host") {
		w.para("  ", "no record names it; name it with --host NAME=PATH")
	}
	w.line("", "")
	w.para("  ", capital(h.Reason)+".")
	if h.FirstSuccess != "" {
		w.item("Broken into since", short(h.FirstSuccess)+" UTC at the latest")
	} else if h.FirstAttempt != "" {
		w.item("First attempt", short(h.FirstAttempt)+" UTC")
	}
	if h.Last != "" {
		w.item("Last seen", short(h.Last)+" UTC")
	}
	if h.Ongoing != "" {
		w.item("Still going on?", h.Ongoing)
	}
	w.doors(h)
	w.pages(h)
	w.next(h)
	w.story(h)
	w.leads(h)
	w.seen(h)
}

// banner is the headline with its first words in capitals.
func banner(h *storyline.Host) string {
	head := h.Headline()
	end := len(head)
	for _, stop := range [...]string{":", ",", " in the "} {
		if i := strings.Index(head, stop); i >= 0 {
			end = min(end, i)
		}
	}
	return " " + strings.ToUpper(head[:end]) + head[end:] + " "
}

func colourOf(v storyline.Word) string {
	switch v {
	case storyline.IsCompromised:
		return "1;97;41"
	case storyline.IsSuspicious:
		return "1;30;43"
	case storyline.IsAttempted:
		return "1;97;44"
	case storyline.NothingFound:
		return "1;30;42"
	}
	return "1;30;47"
}

func (w *writer) doors(h *storyline.Host) {
	for _, c := range h.Chains {
		text := fmt.Sprintf("%s: %s", c.Title, c.Grade)
		if c.Outcome != "" {
			text += ", outcome " + c.Outcome
		}
		if len(c.CVEs) > 0 {
			text += " (" + strings.Join(c.CVEs, ", ") + ")"
		}
		if len(c.Sources) > 0 {
			text += " from " + some(c.Sources, 4)
		}
		w.item("Door", text)
		for _, n := range c.Notes {
			w.para("                     ", n)
		}
	}
	if h.Build != "" {
		text := "Exchange build " + h.Build
		for _, f := range h.Fixed {
			text += fmt.Sprintf("; %s: %s", f.Title, f.Words())
		}
		w.item("Build", text)
	}
}

func (w *writer) pages(h *storyline.Host) {
	for _, s := range h.Webshells {
		text := fmt.Sprintf("%s: %s", s.Path, s.Says)
		if len(s.Sources) > 0 {
			text += "; asked for by " + some(s.Sources, 4)
		}
		w.item("Page", text)
	}
}

func (w *writer) story(h *storyline.Host) {
	if len(h.Story) == 0 {
		return
	}
	w.heading("What happened (UTC)")
	shown := h.Story
	if len(shown) > maxStory {
		shown = pick(h.Story)
	}
	for _, e := range shown {
		mark := " "
		if won(e) {
			mark = "!"
		}
		says := e.Says
		if e.Count > 1 && e.Until != "" {
			says += fmt.Sprintf(" (%d times until %s)", e.Count, short(e.Until))
		}
		if len(e.Sources) > 0 {
			says += ", from " + some(e.Sources, 2)
		}
		w.entry(mark+" "+short(e.Time), says, proofOf(e))
	}
	if n := len(h.Story) - len(shown); n > 0 {
		w.para("  ", fmt.Sprintf("... and %d more lines in the report", n))
	}
}

// pick chooses what fits: the first line of every kind of step that
// succeeded, then the other steps that succeeded, then attempts.
func pick(all []*storyline.Entry) []*storyline.Entry {
	kind := func(e *storyline.Entry) string { return e.Chain + "/" + e.Step }
	chosen := make(map[*storyline.Entry]bool, maxStory)
	seen := map[string]bool{}
	take := func(want func(*storyline.Entry) bool) {
		for _, e := range all {
			if len(chosen) < maxStory && !chosen[e] && want(e) {
				chosen[e], seen[kind(e)] = true, true
			}
		}
	}
	take(func(e *storyline.Entry) bool { return won(e) && !seen[kind(e)] })
	take(won)
	take(func(*storyline.Entry) bool { return true })
	var list []*storyline.Entry
	for _, e := range all {
		if chosen[e] {
			list = append(list, e)
		}
	}
	return list
}

func won(e *storyline.Entry) bool {
	return e.Grade == storyline.Exploited || e.Grade == storyline.Compromised
}

func proofOf(e *storyline.Entry) string {
	if len(e.Proof) == 0 {
		return ""
	}
	p := e.Proof[0]
	text := tail(p.Path)
	switch {
	case p.Line > 0:
		text += fmt.Sprintf(":%d", p.Line)
	case p.Record > 0:
		text += fmt.Sprintf(" record %d", p.Record)
	}
	if n := max(e.Count, len(e.Proof)) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// maxLeads bounds the leads on page one.
const maxLeads = 8

func (w *writer) leads(h *storyline.Host) {
	if len(h.Leads) == 0 {
		return
	}
	w.heading("Leads outside the known doors")
	for i, l := range h.Leads {
		if i == maxLeads {
			w.para("  ", fmt.Sprintf("... and %d more rules in the report", len(h.Leads)-i))
			return
		}
		w.entry(fmt.Sprintf("  %-13s", l.Level), fmt.Sprintf("%s (%d times, first %s)", l.Title, l.Count, l.First), "")
	}
}

func (w *writer) seen(h *storyline.Host) {
	w.heading("What could be seen")
	for _, c := range h.Coverage {
		text := fmt.Sprintf("%s to %s, %d records", short(c.From), short(c.To), c.Records)
		if c.From == "" {
			text = fmt.Sprintf("no times, %d records", c.Records)
		}
		if n := len(c.Holes); n > 0 {
			text += "; no rows " + short(c.Holes[0].From) + " to " + short(c.Holes[0].To)
			if n > 1 {
				text += fmt.Sprintf(" and in %d more holes", n-1)
			}
		}
		if c.Note != "" {
			text += "; " + c.Note
		}
		w.hang(fmt.Sprintf("  %-36s ", safetext.TerminalCut(c.Kind, 36)), text)
	}
	if len(h.CannotRuleOut) > 0 {
		w.heading("What could not be seen, and so not be ruled out")
		for _, s := range h.CannotRuleOut {
			w.bullet(s)
		}
	}
}

func (w *writer) next(h *storyline.Host) {
	w.heading("What to do now")
	for i, a := range h.Next {
		w.hang(fmt.Sprintf("  %d. ", i+1), a.Do+" ("+a.Why+")")
	}
}

func (w *writer) foot(v *storyline.Verdict, opts Options) {
	e := v.Evidence
	w.para("", fmt.Sprintf("Evidence: %d items, %d examined, %d partly, %d unreadable, %d ignored (no log or file kind that is read). Rules of %s: %d ran, %d refused.",
		e.Items, e.Examined, e.Partly, e.Unreadable, e.Ignored, v.Rules.Version, v.Rules.Loaded, len(v.Rules.Refused)))
	for i, n := range e.NotWhole {
		if i == 5 {
			w.para("", fmt.Sprintf("... and %d more items that were not fully examined", len(e.NotWhole)-i))
			break
		}
		w.para("", fmt.Sprintf("Not fully examined: %s (%s: %s)", n.Path, n.Outcome, n.Reason))
	}
	if p := e.Period; p.From+p.To != "" {
		text := "Only events"
		if p.From != "" {
			text += " from " + p.From
		}
		if p.To != "" {
			text += " to " + p.To
		}
		w.para("", fmt.Sprintf("%s were examined, as asked; %d others were left out.", text, p.LeftOut))
	}
	if e.Known.Findings > 0 {
		text := fmt.Sprintf("Left out because you named them as known: %d findings", e.Known.Findings)
		if e.Known.Reason != "" {
			text += " (" + e.Known.Reason + ")"
		}
		w.para("", text+".")
	}
	if e.Untold > 0 {
		w.para("", fmt.Sprintf("%d events were examined but are not in the periods above, because a limit of the coverage was reached (docs/limits.md).", e.Untold))
	}
	if t := e.Twice; t.Items+t.Blocks+t.Findings > 0 {
		w.para("", fmt.Sprintf("Handed over twice and counted once: %d items, %d blocks, %d findings.", t.Items, t.Blocks, t.Findings))
	}
	if len(v.Hosts) > 0 && len(v.Hosts[0].NotChecked) > 0 {
		names := make([]string, 0, len(v.Hosts[0].NotChecked))
		for _, d := range v.Hosts[0].NotChecked {
			names = append(names, d.Name)
		}
		w.para("", "Doors not checked: "+strings.Join(names, "; ")+".")
	}
	if opts.Report != "" {
		w.para("", "Full report: "+opts.Report)
	}
}

// tail keeps the last folder and the name of a path; the report has it whole.
func tail(path string) string {
	parts := strings.Split(strings.ReplaceAll(path, "\\", "/"), "/")
	if len(parts) <= 3 {
		return path
	}
	last := parts[len(parts)-2:]
	if n := len(last[0]); n > 24 {
		last[0] = last[0][:12] + "…" + last[0][n-8:]
	}
	return ".../" + strings.Join(last, "/")
}

func (w *writer) rule() { w.line("", strings.Repeat("─", Width)) }

func (w *writer) heading(text string) {
	w.line("", "")
	w.line("  ", w.paint("1", text))
}

func (w *writer) paint(code, text string) string {
	if !w.colour {
		return strings.TrimSpace(text)
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (w *writer) line(indent, text string) { w.WriteString(indent + text + "\n") }

func (w *writer) item(label, text string) { w.hang(fmt.Sprintf("  %-19s", label), text) }

func (w *writer) bullet(text string) { w.hang("  - ", text) }

func (w *writer) para(indent, text string) { w.hang(indent, text) }

// entry writes a label column, a text and, on its own line, where the proof
// is.
func (w *writer) entry(label, text, proof string) {
	w.hang(fmt.Sprintf("  %-22s ", label), text)
	if proof != "" {
		w.hang(strings.Repeat(" ", 25)+"proof: ", proof)
	}
}

// hang writes text after a first-line label, wrapped under itself. A word
// longer than the line is cut into lines, never lost.
func (w *writer) hang(label, text string) {
	label = safetext.TerminalCut(label, Width/2) // a label of wide characters still leaves room
	indent := columns(label)
	if indent > Width-minRoom {
		w.WriteString(label + "\n")
		label, indent = "    ", 4
	}
	room := Width - indent
	col, first := 0, true
	w.WriteString(label)
	for _, word := range strings.Fields(safetext.Terminal(text)) {
		for word != "" {
			part := head(word, room)
			if !first && col+1+columns(part) > room {
				w.WriteString("\n" + strings.Repeat(" ", indent))
				col, first = 0, true
			}
			if !first {
				w.WriteByte(' ')
				col++
			}
			first = false
			w.WriteString(part)
			col += columns(part)
			word = word[len(part):]
		}
	}
	w.WriteByte('\n')
}

// minRoom is the least number of columns for text after a label.
const minRoom = 20

// columns is how many columns of a terminal s takes: wide characters take
// two (the blocks of UAX #11's W and F).
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	for _, wide := range [...][2]rune{{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2614, 0x2615}, {0x26a1, 0x26a1}, {0x2705, 0x2705}, {0x274c, 0x274c},
		{0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6f},
		{0xff01, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x1b2ff}, {0x1f004, 0x1f004}, {0x1f18e, 0x1f19a}, {0x1f200, 0x1faff}, {0x20000, 0x3fffd}} {
		if r >= wide[0] && r <= wide[1] {
			return 2
		}
	}
	return 1
}

// head is the start of s that fits into n columns.
func head(s string, n int) string {
	for i, r := range s {
		if n -= columnsOf(r); n < 0 {
			return s[:i]
		}
	}
	return s
}

func capital(s string) string {
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(r)) + s[n:]
}

// short writes a time to the second.
func short(t string) string {
	if len(t) < 19 {
		return t
	}
	return strings.Replace(t[:19], "T", " ", 1)
}

// some joins the first n texts and counts the rest.
func some(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}
