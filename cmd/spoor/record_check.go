package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"spoor/internal/safetext"
	"spoor/internal/statement"
)

func newRecordCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Check record files, or the built-in record: every row sourced, every quote found in what was read",
	}
	format := formatFlag(cmd, "text", "ndjson")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFormat(*format, "text", "ndjson"); err != nil {
			return err
		}
		var r *statement.Set
		var err error
		if len(args) == 0 {
			r, err = loadRecord(cmd)
		} else {
			r = &statement.Set{}
			r.Add(statement.File{})
			for _, path := range args {
				if err = addPath(r, path); err != nil {
					break
				}
			}
		}
		if err != nil {
			return err
		}
		problems := statement.Check(r)
		enc := json.NewEncoder(cmd.OutOrStdout())
		for _, p := range problems {
			if *format == "ndjson" {
				if err := enc.Encode(p); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintln(cmd.OutOrStdout(), safetext.Terminal(p.String()))
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%d statements, %d incidents, %d sources: %d problems\n", len(r.Statements), len(r.Incidents), len(r.Sources), len(problems))
		if len(problems) > 0 {
			return &exitError{code: exitFailed}
		}
		return nil
	}
	return cmd
}

func newRecordAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add FILE",
		Short: "Add a checked record file to a folder of your own; nothing is added while a problem is left",
		Args:  cobra.ExactArgs(1),
	}
	dir := cmd.Flags().String("to", "", "the folder to add to (required)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *dir == "" {
			return wrongUse("spoor record add FILE --to FOLDER", "no folder to add to")
		}
		r, err := loadRecord(cmd)
		if err != nil {
			return err
		}
		if info, err := os.Stat(*dir); err == nil && info.IsDir() {
			if err := addPath(r, *dir); err != nil {
				return err
			}
		}
		before := len(statement.Check(r))
		f, err := os.Open(args[0])
		if err != nil {
			return wrongUse("give a record file", "open record: %v", err)
		}
		file, err := statement.Read(f, filepath.ToSlash(args[0]))
		f.Close()
		if err != nil {
			return err
		}
		r.Add(file)
		problems := statement.Check(r)
		if len(problems) > before {
			for _, p := range problems {
				if p.Where.File == filepath.ToSlash(args[0]) {
					fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(p.String()))
				}
			}
			return &exitError{code: exitFailed, cause: fmt.Errorf("add %s: %d problems, nothing added", args[0], len(problems)-before)}
		}
		if err := os.MkdirAll(*dir, 0o755); err != nil {
			return &exitError{code: exitNoSpace, cause: fmt.Errorf("add record: %w", err)}
		}
		target := filepath.Join(*dir, safetext.FileName(filepath.Base(args[0])))
		if err := writeTo(target, cmd.OutOrStdout(), func(w io.Writer) error { return statement.WriteYAML(w, file) }); err != nil {
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "added %d statements, %d incidents, %d sources as %s\n", len(file.Statements), len(file.Incidents), len(file.Sources), safetext.Terminal(target))
		return nil
	}
	return cmd
}
