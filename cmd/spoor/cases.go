package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/caseload"
	"spoor/internal/message"
	"spoor/internal/report/caselist"
	"spoor/internal/safetext"
	"spoor/internal/share"
)

// maxNamedCases is how many cases that could not be read stderr names.
const maxNamedCases = 100

// casesFlags are the options of the verb that lays cases side by side.
type casesFlags struct {
	format   string
	tlp      string
	all      bool
	language languageFlag
}

func newCasesCommand() *cobra.Command {
	var c casesFlags
	cmd := &cobra.Command{
		Use:   "cases DIR",
		Short: "One table over many cases, and what their victims share",
		Long: `Read every case folder below DIR and print one row for each host, the worst first,
then the values that hosts of different victims share (names by which web shells are
called, files, accounts, addresses, user agents), each with how many of the cases
have it. Only what the cases themselves say counts (docs/cases.md).`,
		Example: `  spoor cases cases/
  spoor cases cases/ --format ndjson | jq 'select(.type == "shared")'
  spoor cases cases/ --tlp amber --lang de`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&c.format, "format", "table", "what goes to stdout: table, ndjson or json")
	f.BoolVar(&c.all, "all", false, "show shared values that mean nothing by themselves too, marked")
	registerLevel(cmd, &c.tlp)
	f.Lookup("tlp").Usage += "; without it the narrowest that a case has"
	c.language.register(cmd)
	f.Lookup("lang").Usage = "language of the table: " + strings.Join(message.Languages(), ", ")
	return cmd
}

func (c *casesFlags) run(cmd *cobra.Command, dir string) error {
	level, err := readLevel(c.tlp)
	if err != nil {
		return err
	}
	if err := checkFormat(c.format, "table", "ndjson", "json"); err != nil {
		return err
	}
	if err := c.language.load(cmd); err != nil {
		return err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return wrongUse("give the folder that holds the case folders", "open cases: %s is no folder", dir)
	}
	list, err := caseload.Load(cmd.Context(), dir)
	switch {
	case cmd.Context().Err() != nil:
		return &exitError{code: exitInterrupted, cause: fmt.Errorf("read cases: %w", cmd.Context().Err())}
	case err != nil:
		return err
	case list.Cases+list.UnreadCases == 0:
		return wrongUse("a case is a folder that spoor assess wrote; it holds verdict.json", "read cases: there is none below %s", dir)
	}
	options := caselist.Options{Messages: c.language.messages, TLP: level, All: c.all}
	marked := narrowest(list.Marks)
	if level == "" {
		options.TLP = marked
	}
	write := map[string]func() error{
		"table":  func() error { return caselist.Table(cmd.OutOrStdout(), list, options) },
		"ndjson": func() error { return caselist.NDJSON(cmd.OutOrStdout(), list, options) },
		"json":   func() error { return caselist.JSON(cmd.OutOrStdout(), list, options) },
	}[c.format]
	if err := write(); err != nil {
		return err
	}
	return c.end(cmd, list, options.TLP, marked)
}

// end names on stderr what was not read, and chooses the exit code.
func (c *casesFlags) end(cmd *cobra.Command, list *caseload.Comparison, level, marked share.Level) error {
	words := c.language.messages
	if level.Wider(marked) {
		fmt.Fprintln(cmd.ErrOrStderr(), words.Say("cases.wider", "narrow", marked.String(), "wide", level.String()))
	}
	for _, u := range list.Unread[:min(len(list.Unread), maxNamedCases)] {
		fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(words.Say("cases.unread-case", "case", u.Case, "reason", u.Reason)))
	}
	if more := list.UnreadCases - maxNamedCases; more > 0 {
		fmt.Fprintln(cmd.ErrOrStderr(), words.Say("cases.more", "n", more))
	}
	if list.UnreadCases > 0 || list.LeftOut.Hosts+list.LeftOut.Folders > 0 {
		return &exitError{code: exitPartly}
	}
	return nil
}

// narrowest is the marking that lets the fewest people read, "" for none. A
// mark that is none of the protocol's counts as RED.
func narrowest(marks []string) share.Level {
	var narrow share.Level
	for _, m := range marks {
		level, err := share.ParseLevel(m)
		if err != nil {
			level = "RED"
		}
		if narrow == "" || narrow.Wider(level) {
			narrow = level
		}
	}
	return narrow
}
