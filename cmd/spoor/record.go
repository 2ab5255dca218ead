package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/statement"
)

// newRecordCommand is the verb for the public record of attribution.
func newRecordCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Who said what about whom: statements, indictments, sanctions, with their exact words",
		Long: `The public record of attribution: statements, legal acts and denials, each with
speaker, date, verbatim words, strength of the words, status of the act and the
excerpt that was read. The built-in record is used unless --record names another.`,
	}
	cmd.PersistentFlags().StringArray("record", nil, "read this file or folder as well as the built-in record (repeatable)")
	cmd.PersistentFlags().Bool("no-builtin", false, "leave the built-in record out")
	cmd.AddCommand(newRecordListCommand(), newRecordShowCommand(), newRecordSearchCommand(), newRecordCompareCommand(),
		newRecordAddCommand(), newRecordCheckCommand(), newRecordImportCommand(), newRecordDraftCommand())
	return cmd
}

// loadRecord reads what --record and --no-builtin ask for.
func loadRecord(cmd *cobra.Command) (*statement.Set, error) {
	extra, err := cmd.Flags().GetStringArray("record")
	if err != nil {
		return nil, err
	}
	without, err := cmd.Flags().GetBool("no-builtin")
	if err != nil {
		return nil, err
	}
	r := &statement.Set{}
	r.Add(statement.File{})
	if !without {
		if r, err = statement.Builtin(); err != nil {
			return nil, fmt.Errorf("load built-in record: %w", err)
		}
	}
	for _, path := range extra {
		if err := addPath(r, path); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// addPath reads a record file, or every .yaml file below a folder.
func addPath(r *statement.Set, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return wrongUse("give a record file or a folder of them", "open record: %v", err)
	}
	if info.IsDir() {
		more, err := statement.LoadFS(os.DirFS(path), ".")
		if err != nil {
			return err
		}
		r.Add(statement.File{Sources: more.Sources, Incidents: more.Incidents, Statements: more.Statements})
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open record: %w", err)
	}
	defer f.Close()
	file, err := statement.Read(f, filepath.ToSlash(path))
	if err != nil {
		return err
	}
	r.Add(file)
	return nil
}

// formatFlag adds --format with the allowed values; the first is the default.
func formatFlag(cmd *cobra.Command, values ...string) *string {
	return cmd.Flags().String("format", values[0], "output format: "+strings.Join(values, ", "))
}

// checkFormat refuses a format the verb does not have.
func checkFormat(got string, values ...string) error {
	for _, v := range values {
		if got == v {
			return nil
		}
	}
	return wrongUse("--format takes "+strings.Join(values, ", "), "unknown format %q", got)
}

// writeTo writes to a file that must not exist, or to standard output.
func writeTo(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		return write(stdout)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if os.IsExist(err) {
		return wrongUse("choose another name or remove the file", "write %s: it exists", path)
	}
	if err != nil {
		return &exitError{code: exitNoSpace, cause: fmt.Errorf("write %s: %w", path, err)}
	}
	if err := write(f); err != nil {
		f.Close()
		return &exitError{code: exitNoSpace, cause: err}
	}
	if err := f.Close(); err != nil {
		return &exitError{code: exitNoSpace, cause: fmt.Errorf("write %s: %w", path, err)}
	}
	return nil
}
