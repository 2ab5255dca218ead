package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/fault"
	"spoor/internal/safetext"
)

// Exit codes are a contract; see docs/exit-codes.md.
const (
	exitDone        = 0
	exitFailed      = 1
	exitWrongUse    = 2
	exitPartly      = 3
	exitNoSpace     = 4
	exitInternal    = 70
	exitInterrupted = 130
)

// exitError carries the exit code that a verb decided on. A nil cause means
// that everything has been said already.
type exitError struct {
	code  int
	cause error
	hint  string
}

func (e *exitError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

func (e *exitError) Unwrap() error { return e.cause }

// wrongUse is an error in the command line itself, with a hint for the user.
func wrongUse(hint, format string, args ...any) error {
	return &exitError{code: exitWrongUse, cause: fmt.Errorf(format, args...), hint: hint}
}

// run executes one command line and returns the exit code. It is the whole
// program but for os.Exit, so that tests run it in process.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return guarded(stderr, func() int { return execute(args, stdin, stdout, stderr) })
}

// guarded gives a panic an exit code of its own. Where evidence is read a panic
// ends less than the run; see internal/fault.
func guarded(stderr io.Writer, do func() int) int {
	code := exitInternal
	if f := fault.Catch("run the command", func() { code = do() }); f != nil {
		sayFault(stderr, f)
		return exitInternal
	}
	return code
}

func sayFault(stderr io.Writer, f *fault.Fault) {
	fmt.Fprintf(stderr, "spoor: %s\n", safetext.Terminal(f.Error()))
	fmt.Fprintln(stderr, "hint: this is a bug of spoor, not of the evidence or of the command; please report the line above")
}

func execute(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), endSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends at once
	keepPipeErrors()
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := runError(root.ExecuteContext(ctx))
	if err == nil {
		return exitDone
	}
	var crash *fault.Fault
	if errors.As(err, &crash) {
		sayFault(stderr, crash)
		return exitInternal
	}
	var ee *exitError
	if !errors.As(err, &ee) {
		ee = &exitError{code: exitFailed, cause: err}
		if isUsageError(err) {
			ee.code, ee.hint = exitWrongUse, "spoor --help lists the commands, spoor COMMAND --help the options"
			if len(args) > 0 {
				if _, err := os.Stat(args[0]); err == nil {
					ee.hint = "to assess it: spoor assess " + args[0]
				}
			}
		}
	}
	if ee.cause != nil {
		fmt.Fprintf(stderr, "spoor: %s\n", safetext.Terminal(ee.cause.Error()))
	}
	if ee.hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", safetext.Terminal(ee.hint))
	}
	return ee.code
}

// isUsageError tells cobra's own complaints about the command line, which
// have no type, from failures of the work itself.
func isUsageError(err error) bool {
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "flag needs", "invalid argument", "accepts ", "requires at least", "required flag"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

func newRootCommand() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:           "spoor",
		Short:         "From a broken-into server's evidence to a verdict, a storyline and an honest attribution",
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return writeVersion(cmd.OutOrStdout())
			}
			return cmd.Help()
		},
	}
	root.Flags().BoolVar(&version, "version", false, "the same as spoor version")
	root.AddCommand(newAssessCommand(), newHuntCommand(), newDumpCommand(), newRulesCommand(), newDemoCommand(), newActorsCommand(), newRecordCommand(), newIndicatorsCommand(), newCollectCommand(), newReportCommand(), newCasesCommand(), newVersionCommand())
	return root
}
