// Package reissue writes a finished case again, without its evidence: its report
// in another language or marking, its verdict, its findings as lines, or a whole
// copy in which names stand under pseudonyms and which may leave the house.
//
// A case is read by its manifest: a file that is not the one that was written is
// casefile.ErrChanged, and nothing is made from it. A folder that holds no case,
// and places for a copy that would give away what must stay, are a
// *refusal.Error.
package reissue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"spoor/internal/assess"
	"spoor/internal/casefile"
	"spoor/internal/finding"
	"spoor/internal/hypothesis"
	"spoor/internal/message"
	"spoor/internal/refusal"
	"spoor/internal/report/html"
	"spoor/internal/report/lines"
	"spoor/internal/storyline"
)

// Case is a finished case, read.
type Case struct {
	*casefile.Finished
	Verdict  *storyline.Verdict
	Weighing *hypothesis.Weighing
	// TLP is the marking of what is written, at first the case's own.
	TLP string

	verdict, weighing []byte // verdict.json and hypotheses.json as they stand
}

// Open reads the case in a folder.
func Open(dir string) (*Case, error) {
	f, err := casefile.Open(dir)
	if errors.Is(err, casefile.ErrNoCase) {
		return nil, refusal.New("name a folder that spoor assess made; it holds spoor-case.json and manifest.json", "%w", err)
	} else if err != nil {
		return nil, err
	}
	c := &Case{Finished: f, TLP: f.Manifest.TLP}
	if c.verdict, err = f.Derived("verdict.json"); err != nil {
		return nil, err
	}
	if c.weighing, err = f.Derived("hypotheses.json"); err != nil {
		return nil, err
	}
	return c, c.decode()
}

// decode reads the two files that a report is made from.
func (c *Case) decode() error {
	c.Verdict, c.Weighing = &storyline.Verdict{}, &hypothesis.Weighing{}
	if err := decodeVerdict(c.verdict, c.Verdict); err != nil {
		return fmt.Errorf("read verdict.json: %w", err)
	}
	if err := json.Unmarshal(c.weighing, c.Weighing); err != nil {
		return fmt.Errorf("read hypotheses.json: %w", err)
	}
	return nil
}

// decodeVerdict reads verdict.json. The short answers on groups stay as they
// are written, so that the same verdict is written again.
func decodeVerdict(data []byte, v *storyline.Verdict) error {
	var short struct {
		Hosts []struct {
			Hypotheses []json.RawMessage `json:"hypotheses"`
		} `json:"hosts"`
	}
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if v.Schema != storyline.Schema {
		return fmt.Errorf("schema %q is not %s", v.Schema, storyline.Schema)
	}
	if err := json.Unmarshal(data, &short); err != nil {
		return err
	}
	for i, h := range v.Hosts {
		if h == nil {
			return errors.New("a host is null")
		}
		for j := range h.Hypotheses {
			h.Hypotheses[j] = short.Hosts[i].Hypotheses[j]
		}
	}
	return nil
}

// HTML writes the report.
func (c *Case) HTML(w io.Writer, words *message.Catalogue) error {
	said, err := assess.PublicRecord(c.Verdict, c.Weighing, words)
	if err != nil {
		return err
	}
	return html.Write(w, html.Report{Verdict: c.Verdict, Items: assess.ReportItems(c.Manifest.Items, words), Messages: words, Version: c.Manifest.Version, TLP: c.TLP, Shared: c.Manifest.Shared,
		Weighing: c.Weighing, Records: said})
}

// JSON writes the verdict.
func (c *Case) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(assess.MarkedVerdict{Verdict: c.Verdict, TLP: c.TLP}); err != nil {
		return fmt.Errorf("write verdict: %w", err)
	}
	return nil
}

// Lines writes the findings in a form of report/lines.
func (c *Case) Lines(w io.Writer, format string) error {
	out, err := lines.New(w, format, c.TLP)
	if err != nil {
		return err
	}
	err = c.Findings(func(line []byte) error {
		var f finding.Finding
		if err := json.Unmarshal(line, &f); err != nil {
			return fmt.Errorf("read finding: %w", err)
		}
		return out.Write(&f)
	})
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return err
}
