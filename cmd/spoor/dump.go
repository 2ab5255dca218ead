package main

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"spoor/internal/examine"
)

func newDumpCommand() *cobra.Command {
	var in inputFlags
	cmd := &cobra.Command{
		Use:   "dump PATH...",
		Short: "Write every event of the evidence as one line of JSON",
		Long: `Write every event of the evidence as one line of JSON, nothing left out.

Each line is {"time","host","source":{"path","kind"},"where":{...},"event":{field: value}}.
What could not be read is named on stderr, and the exit code is then 3.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.quiet = in.quiet || isTerminal(cmd.OutOrStdout()) // the lines themselves show progress
			opts, done, err := in.options(cmd, args)
			if err != nil {
				return err
			}
			defer done()
			opts.Dump, opts.Evidence.Unhashed = true, true
			// The lines of a full chunk go out as they are, without a copy.
			out := bufio.NewWriterSize(cmd.OutOrStdout(), 64<<10)
			report := newItemReport(cmd.ErrOrStderr())
			totals, err := examine.Run(cmd.Context(), opts, examine.Sink{
				Lines: func(lines []byte) error {
					_, err := out.Write(lines)
					return err
				},
				Item: report.item,
			})
			if ferr := out.Flush(); err == nil && ferr != nil {
				err = fmt.Errorf("write events: %w", ferr)
			}
			if err != nil {
				return runError(err)
			}
			return report.end(totals, fmt.Sprintf("%d events", totals.Records))
		},
	}
	in.register(cmd)
	return cmd
}
