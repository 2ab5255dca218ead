package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"spoor/internal/statement"
	"spoor/internal/statement/importer"
)

func newRecordImportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Import statements from other collections, with every row accounted for",
	}
	eurepoc := &cobra.Command{
		Use:   "eurepoc INCIDENTS.csv ATTRIBUTIONS.csv",
		Short: "Import the tables of the European Repository of Cyber Incidents, version 1.1",
		Args:  cobra.ExactArgs(2),
	}
	runImport(eurepoc, func(files []io.Reader, read statement.Date) (importer.Result, error) {
		return importer.EuRepoC(files[0], files[1], read)
	})
	stix := &cobra.Command{
		Use:   "stix BUNDLE.json",
		Short: "Import attribution reports, opinions and relationships of a STIX 2.1 bundle",
		Args:  cobra.ExactArgs(1),
	}
	runImport(stix, func(files []io.Reader, read statement.Date) (importer.Result, error) {
		return importer.STIX(files[0], read)
	})
	cmd.AddCommand(eurepoc, stix)
	return cmd
}

// runImport gives an import its flags: where to write, and the account of
// what was left out.
func runImport(cmd *cobra.Command, load func([]io.Reader, statement.Date) (importer.Result, error)) {
	out := cmd.Flags().StringP("output", "o", "", "write to this new file instead of standard output")
	format := formatFlag(cmd, "yaml", "ndjson")
	refused := cmd.Flags().String("refused", "", "write every row left out, with its reason, to this new file (NDJSON)")
	read := cmd.Flags().String("read", "", "the day the tables were read, 2026-11-23 (default: today)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFormat(*format, "yaml", "ndjson"); err != nil {
			return err
		}
		day := *read
		if day == "" {
			day = time.Now().UTC().Format(time.DateOnly)
		}
		if statement.Date(day).First().IsZero() {
			return wrongUse("--read takes a day such as 2026-11-23", "read date %q", day)
		}
		var files []io.Reader
		for _, path := range args {
			f, err := os.Open(path)
			if err != nil {
				return wrongUse("give the file's path", "open import: %v", err)
			}
			defer f.Close()
			files = append(files, f)
		}
		got, err := load(files, statement.Date(day))
		if err != nil {
			return err
		}
		err = writeTo(*out, cmd.OutOrStdout(), func(w io.Writer) error {
			if *format == "yaml" {
				return statement.WriteYAML(w, got.File)
			}
			var r statement.Set
			r.Add(got.File)
			return statement.WriteNDJSON(w, &r, got.File.Statements)
		})
		if err != nil {
			return err
		}
		if *refused != "" {
			err = writeTo(*refused, nil, func(w io.Writer) error {
				enc := json.NewEncoder(w)
				for _, t := range got.Tables {
					for _, x := range t.Refused {
						if err := enc.Encode(struct {
							Input string `json:"input"`
							importer.Refusal
						}{t.Input, x}); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		for _, t := range got.Tables {
			fmt.Fprintln(cmd.ErrOrStderr(), t)
		}
		return nil
	}
}
