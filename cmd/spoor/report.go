package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"spoor/internal/reissue"
	"spoor/internal/report/page"
	"spoor/internal/share"
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
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&r.format, "format", "page", "what is written: page (page one), html (the report), json (verdict.json), ndjson, csv or table (the findings)")
	f.StringVarP(&r.out, "output", "o", "", "file to write; the default is stdout")
	registerLevel(cmd, &r.tlp)
	r.language.register(cmd)
	r.sharing.register(cmd)
	return cmd
}

func (r *reportFlags) run(cmd *cobra.Command, dir string) error {
	if err := r.sharing.check(cmd, r.out); err != nil {
		return err
	}
	if err := r.language.load(cmd); err != nil {
		return err
	}
	c, err := reissue.Open(dir)
	if err != nil {
		return err
	}
	if err := r.mark(cmd, c); err != nil {
		return err
	}
	if r.sharing.share {
		return r.shareCase(cmd, c)
	}
	page := func(w io.Writer) error { return r.page(w, c) }
	html := func(w io.Writer) error { return c.HTML(w, r.language.messages) }
	lines := func(w io.Writer) error { return c.Lines(w, r.format) }
	write := map[string]func(io.Writer) error{"page": page, "html": html, "json": c.JSON, "ndjson": lines, "csv": lines, "table": lines}[r.format]
	if write == nil {
		return wrongUse("--format takes page, html, json, ndjson, csv or table", "read --format: unknown format %q", r.format)
	}
	if r.out == "" {
		return write(cmd.OutOrStdout())
	}
	return reissue.WriteNew(r.out, write)
}

// mark chooses the marking: the one asked for, else the case's own. A wider
// one is the owner's to give, so it is said.
func (r *reportFlags) mark(cmd *cobra.Command, c *reissue.Case) error {
	level, err := readLevel(r.tlp)
	if err != nil {
		return err
	}
	was := share.Level(c.TLP)
	if level == "" {
		return nil
	}
	if level.Wider(was) {
		fmt.Fprintln(cmd.ErrOrStderr(), r.language.messages.Say("share.wider", "was", was.String(), "is", level.String()))
	}
	c.TLP = string(level)
	return nil
}

func (r *reportFlags) page(w io.Writer, c *reissue.Case) error {
	opts := page.Options{Messages: r.language.messages, TLP: c.TLP, Report: filepath.Join(c.Dir(), "report.html")}
	opts.Colour = isTerminal(w) && os.Getenv("NO_COLOR") == ""
	if err := page.Write(w, c.Verdict, opts); err != nil {
		return fmt.Errorf("write page one: %w", err)
	}
	return nil
}
