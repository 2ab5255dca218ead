package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"spoor/internal/lab"
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
			return a.run(cmd, []string{demoEvidence})
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "case folder; the default is ./spoor-demo, replaced if it exists")
	return cmd
}
