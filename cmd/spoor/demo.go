package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/lab"
	"spoor/internal/message"
	"spoor/internal/statement"
)

// demoEvidence is the folder of the demo's evidence. It stays, so that the
// reader can look at what the report points to.
const demoEvidence = "spoor-demo-evidence"

// demoFlags are the options of the tour.
type demoFlags struct {
	out      string
	list     bool
	scenario string
	language languageFlag
}

func newDemoCommand() *cobra.Command {
	var d demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Assess built-in evidence of a fictional town's mail server, to see what spoor does",
		Long: `Write the evidence of a fictional town's two mail servers and assess it.

With --scenario it is one of the lab's short stories instead: an intrusion, an
attempt, a part of one, or what only looks like one, with sources missing or not.
--list names them all and what must be concluded of each (docs/lab.md).`,
		Example: `  spoor demo
  spoor demo --list
  spoor demo --scenario proxyshell-without-iis`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return d.run(cmd) },
	}
	cmd.Flags().StringVarP(&d.out, "output", "o", "", "case folder; the default is ./spoor-demo, replaced if it exists")
	cmd.Flags().BoolVar(&d.list, "list", false, "list the scenarios and what must be concluded of each")
	cmd.Flags().StringVar(&d.scenario, "scenario", "", "assess this scenario")
	d.language.register(cmd)
	cmd.MarkFlagsMutuallyExclusive("list", "scenario")
	return cmd
}

func (d *demoFlags) run(cmd *cobra.Command) error {
	if d.list {
		return listScenarios(cmd.OutOrStdout(), lab.Scenarios())
	}
	if err := d.language.load(cmd); err != nil {
		return err
	}
	files, folder := lab.Demo, demoEvidence
	if d.scenario != "" {
		list := lab.Scenarios()
		i := slices.IndexFunc(list, func(s lab.Scenario) bool { return s.Name == d.scenario })
		if i < 0 {
			return wrongUse("spoor demo --list names them", "there is no scenario %q", d.scenario)
		}
		files, folder = list[i].Files, demoEvidence+"-"+d.scenario
		fmt.Fprintf(cmd.ErrOrStderr(), "%s\nTo be concluded: %s\n", list[i].Says, wanted(list[i]))
	}
	for _, f := range files() {
		name := filepath.Join(folder, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return runError(fmt.Errorf("write demo evidence: %w", err))
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			return runError(fmt.Errorf("write demo evidence: %w", err))
		}
	}
	fmt.Fprintln(cmd.ErrOrStderr(), d.language.messages.Say("run.demo"))
	a := assessFlags{out: d.out, force: d.out == "", format: "page", language: d.language}
	if d.out == "" {
		a.out = "spoor-demo"
	}
	if err := a.run(cmd, []string{folder}); err != nil || d.scenario != "" {
		return err
	}
	return demoRecord(cmd, d.language.messages)
}

// wanted says what must be concluded of a scenario, in one line.
func wanted(s lab.Scenario) string {
	var servers []string
	for _, w := range s.Want {
		text := w.Verdict
		if w.Outcome != "" && !w.Mild {
			text += " (" + w.Outcome + ")"
		}
		for _, c := range w.Chains {
			text += fmt.Sprintf(", %s %s by %s", c.ID, c.Grade, c.Deepest)
		}
		if len(s.Want) > 1 {
			text = w.Host + " " + text
		}
		servers = append(servers, text)
	}
	return strings.Join(servers, "; ")
}

func listScenarios(w io.Writer, list []lab.Scenario) error {
	for _, s := range list {
		if _, err := fmt.Fprintf(w, "%-44s %-17s %s\n", s.Name, s.Kind, wanted(s)); err != nil {
			return fmt.Errorf("list scenarios: %w", err)
		}
	}
	return nil
}

// demoRecord prints what was said in public on 19 July 2021 about the wave
// that the demo's story belongs to.
func demoRecord(cmd *cobra.Command, words *message.Catalogue) error {
	all, err := statement.Builtin()
	if err != nil {
		return fmt.Errorf("load the public record: %w", err)
	}
	c, err := statement.Compare(all, "exchange-2021")
	if err != nil {
		return fmt.Errorf("compare statements: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "\n%s\n\n%s", words.Say("run.demo-record"), c.Table())
	return err
}
