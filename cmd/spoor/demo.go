package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"spoor/internal/lab"
	"spoor/internal/record"
)

// demoEvidence is the folder of the demo's evidence. It stays, so that the
// reader can look at what the report points to.
const demoEvidence = "spoor-demo-evidence"

func newDemoCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Assess built-in evidence of a fictional town's mail server, to see what spoor does",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, f := range lab.Demo() {
				name := filepath.Join(demoEvidence, filepath.FromSlash(f.Path))
				if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
					return runError(fmt.Errorf("write demo evidence: %w", err))
				}
				if err := os.WriteFile(name, f.Data, 0o600); err != nil {
					return runError(fmt.Errorf("write demo evidence: %w", err))
				}
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "This is a demonstration: a fictional town, invented evidence, addresses that belong to nobody.")
			a := assessFlags{out: out, force: out == "", format: "page"}
			if out == "" {
				a.out = "spoor-demo"
			}
			if err := a.run(cmd, []string{demoEvidence}); err != nil {
				return err
			}
			return demoRecord(cmd)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "case folder; the default is ./spoor-demo, replaced if it exists")
	return cmd
}

// demoRecord prints what was said in public on 19 July 2021 about the wave
// that the demo's story belongs to.
func demoRecord(cmd *cobra.Command) error {
	all, err := record.Builtin()
	if err != nil {
		return fmt.Errorf("load the public record: %w", err)
	}
	c, err := record.Compare(all, "exchange-2021")
	if err != nil {
		return fmt.Errorf("compare statements: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "\nWhat was said in public about this wave (spoor record compare exchange-2021):\n\n%s", c.Table())
	return err
}
