package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
	"spoor/internal/actor/generate"
	"spoor/internal/safetext"
	"spoor/knowledge"
)

func newActorsUpdateCommand() *cobra.Command {
	var paths generate.Paths
	var out, corrections string
	cmd := &cobra.Command{
		Use:   "update --attack FILE --galaxy FILE...",
		Short: "Build a newer knowledge file from files that you fetched",
		Long: `Build a newer knowledge file from files that you fetched: ATT&CK Enterprise as a
STIX 2 bundle (enterprise-attack.json) and the MISP galaxy clusters
threat-actor.json, microsoft-activity-group.json and 360net.json, each as JSON
or gzip. Nothing is fetched from the network. The file is used with
"--knowledge FILE". The same inputs give the same bytes.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if paths.Attack == "" {
				return wrongUse("spoor actors update --attack enterprise-attack.json --galaxy threat-actor.json --out FILE", "required flag --attack is missing")
			}
			hand := knowledge.Corrections()
			if corrections != "" {
				var err error
				if hand, err = os.ReadFile(corrections); err != nil {
					return fmt.Errorf("read corrections: %w", err)
				}
			}
			data, tally, err := generate.Files(paths, hand)
			if err != nil {
				return err
			}
			k, err := actor.Decode(data)
			if err != nil {
				return fmt.Errorf("check new knowledge: %w", err)
			}
			if err := replaceFile(out, data); err != nil {
				return &exitError{code: exitNoSpace, cause: err}
			}
			for _, line := range tally.Lines() {
				fmt.Fprintf(cmd.ErrOrStderr(), "not used: %s\n", safetext.Terminal(line))
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %d bytes, %d entries, %d names, %d uses, %d reports\n", safetext.Terminal(out), len(data),
				len(k.Actors), len(k.Aliases), len(k.Uses), len(k.Reports))
			return nil
		},
	}
	cmd.Flags().StringVar(&paths.Attack, "attack", "", "ATT&CK Enterprise bundle (STIX 2, JSON or gzip)")
	cmd.Flags().StringArrayVar(&paths.Galaxies, "galaxy", nil, "MISP galaxy cluster file, once per file")
	cmd.Flags().StringVar(&corrections, "corrections", "", "hand-written edges (YAML) instead of the built-in ones")
	cmd.Flags().StringVar(&out, "out", "knowledge.bin", "the file to write")
	return cmd
}

// replaceFile writes beside the target and renames, so that a failure leaves
// the old file whole.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".knowledge-*")
	if err != nil {
		return fmt.Errorf("write knowledge: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write knowledge: %w", err)
	}
	return nil
}
