// Package lines writes findings one after the other: as NDJSON, as a JSON
// array, as CSV or as a table for a terminal. It makes no decision; every
// byte from evidence goes through safetext or JSON escaping.
package lines

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"spoor/internal/finding"
	"spoor/internal/safetext"
)

// Writer writes findings in one format.
type Writer struct {
	out    *bufio.Writer
	format string
	csv    *csv.Writer
	n      int
}

// New returns a writer for the format ndjson, json, csv or table.
func New(w io.Writer, format string) (*Writer, error) {
	l := &Writer{out: bufio.NewWriterSize(w, 64<<10), format: format}
	switch format {
	case "ndjson", "table":
	case "json":
		l.out.WriteByte('[')
	case "csv":
		l.csv = csv.NewWriter(l.out)
		l.csv.Write([]string{"time", "host", "level", "title", "rule", "techniques", "cves", "message", "path", "record", "line", "offset", "event"})
	default:
		return nil, fmt.Errorf("unknown format %q", format)
	}
	return l, nil
}

// JSON encodes a finding as the contract's line, without a line feed.
func JSON(f *finding.Finding) ([]byte, error) {
	f.Seal()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return nil, fmt.Errorf("encode finding: %w", err)
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

// Write writes one finding.
func (l *Writer) Write(f *finding.Finding) error {
	l.n++
	switch l.format {
	case "csv":
		return l.csv.Write(row(f))
	case "table":
		where := safetext.Terminal(f.Source.Path)
		switch {
		case f.Where.Line > 0:
			where += ":" + strconv.FormatInt(f.Where.Line, 10)
		case f.Where.Record > 0:
			where += " record " + strconv.FormatUint(f.Where.Record, 10)
		}
		_, err := fmt.Fprintf(l.out, "%-24s %-13s %-20s %s\n%24s %s\n", safetext.TerminalCut(f.Time, 30), safetext.TerminalCut(f.Rule.Level, 13), safetext.TerminalCut(f.Host, 20), safetext.TerminalCut(f.Rule.Title, 60), "", where)
		return err
	}
	line, err := JSON(f)
	if err != nil {
		return err
	}
	if l.format == "json" && l.n > 1 {
		l.out.WriteByte(',')
	}
	if l.format == "json" {
		l.out.WriteByte('\n')
	}
	l.out.Write(line)
	if l.format == "ndjson" {
		l.out.WriteByte('\n')
	}
	if l.out.Buffered() > 32<<10 {
		return l.out.Flush()
	}
	return nil
}

func row(f *finding.Finding) []string {
	cells := []string{f.Time, f.Host, f.Rule.Level, f.Rule.Title, f.Rule.ID, strings.Join(f.Techniques, " "), strings.Join(f.CVEs, " "), f.Message,
		f.Source.Path, strconv.FormatUint(f.Where.Record, 10), strconv.FormatInt(f.Where.Line, 10), strconv.FormatInt(f.Where.Offset, 10), string(f.Event)}
	for i := range cells {
		cells[i] = safetext.CSV(cells[i])
	}
	return cells
}

// Close ends the output.
func (l *Writer) Close() error {
	if l.csv != nil {
		l.csv.Flush()
		if err := l.csv.Error(); err != nil {
			return fmt.Errorf("write findings: %w", err)
		}
	}
	if l.format == "json" {
		l.out.WriteString("\n]\n")
	}
	if err := l.out.Flush(); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}
