package casefile

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"spoor/event"
	"spoor/internal/finding"
)

// Item is a row of the manifest: one piece of evidence and its outcome.
type Item struct {
	Path    string `json:"path"`
	Kind    string `json:"kind"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Outcome string `json:"outcome"`
	Code    string `json:"code,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Host    string `json:"host,omitempty"`
	Records int64  `json:"records"`
	Damaged int64  `json:"damaged"`
	Lost    int64  `json:"lost"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
	Lines   *Lines `json:"lines,omitempty"`
}

// Lines accounts for every physical line of a text log.
type Lines struct {
	Total   int64 `json:"total"`
	Header  int64 `json:"header"`
	Comment int64 `json:"comment"`
	Blank   int64 `json:"blank"`
	Parsed  int64 `json:"parsed"`
	Damaged int64 `json:"damaged"`
}

// manifestSchema names the contract of manifest.json.
const manifestSchema = "spoor.manifest/1"

// Manifest names everything that went in and came out, by hash.
type Manifest struct {
	Schema string `json:"schema"` // spoor.manifest/1
	TLP    string `json:"tlp,omitempty"`
	// Shared says that the case is a copy with pseudonyms.
	Shared   bool              `json:"shared,omitempty"`
	Version  string            `json:"version"`
	Rules    string            `json:"rules_version"`
	RuleHash string            `json:"rules_sha256"`
	Options  map[string]string `json:"options"`
	Items    []Item            `json:"items"`
	Files    map[string]string `json:"files"` // derived file: SHA-256
}

// Derived is what the case's files are made from.
type Derived struct {
	Verdict  any
	Weighing any // the whole of what verdict.json holds in short on described groups
	Report   []byte
	Manifest Manifest
	Run      any
	Readme   string
}

// each calls f for the line of every stored finding in the case's order. The
// line is valid until f returns.
func (c *Case) each(f func(*finding.Finding, []byte) error) error {
	if err := c.sync(); err != nil {
		return err
	}
	var data, line []byte
	for _, s := range c.light {
		var err error
		if data, err = readFrame(c.segment, s.offset, data); err != nil {
			return fmt.Errorf("read case segment: %w", err)
		}
		line = event.AppendJSONString(append(line[:0], data[:s.host]...), []byte(s.f.Host))
		line = append(append(line, data[s.hostEnd:]...), '\n')
		if err := f(s.f, line); err != nil {
			return err
		}
	}
	return nil
}

// Finish derives all files of the case and removes the segment.
func (c *Case) Finish(d Derived) error {
	hashes := map[string]string{}
	write := func(name string, fill func(w io.Writer) error) error {
		sum, err := c.writeFile(name, fill)
		hashes[name] = sum
		return err
	}
	if err := write("findings.ndjson", func(w io.Writer) error {
		return c.each(func(_ *finding.Finding, line []byte) error {
			_, err := w.Write(line)
			return err
		})
	}); err != nil {
		return err
	}
	if err := write("verdict.json", jsonFile(d.Verdict)); err != nil {
		return err
	}
	if err := write("hypotheses.json", jsonFile(d.Weighing)); err != nil {
		return err
	}
	if err := write("report.html", func(w io.Writer) error { _, err := w.Write(d.Report); return err }); err != nil {
		return err
	}
	sum, err := c.writeDB(d)
	if err != nil {
		return err
	}
	hashes["case.db"] = sum
	d.Manifest.Files = hashes
	if err := write("manifest.json", jsonFile(d.Manifest)); err != nil {
		return err
	}
	if err := write("run.json", jsonFile(d.Run)); err != nil {
		return err
	}
	if err := write("README.txt", func(w io.Writer) error { _, err := io.WriteString(w, d.Readme); return err }); err != nil {
		return err
	}
	return c.Close()
}

func jsonFile(v any) func(io.Writer) error {
	return func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
}

// writeFile writes a file of the case by a temporary name, sync and rename,
// and returns its SHA-256.
func (c *Case) writeFile(name string, fill func(io.Writer) error) (string, error) {
	tmp := filepath.Join(c.dir, name+".tmp")
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", fmt.Errorf("create %s: %w", name, err)
	}
	h := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, h), 256<<10)
	err = fill(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp, filepath.Join(c.dir, name))
	}
	if err != nil {
		os.Remove(tmp)
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
