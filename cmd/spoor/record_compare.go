package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"spoor/internal/statement"
)

func newRecordCompareCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compare INCIDENT",
		Short: "Set what each issuer said about one incident side by side, on the strength scale",
		Args:  cobra.ExactArgs(1),
	}
	format := formatFlag(cmd, "table", "json", "svg")
	out := cmd.Flags().StringP("output", "o", "", "write to this file instead of standard output")
	full := cmd.Flags().Bool("full", false, "show every statement, not one entry per issuer")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFormat(*format, "table", "json", "svg"); err != nil {
			return err
		}
		r, err := loadRecord(cmd)
		if err != nil {
			return err
		}
		c, err := statement.Compare(r, args[0])
		if err != nil {
			return &exitError{code: exitFailed, cause: err, hint: "spoor record list --incidents lists them"}
		}
		return writeTo(*out, cmd.OutOrStdout(), func(w io.Writer) error {
			switch *format {
			case "json":
				enc := json.NewEncoder(w)
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(c)
			case "svg":
				_, err := io.WriteString(w, c.SVG(*full))
				return err
			}
			table := c.Table()
			if *full {
				table = c.FullTable()
			}
			_, err := fmt.Fprint(w, table)
			return err
		})
	}
	return cmd
}
