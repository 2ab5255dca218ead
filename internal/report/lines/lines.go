// Package lines writes findings one after the other: as NDJSON, as a JSON
// array, as CSV or as a table for a terminal. It makes no decision; every
// byte from evidence goes through safetext or JSON escaping.
package lines

import (
	"bufio"
	"encoding/csv"
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
	line   []byte
	tlp    string
}

// New returns a writer for the format ndjson, json, csv or table. Where tlp
// is not empty every finding is marked with it: in a field "tlp", in a last
// column, or in a line above and below a table.
func New(w io.Writer, format, tlp string) (*Writer, error) {
	l := &Writer{out: bufio.NewWriterSize(w, 256<<10), format: format, tlp: tlp}
	switch format {
	case "ndjson":
	case "table":
		l.mark()
	case "json":
		l.out.WriteByte('[')
	case "csv":
		l.csv = csv.NewWriter(l.out)
		head := []string{"time", "host", "level", "title", "rule", "techniques", "cves", "message", "path", "record", "line", "offset", "event"}
		if tlp != "" {
			head = append(head, "tlp")
		}
		l.csv.Write(head)
	default:
		return nil, fmt.Errorf("unknown format %q", format)
	}
	return l, nil
}

// Lines writes findings that are lines of JSON already (ndjson only).
func (l *Writer) Lines(lines []byte) error {
	_, err := l.out.Write(lines)
	return err
}

// mark writes the marking as a line of its own.
func (l *Writer) mark() {
	if l.tlp != "" {
		l.out.WriteString("TLP:" + safetext.Terminal(l.tlp) + "\n")
	}
}

// Write writes one finding.
func (l *Writer) Write(f *finding.Finding) error {
	l.n++
	if f.TLP != l.tlp {
		marked := *f
		marked.TLP = l.tlp
		f = &marked
	}
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
	l.line = f.AppendJSON(l.line[:0])
	if l.format == "json" && l.n > 1 {
		l.out.WriteByte(',')
	}
	if l.format == "json" {
		l.out.WriteByte('\n')
	}
	l.out.Write(l.line)
	if l.format == "ndjson" {
		l.out.WriteByte('\n')
	}
	if l.out.Buffered() > 128<<10 {
		return l.out.Flush()
	}
	return nil
}

func row(f *finding.Finding) []string {
	cells := []string{f.Time, f.Host, f.Rule.Level, f.Rule.Title, f.Rule.ID, strings.Join(f.Techniques, " "), strings.Join(f.CVEs, " "), f.Message,
		f.Source.Path, strconv.FormatUint(f.Where.Record, 10), strconv.FormatInt(f.Where.Line, 10), strconv.FormatInt(f.Where.Offset, 10), string(f.Event)}
	if f.TLP != "" {
		cells = append(cells, f.TLP)
	}
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
	switch l.format {
	case "json":
		l.out.WriteString("\n]\n")
	case "table":
		l.mark()
	}
	if err := l.out.Flush(); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}
