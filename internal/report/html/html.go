// Package html writes the report of a case as one static page: readable
// without JavaScript, printable, with nothing fetched from anywhere. It makes
// no decision. Text from evidence reaches the page only through
// html/template's escaping after safetext, never as markup, style, script or
// address.
package html

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"spoor/internal/hypothesis"
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
	// Record, when set, is the public record next to the case.
	Record *Record
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
	t, err := template.New("report").Funcs(template.FuncMap{
		"safe": safe, "short": short, "join": func(l []string) string { return safetext.Terminal(strings.Join(l, ", ")) },
		"hash": hash, "size": size, "proofs": proofs, "won": won, "fits": fits, "worst": storyline.WorstFirst, "plural": plural, "capital": capital,
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
		data.Charts[h.Host] = newChart(h)
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

// short writes a time to the second, with its zone.
func short(t string) string {
	t = safetext.Terminal(t)
	if len(t) < 19 {
		return t
	}
	return strings.Replace(t[:19], "T", " ", 1) + "Z"
}

func hash(s string) string {
	s = safetext.Terminal(s)
	if len(s) < 16 {
		return s
	}
	return s[:16] + "…"
}

func size(n int64) string {
	f, e := float64(n), -1
	for f >= 1024 && e < 4 {
		f, e = f/1024, e+1
	}
	if e < 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %ciB", f, "KMGTP"[e])
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func proofs(e *storyline.Entry) []string {
	var list []string
	for _, p := range e.Proof {
		text := p.Path
		switch {
		case p.Line > 0:
			text += fmt.Sprintf(":%d", p.Line)
		case p.Record > 0:
			text += fmt.Sprintf(" record %d", p.Record)
		}
		list = append(list, safetext.Terminal(text))
	}
	if n := e.Count - len(e.Proof); n > 0 {
		list = append(list, fmt.Sprintf("and %d more, in findings.ndjson", n))
	}
	return list
}

// capital makes text safe and its first letter a capital.
func capital(s string) string {
	s = safetext.Terminal(s)
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// fits returns the answers on described groups that the host carries.
func fits(h *storyline.Host) []*hypothesis.Assessment {
	var list []*hypothesis.Assessment
	for _, a := range h.Hypotheses {
		if x, ok := a.(*hypothesis.Assessment); ok {
			list = append(list, x)
		}
	}
	return list
}
