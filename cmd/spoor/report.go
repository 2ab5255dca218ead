package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"spoor/internal/assess"

	"github.com/spf13/cobra"

	"spoor/internal/casefile"
	"spoor/internal/finding"
	"spoor/internal/hypothesis"
	"spoor/internal/report/html"
	findinglines "spoor/internal/report/lines"
	"spoor/internal/report/page"
	"spoor/internal/share"
	"spoor/internal/storyline"
)

// reportFlags are the options of the verb that writes a finished case again.
type reportFlags struct {
	format   string
	out      string
	tlp      string
	language languageFlag
	sharing  shareFlags
}

func newReportCommand() *cobra.Command {
	var r reportFlags
	cmd := &cobra.Command{
		Use:   "report CASE",
		Short: "Write a finished case's report again: in another form, language or marking",
		Long: `Write the report of a case folder that assess made, without its evidence: page
one, the whole report, the verdict, or the findings.

What was marked with --tlp stays marked as it was unless --tlp says otherwise.

With --share a copy of the case goes to the folder -o in which people, mailboxes,
subjects, accounts and the names and addresses of the inside are replaced by
pseudonyms. Attackers' addresses, hashes, pages, user agents and public domains
stay. Read the list of what was replaced and kept before you give the copy away,
and keep the list and the key (docs/sharing.md).`,
		Example: `  spoor report case-42
  spoor report case-42 --format html --lang de -o Bericht.html
  spoor report case-42 --format csv --tlp amber > findings.csv
  spoor report case-42 --share -o for-the-cert --tlp amber`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runError(r.run(cmd, args[0])) },
	}
	f := cmd.Flags()
	f.StringVar(&r.format, "format", "page", "what is written: page (page one), html (the report), json (verdict.json), ndjson, csv or table (the findings)")
	f.StringVarP(&r.out, "output", "o", "", "file to write; the default is stdout")
	registerLevel(cmd, &r.tlp)
	r.language.register(cmd)
	r.sharing.register(cmd)
	return cmd
}

// toldCase is a finished case, read.
type toldCase struct {
	*casefile.Finished
	verdict  *storyline.Verdict
	weighing *hypothesis.Weighing
	raw      map[string][]byte // verdict.json and hypotheses.json as they stand
	tlp      string
}

func (r *reportFlags) run(cmd *cobra.Command, dir string) error {
	if err := r.sharing.check(cmd, r.out); err != nil {
		return err
	}
	if err := r.language.load(cmd); err != nil {
		return err
	}
	c, err := readCase(dir)
	if err != nil {
		return err
	}
	if err := r.mark(cmd, c); err != nil {
		return err
	}
	if r.sharing.share {
		return r.shareCase(cmd, c)
	}
	write := map[string]func(io.Writer, *toldCase) error{"page": r.page, "html": r.html, "json": verdictJSON, "ndjson": r.findings, "csv": r.findings, "table": r.findings}[r.format]
	if write == nil {
		return wrongUse("--format takes page, html, json, ndjson, csv or table", "read --format: unknown format %q", r.format)
	}
	if r.out == "" {
		return write(cmd.OutOrStdout(), c)
	}
	return writeNew(r.out, func(w io.Writer) error { return write(w, c) })
}

// mark chooses the marking: the one asked for, else the case's own. A wider
// one is the owner's to give, so it is said.
func (r *reportFlags) mark(cmd *cobra.Command, c *toldCase) error {
	level, err := readLevel(r.tlp)
	if err != nil {
		return err
	}
	was := share.Level(c.tlp)
	if level == "" {
		return nil
	}
	if level.Wider(was) {
		fmt.Fprintln(cmd.ErrOrStderr(), r.language.messages.Say("share.wider", "was", was.String(), "is", level.String()))
	}
	c.tlp = string(level)
	return nil
}

// readCase reads what a report is made from.
func readCase(dir string) (*toldCase, error) {
	f, err := casefile.Open(dir)
	if errors.Is(err, casefile.ErrNoCase) {
		return nil, wrongUse("name a folder that spoor assess made; it holds spoor-case.json and manifest.json", "%w", err)
	} else if err != nil {
		return nil, err
	}
	c := &toldCase{Finished: f, raw: map[string][]byte{}, tlp: f.Manifest.TLP}
	for _, name := range []string{"verdict.json", "hypotheses.json"} {
		if c.raw[name], err = f.Derived(name); err != nil {
			return nil, caseChanged(err)
		}
	}
	return c, c.decode(c.raw["verdict.json"], c.raw["hypotheses.json"])
}

// decode reads the two files that a report is made from.
func (c *toldCase) decode(verdict, weighing []byte) error {
	c.verdict, c.weighing = &storyline.Verdict{}, &hypothesis.Weighing{}
	if err := decodeVerdict(verdict, c.verdict); err != nil {
		return fmt.Errorf("read verdict.json: %w", err)
	}
	if err := json.Unmarshal(weighing, c.weighing); err != nil {
		return fmt.Errorf("read hypotheses.json: %w", err)
	}
	return nil
}

func caseChanged(err error) error {
	if errors.Is(err, casefile.ErrChanged) {
		return &exitError{code: exitFailed, cause: err, hint: "assess the evidence again"}
	}
	return err
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

func (r *reportFlags) page(w io.Writer, c *toldCase) error {
	opts := page.Options{Messages: r.language.messages, TLP: c.tlp, Report: filepath.Join(c.Dir(), "report.html")}
	opts.Colour = isTerminal(w) && os.Getenv("NO_COLOR") == ""
	if err := page.Write(w, c.verdict, opts); err != nil {
		return fmt.Errorf("write page one: %w", err)
	}
	return nil
}

func (r *reportFlags) html(w io.Writer, c *toldCase) error {
	words := r.language.messages
	said, err := assess.PublicRecord(c.verdict, c.weighing, words)
	if err != nil {
		return err
	}
	return html.Write(w, html.Report{Verdict: c.verdict, Items: assess.ReportItems(c.Manifest.Items, words), Messages: words, Version: c.Manifest.Version, TLP: c.tlp, Shared: c.Manifest.Shared,
		Weighing: c.weighing, Records: said})
}

func verdictJSON(w io.Writer, c *toldCase) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(assess.MarkedVerdict{Verdict: c.verdict, TLP: c.tlp}); err != nil {
		return fmt.Errorf("write verdict: %w", err)
	}
	return nil
}

func (r *reportFlags) findings(w io.Writer, c *toldCase) error {
	out, err := findinglines.New(w, r.format, c.tlp)
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
	return caseChanged(err)
}

// writeNew writes a file that must not be there yet, readable by its owner
// alone; of a failure nothing is left.
func writeNew(name string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return wrongUse("choose another name with -o", "write %s: there is such a file already", name)
	} else if err != nil {
		return &exitError{code: exitNoSpace, cause: fmt.Errorf("write %s: %w", name, err), hint: "name a writable file with -o"}
	}
	err = fill(f)
	if serr := f.Sync(); err == nil {
		err = serr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(name)
	}
	return err
}
