package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/assess"
	"spoor/internal/report/page"
	"spoor/internal/safetext"
	"spoor/internal/storyline"
)

// assessFlags are the options of the main verb.
type assessFlags struct {
	in          inputFlags
	rules       ruleFlags
	indicators  indicatorFlags
	out         string
	force       bool
	known       string
	tlp         string
	language    languageFlag
	format      string
	exitVerdict bool
}

func newAssessCommand() *cobra.Command {
	var a assessFlags
	cmd := &cobra.Command{
		Use:   "assess PATH...",
		Short: "Say whether a server was broken into, since when, by which door, and what to do",
		Long: `Read the evidence of one or more servers (a folder, files, archives as collected)
and give a verdict per host: compromised, suspicious, attempted, nothing found in
the period covered, or cannot tell.

Page one goes to the terminal; the case folder gets report.html, findings.ndjson,
verdict.json, case.db and manifest.json. The evidence is only read.`,
		Example: `  spoor assess D:\collected
  spoor assess logs.zip -o case-42 --host MAIL01=logs.zip
  spoor assess evidence/ --format json --exit-verdict
  spoor assess Beweise.zip --lang de`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.run(cmd, args) },
	}
	a.in.register(cmd)
	a.rules.register(cmd)
	a.indicators.register(cmd)
	f := cmd.Flags()
	f.StringVarP(&a.out, "output", "o", "", "case folder; the default is ./spoor-HOST, and it is never inside the evidence")
	f.BoolVar(&a.force, "force", false, "replace the case that the folder already holds")
	f.StringVar(&a.known, "known", "", "YAML file with your own addresses, accounts, pages and hashes, which are left out visibly (docs/known.md)")
	registerLevel(cmd, &a.tlp)
	a.language.register(cmd)
	f.StringVar(&a.format, "format", "page", "what goes to stdout: page (page one) or json (verdict.json)")
	f.BoolVar(&a.exitVerdict, "exit-verdict", false, "let the exit code tell the verdict: 10, 15, 20, 25 or 30 (see docs/exit-codes.md)")
	return cmd
}

func (a *assessFlags) check() error {
	level, err := readLevel(a.tlp)
	if err != nil {
		return err
	}
	a.tlp = string(level)
	if a.format != "page" && a.format != "json" {
		return wrongUse("--format takes page or json", "read --format: unknown format %q", a.format)
	}
	return nil
}

func (a *assessFlags) run(cmd *cobra.Command, paths []string) error {
	if err := a.check(); err != nil {
		return err
	}
	if err := a.language.load(cmd); err != nil {
		return err
	}
	a.in.messages = a.language.messages
	opts, done, err := a.in.options(cmd, paths)
	if err != nil {
		return err
	}
	known, err := assess.ReadKnown(a.known)
	if err != nil {
		return err
	}
	set, err := a.indicators.rules(&a.rules)
	if err != nil {
		return err
	}
	looked, err := a.indicators.load(!a.rules.NoBuiltin)
	if err != nil {
		return err
	}
	if len(a.indicators.paths) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "looked for: %s\n", indicatorsLoaded(looked.Report))
	}
	out, err := assess.Run(cmd.Context(), assess.Options{
		Examine: opts, Rules: set, Indicators: looked,
		Known: known, Case: a.out, Replace: a.force, TLP: a.tlp, Messages: a.language.messages, Version: thisBuild().version, Examined: done,
		Stated: map[string]string{"from": a.in.from, "to": a.in.to, "tz": a.in.zone, "tlp": a.tlp, "lang": a.language.code, "host": strings.Join(a.in.hosts, "\n")},
	})
	var none *assess.Nothing
	switch {
	case errors.As(err, &none):
		report := itemReport{w: cmd.ErrOrStderr(), tally: none.Tally}
		return report.end(none.Totals, "nothing was assessed")
	case err != nil:
		return err
	}
	return a.tell(cmd, out)
}

// tell prints page one or the verdict and chooses the exit code.
func (a *assessFlags) tell(cmd *cobra.Command, o *assess.Outcome) error {
	v, totals, out := o.Verdict, o.Totals, cmd.OutOrStdout()
	if a.format == "json" {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(assess.MarkedVerdict{Verdict: v, TLP: a.tlp}); err != nil {
			return fmt.Errorf("write verdict: %w", err)
		}
	} else if err := page.Write(out, v, page.Options{Messages: a.language.messages, Colour: isTerminal(out) && os.Getenv("NO_COLOR") == "", Report: filepath.Join(o.Dir, "report.html"), TLP: a.tlp}); err != nil {
		return fmt.Errorf("write page one: %w", err)
	}
	for _, n := range v.Evidence.NotWhole {
		fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(a.language.messages.Say("run.not-whole", "outcome", storyline.OutcomeName(a.language.messages, n.Outcome), "path", n.Path, "reason", n.Reason)))
	}
	for _, said := range page.Dropped(&v.Evidence, a.language.messages) {
		fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(said))
	}
	partial := totals.Partly+totals.Unreadable > 0
	switch {
	case totals.Interrupted:
		fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(a.language.messages.Say("run.case-holds", "says", o.Missing)))
		return &exitError{code: exitInterrupted}
	case a.exitVerdict:
		if code := verdictCode(v, partial); code != exitDone {
			return &exitError{code: code}
		}
	case partial:
		return &exitError{code: exitPartly}
	}
	return nil
}

// verdictCode is the exit code of the worst verdict (docs/exit-codes.md).
func verdictCode(v *storyline.Verdict, partial bool) int {
	worst := exitDone
	if len(v.Hosts) == 0 {
		return 15
	}
	for _, h := range v.Hosts {
		code := map[storyline.Word]int{storyline.IsCompromised: 30, storyline.IsSuspicious: 25, storyline.IsAttempted: 20, storyline.CannotTell: 15}[h.Verdict]
		worst = max(worst, code)
	}
	if worst == exitDone && partial {
		return 10
	}
	return worst
}
