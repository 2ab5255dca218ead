// Package page writes page one: the verdict on each host in plain words for
// the administrator of one server, at most 100 columns wide, with colour only
// where the caller says that a terminal shows it. It makes no decision, and
// every word from evidence goes through safetext. Its sentences come from the
// message file of the language asked for.
package page

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"spoor/internal/message"
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
	// Messages is the language; English if nil.
	Messages *message.Catalogue
}

// maxStory bounds the storyline on page one; the report has all of it.
const maxStory = 24

type writer struct {
	*bufio.Writer
	*message.Catalogue
	colour bool
}

// Write writes page one for all hosts.
func Write(out io.Writer, v *storyline.Verdict, opts Options) error {
	if opts.Messages == nil {
		english, err := message.Load(message.English)
		if err != nil {
			return err
		}
		opts.Messages = english
	}
	w := &writer{bufio.NewWriter(out), opts.Messages, opts.Colour}
	v = v.In(opts.Messages)
	if opts.TLP != "" {
		w.line("", "TLP:"+strings.ToUpper(opts.TLP))
	}
	if v.Evidence.Interrupted != "" {
		w.para("", w.Say("page.not-complete", "says", v.Evidence.Interrupted))
	}
	if len(v.Hosts) == 0 {
		w.rule()
		w.line("", w.paint(colourOf(storyline.CannotTell), " "+w.Say("verdict.cannot-tell.banner")+" "))
		w.line("", "")
		w.para("  ", w.Say("page.nothing-read"))
	}
	hosts := storyline.WorstFirst(v.Hosts)
	w.table(hosts)
	for i, h := range hosts {
		if i == maxHosts {
			w.line("", "")
			w.para("", w.Say("page.more-servers", "n", len(hosts)-i))
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
	w.line("", w.Say("page.servers", "n", len(hosts)))
	wide := 0 // one column for all, whatever the language
	for _, h := range hosts {
		wide = max(wide, columns(h.Headline(w.Catalogue)))
	}
	for i, h := range hosts {
		if i == maxRows {
			w.para("  ", w.Say("page.more-rows", "n", len(hosts)-i))
			return
		}
		since := h.FirstSuccess
		if since == "" {
			since = h.FirstAttempt
		}
		w.hang("  "+pad(h.Headline(w.Catalogue), wide)+" "+pad(w.Day(since), 10)+"  ", storyline.HostName(w.Catalogue, h.Host))
	}
}

func (w *writer) host(h *storyline.Host) {
	w.rule()
	word := " " + h.Banner(w.Catalogue) + " "
	name := safetext.Terminal(storyline.HostName(w.Catalogue, h.Host))
	if columns(word)+2+columns(name) > Width {
		w.line("", w.paint(colourOf(h.Verdict), word))
		w.para("  ", name)
	} else {
		w.line("", w.paint(colourOf(h.Verdict), word)+"  "+name)
	}
	if len(h.Aliases) > 0 {
		w.para("  ", w.Say("page.aliases", "names", h.Aliases))
	}
	if storyline.Unnamed(h.Host) {
		w.para("  ", w.Say("page.name-it"))
	}
	w.line("", "")
	w.para("  ", message.Capital(h.Reason)+".")
	if h.AssumedBrokenInto() {
		w.para("  ", w.Say("page.assume"))
	}
	if h.FirstSuccess != "" {
		w.item("page.broken-in", w.Say("page.at-the-latest", "at", h.FirstSuccess))
	} else if h.FirstAttempt != "" {
		w.item("page.first-attempt", w.Say("page.at", "at", h.FirstAttempt))
	}
	if h.Last != "" {
		w.item("page.last-seen", w.Say("page.at", "at", h.Last))
	}
	if h.Ongoing != "" {
		w.item("page.ongoing", h.Ongoing)
	}
	for _, t := range h.Taken {
		w.item("page.taken", t)
	}
	w.doors(h)
	w.pages(h)
	w.next(h)
	w.story(h)
	w.leads(h)
	w.seen(h)
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
		text := w.Say("page.door-says", "door", c.Title, "grade", c.Standing(w.Catalogue))
		if len(c.CVEs) > 0 {
			text = w.Say("page.door-cves", "door", text, "cves", c.CVEs)
		}
		if len(c.Sources) > 0 {
			text = w.Say("page.door-from", "door", text, "sources", w.some(c.Sources, 4))
		}
		w.item("page.door", text)
		for _, n := range c.Notes {
			w.para(strings.Repeat(" ", labelWidth+2), n)
		}
	}
	if h.Build != "" {
		text := h.BuildSays(w.Catalogue)
		if patches := h.Patches(w.Catalogue); len(patches) > 0 {
			text = w.Say("page.build-patches", "says", text, "patches", strings.Join(patches, "; "))
		}
		w.item("page.build", text)
	}
}

func (w *writer) pages(h *storyline.Host) {
	for _, s := range h.Webshells {
		text := w.Say("page.page-says", "page", s.Path, "says", s.Says)
		if len(s.Sources) > 0 {
			text = w.Say("page.page-asked", "page", s.Path, "says", s.Says, "sources", w.some(s.Sources, 4))
		}
		w.item("page.page", text)
	}
}

func (w *writer) story(h *storyline.Host) {
	if len(h.Story) == 0 {
		return
	}
	w.heading("page.what-happened")
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
			says = w.Say("page.times-until", "says", says, "n", e.Count, "until", e.Until)
		}
		if len(e.Sources) > 0 {
			says = w.Say("page.from", "says", says, "sources", w.some(e.Sources, 2))
		}
		w.entry(mark+" "+w.Time(e.Time), says, w.proofOf(e))
	}
	if n := len(h.Story) - len(shown); n > 0 {
		w.para("  ", w.Say("page.more-lines", "n", n))
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

func (w *writer) proofOf(e *storyline.Entry) string {
	if len(e.Proof) == 0 {
		return ""
	}
	p := e.Proof[0]
	text := tail(p.Path)
	switch {
	case p.Line > 0:
		text += fmt.Sprintf(":%d", p.Line)
	case p.Record > 0:
		text = w.Say("page.record", "path", text, "id", strconv.FormatUint(p.Record, 10))
	}
	if n := max(e.Count, len(e.Proof)) - 1; n > 0 {
		text = w.Say("page.and-more", "says", text, "n", n)
	}
	return text
}

// maxLeads bounds the leads on page one.
const maxLeads = 8

func (w *writer) leads(h *storyline.Host) {
	if len(h.Leads) == 0 {
		return
	}
	w.heading("page.leads")
	for i, l := range h.Leads {
		if i == maxLeads {
			w.para("  ", w.Say("page.more-rules", "n", len(h.Leads)-i))
			return
		}
		id := "page.lead"
		if l.First == "" {
			id = "page.lead-untimed"
		}
		w.entry("  "+pad(storyline.LevelName(w.Catalogue, l.Level), 13), w.Say(id, "rule", l.Title, "n", l.Count, "at", l.First), "")
	}
}

func (w *writer) seen(h *storyline.Host) {
	w.heading("page.seen")
	for _, c := range h.Coverage {
		text := w.Say("page.period", "from", c.From, "to", c.To, "n", c.Records)
		if c.From == "" {
			text = w.Say("page.no-times", "n", c.Records)
		}
		if n := len(c.Holes); n > 0 {
			id := "page.hole"
			if n > 1 {
				id = "page.holes"
			}
			text = w.Say(id, "says", text, "from", c.Holes[0].From, "to", c.Holes[0].To, "n", n-1)
		}
		if c.Note != "" {
			text = w.Say("page.with-note", "says", text, "note", c.Note)
		}
		w.hang("  "+pad(safetext.TerminalCut(storyline.LogName(w.Catalogue, c.Kind), 36), 36)+" ", text)
	}
	if len(h.CannotRuleOut) > 0 {
		w.heading("page.not-seen")
		for _, s := range h.CannotRuleOut {
			w.bullet(message.Capital(s))
		}
	}
}

func (w *writer) next(h *storyline.Host) {
	w.heading("page.what-to-do")
	for i, a := range h.Next {
		w.hang(fmt.Sprintf("  %d. ", i+1), w.Say("page.action", "do", a.Do, "why", a.Why))
	}
}

func (w *writer) foot(v *storyline.Verdict, opts Options) {
	e := v.Evidence
	w.para("", w.Say("page.items", "n", e.Items, "examined", e.Examined, "partly", e.Partly, "unreadable", e.Unreadable, "ignored", e.Ignored)+" "+
		w.Say("page.rules", "version", v.Rules.Version, "ran", v.Rules.Loaded, "refused", len(v.Rules.Refused)))
	if i := v.Indicators; i != nil && i.Loaded+i.Refused+i.Damaged > 0 {
		w.para("", w.Say("page.indicators", "n", i.Loaded, "refused", i.Refused, "damaged", i.Damaged))
	}
	if says := v.UnruledSays(w.Catalogue); says != "" {
		w.para("", says)
	}
	for i, n := range e.NotWhole {
		if i == maxNotWhole {
			w.para("", w.Say("page.more-items", "n", len(e.NotWhole)-i))
			break
		}
		w.para("", w.Say("page.not-whole", "path", n.Path, "outcome", storyline.OutcomeName(w.Catalogue, n.Outcome), "reason", n.Reason))
	}
	if p := e.Period; p.From+p.To != "" {
		id := "page.only-between"
		switch {
		case p.To == "":
			id = "page.only-from"
		case p.From == "":
			id = "page.only-to"
		}
		w.para("", w.Say(id, "from", p.From, "to", p.To, "n", p.LeftOut))
	}
	if e.Known.Findings > 0 {
		id := "page.known"
		if e.Known.Reason != "" {
			id = "page.known-why"
		}
		w.para("", w.Say(id, "n", e.Known.Findings, "why", e.Known.Reason))
	}
	for _, said := range Dropped(&e, w.Catalogue) {
		w.para("", said)
	}
	if t := e.Twice; t.Items+t.Blocks+t.Findings > 0 {
		w.para("", w.Say("page.twice", "items", t.Items, "blocks", t.Blocks, "findings", t.Findings))
	}
	if len(v.Hosts) > 0 && len(v.Hosts[0].NotChecked) > 0 {
		names := make([]string, 0, len(v.Hosts[0].NotChecked))
		for _, d := range v.Hosts[0].NotChecked {
			names = append(names, d.Name)
		}
		w.para("", w.Say("page.unchecked", "names", strings.Join(names, "; ")))
	}
	if opts.Report != "" {
		w.para("", w.Say("page.full-report", "path", opts.Report))
	}
}

// Dropped says what was left out because limits were reached, in sentences.
func Dropped(e *storyline.Evidence, words *message.Catalogue) []string {
	var said []string
	if e.NotFollowed > 0 {
		said = append(said, words.Say("page.not-followed", "n", e.NotFollowed))
	}
	if e.Untold > 0 {
		said = append(said, words.Say("page.untold", "n", e.Untold))
	}
	for _, d := range e.Dropped {
		said = append(said, words.Say("page.dropped", "n", d.Events, "by", d.By))
	}
	return said
}

// maxNotWhole bounds the items named as not fully examined.
const maxNotWhole = 5

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

func (w *writer) heading(id string) {
	w.line("", "")
	w.line("  ", w.paint("1", w.Say(id)))
}

func (w *writer) paint(code, text string) string {
	if !w.colour {
		return strings.TrimSpace(text)
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (w *writer) line(indent, text string) { w.WriteString(indent + text + "\n") }

// labelWidth is the column of labels on the left.
const labelWidth = 19

func (w *writer) item(id, text string) { w.hang("  "+pad(w.Say(id), labelWidth), text) }

func (w *writer) bullet(text string) { w.hang("  - ", text) }

func (w *writer) para(indent, text string) { w.hang(indent, text) }

// entry writes a label column, a text and, on its own line, where the proof
// is.
func (w *writer) entry(label, text, proof string) {
	w.hang("  "+pad(label, 22)+" ", text)
	if proof != "" {
		w.hang(strings.Repeat(" ", 25)+w.Say("page.proof"), proof)
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

// pad fills s with blanks up to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-columns(s))) }

// some joins the first n texts and counts the rest.
func (w *writer) some(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return w.Say("page.and-more", "says", strings.Join(list[:n], ", "), "n", len(list)-n)
}
