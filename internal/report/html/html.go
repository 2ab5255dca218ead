// Package html writes the report of a case as one static page: readable
// without JavaScript, printable, with nothing fetched from anywhere. It makes
// no decision. Text from evidence reaches the page only through
// html/template's escaping after safetext, never as markup, style, script or
// address. Its sentences come from the message file of the language asked for.
package html

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"spoor/internal/hypothesis"
	"spoor/internal/message"
	"spoor/internal/safetext"
	"spoor/internal/storyline"
)

//go:embed report.html.tmpl
var source string

//go:embed report.css
var style string

// Report is what the page shows.
type Report struct {
	Verdict *storyline.Verdict
	Items   []Item
	Version string
	TLP     string
	// Weighing is how the evidence fits described groups, whole.
	Weighing *hypothesis.Weighing
	// Records are the public record next to the case: about the wave that
	// matches it, then about each group that the evidence points to.
	Records []*Record
	// Shared says that the case is a copy with pseudonyms.
	Shared bool
	// Messages is the language; English if nil.
	Messages *message.Catalogue
}

// Item is a row of the table of evidence.
type Item struct {
	Path, Kind, Outcome, Reason, SHA256, Lines string
	Bytes, Records, Damaged                    int64
}

// Record is the public record's part, already in sentences.
type Record struct {
	Title string
	Rows  []RecordRow
	// Contradictions are pairs of statements that exclude each other.
	Contradictions [][2]RecordRow
	Notes          []string
}

// RecordRow is one statement.
type RecordRow struct {
	Date, Issuer, Verb, Quote, Target, Strength, Source string
}

type pageData struct {
	Report
	Style  template.CSS
	Policy string
	Charts map[string]*chart
}

// Write writes the page.
func Write(w io.Writer, r Report) error {
	if r.Messages == nil {
		english, err := message.Load(message.English)
		if err != nil {
			return err
		}
		r.Messages = english
	}
	l := language{r.Messages}
	r.Verdict, r.Weighing = r.Verdict.In(r.Messages), r.Weighing.In(r.Messages)
	t, err := template.New("report").Funcs(template.FuncMap{
		"safe": safe, "apart": apart, "join": func(l []string) string { return safetext.Terminal(strings.Join(l, ", ")) },
		"hash": hash, "won": won, "fits": fits, "worst": storyline.WorstFirst, "tlp": tlpClass, "capital": capital, "text": message.New,
		"lang": r.Messages.Lang, "say": l.say, "short": l.short, "size": r.Messages.Size, "number": l.number, "tenth": l.tenth, "proofs": l.proofs, "place": l.place,
		"host": l.host, "headline": l.headline, "door": l.door, "patches": l.patches, "level": l.level, "log": l.log, "outcome": l.outcome, "word": l.word, "period": l.period, "build": l.build, "day": l.day, "unruled": l.unruled, "window": l.window,
	}).Parse(source)
	if err != nil {
		return fmt.Errorf("parse report template: %w", err)
	}
	sum := sha256.Sum256([]byte(style))
	data := pageData{
		Report: r,
		Style:  template.CSS(style), // our own file, embedded; no evidence in it
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		Charts: make(map[string]*chart, len(r.Verdict.Hosts)),
	}
	for _, h := range r.Verdict.Hosts {
		data.Charts[h.Host] = newChart(h, r.Messages)
	}
	if err := t.Execute(w, data); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// safe is Terminal for texts and for words that have a type of their own.
func safe(v any) string { return safetext.Terminal(fmt.Sprint(v)) }

func won(e *storyline.Entry) bool {
	return e.Grade == storyline.Exploited || e.Grade == storyline.Compromised
}

func hash(s string) string {
	s = safetext.Terminal(s)
	if len(s) < 16 {
		return s
	}
	return s[:16] + "…"
}

// tlpClass names the colour that version 2 of the Traffic Light Protocol
// gives a level: the first word of it, and nothing else.
func tlpClass(level string) string {
	for _, c := range [...]string{"red", "amber", "green"} {
		if strings.HasPrefix(strings.ToLower(level), c) {
			return c
		}
	}
	return "clear"
}

// capital makes text safe and its first letter a capital.
func capital(s string) string { return message.Capital(safetext.Terminal(s)) }

// fits returns how a host's evidence fits described groups: nothing or one.
func fits(w *hypothesis.Weighing, host string) []hypothesis.HostFit {
	if w == nil {
		return nil
	}
	for i := range w.Hosts {
		if w.Hosts[i].Host == host {
			return w.Hosts[i : i+1]
		}
	}
	return nil
}
