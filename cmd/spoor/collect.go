package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/internal/collection"
	"spoor/internal/message"
)

// collectFlags are the options of the verb that writes the collecting script.
type collectFlags struct {
	print    bool
	out      string
	shell    string
	since    string
	language languageFlag
}

func newCollectCommand() *cobra.Command {
	var c collectFlags
	cmd := &cobra.Command{
		Use:   "collect",
		Short: "Write a script that copies what an assessment needs from a live server",
		Long: `Write a script for cmd or PowerShell 2 that copies from a live server what the
verdict needs: it shows the sizes and asks first, installs and downloads nothing,
and writes to its target folder alone. spoor assess reads that folder as it is.

Without --print or -o the list of what is copied is shown (docs/collect.md).`,
		Example: `  spoor collect
  spoor collect -o collect.ps1
  spoor collect --shell cmd --since 2021-01-01 -o collect.cmd --lang de
  spoor collect --print --shell cmd`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	f := cmd.Flags()
	f.BoolVar(&c.print, "print", false, "write the script to stdout")
	f.StringVarP(&c.out, "output", "o", "", "write the script to this file, which must not exist")
	f.StringVar(&c.shell, "shell", string(collection.PowerShell), "language of the script: powershell, cmd")
	f.StringVar(&c.since, "since", "", "leave out logs last written before this day (YYYY-MM-DD); the script can be told another one")
	c.language.register(cmd)
	f.Lookup("lang").Usage = "language in which the script speaks: " + strings.Join(message.Languages(), ", ")
	return cmd
}

func (c *collectFlags) run(cmd *cobra.Command) error {
	shell := collection.Shell(c.shell)
	if shell != collection.PowerShell && shell != collection.Cmd {
		return wrongUse("--shell takes powershell or cmd", "read --shell: unknown shell %q", c.shell)
	}
	var since time.Time
	if c.since != "" {
		var err error
		if since, err = time.Parse(time.DateOnly, c.since); err != nil {
			return wrongUse("write 2021-01-01", "read --since: %q is no day", c.since)
		}
	}
	if err := c.language.load(cmd); err != nil {
		return err
	}
	if !c.print && c.out == "" {
		return listSources(cmd.OutOrStdout(), c.language.messages)
	}
	script, err := collection.Script(collection.Options{Shell: shell, Since: since, Messages: c.language.messages})
	if err != nil {
		return err
	}
	return writeTo(c.out, cmd.OutOrStdout(), func(w io.Writer) error {
		if _, err := w.Write(script); err != nil {
			return fmt.Errorf("write script: %w", err)
		}
		return nil
	})
}

// listSources shows what the script copies.
func listSources(out io.Writer, words *message.Catalogue) error {
	list, err := collection.Sources()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	for _, s := range list {
		fmt.Fprintf(w, "%s\n  %s\n", words.Say("collect.source."+s.ID+".what"), words.Say("collect.source."+s.ID+".why"))
		for _, place := range s.Places(words) {
			fmt.Fprintf(w, "  %s\n", place)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("list what is collected: %w", err)
	}
	return nil
}
