package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"spoor/event"
	"spoor/internal/casefile"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/message"
	"spoor/internal/refusal"
	"spoor/internal/safetext"
)

// inputFlags are the options that say how the evidence is read.
type inputFlags struct {
	hosts    []string
	from, to string
	zone     string
	password string
	workers  int
	quiet    bool
	messages *message.Catalogue // of the progress line; English if nil
}

func (in *inputFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&in.hosts, "host", nil, "host of the evidence below a path, as NAME=PATH (may be given more than once)")
	f.StringVar(&in.from, "from", "", "leave out events before this time (RFC 3339 or YYYY-MM-DD, UTC)")
	f.StringVar(&in.to, "to", "", "leave out events after this time (RFC 3339 or YYYY-MM-DD, UTC)")
	f.StringVar(&in.zone, "tz", "", "zone of text logs that state local time, for example Europe/Berlin; the default is UTC, as IIS and Exchange log")
	f.StringVar(&in.password, "password", "", "password of encrypted archives")
	f.IntVar(&in.workers, "workers", 0, "number of workers; 0 is one per core")
	f.BoolVar(&in.quiet, "quiet", false, "no progress on stderr")
}

// options turns what was typed into what is meant. done ends the progress
// line.
func (in *inputFlags) options(cmd *cobra.Command, paths []string) (examine.Options, func(), error) {
	opts := examine.Options{Paths: paths, Workers: in.workers}
	var err error
	if opts.From, err = flagTime("--from", in.from, false); err != nil {
		return opts, nil, err
	}
	if opts.To, err = flagTime("--to", in.to, true); err != nil {
		return opts, nil, err
	}
	if in.zone != "" {
		if opts.Location, err = time.LoadLocation(in.zone); err != nil {
			return opts, nil, wrongUse("zones are named as in Europe/Berlin or UTC", "read --tz: unknown zone %q", in.zone)
		}
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return opts, nil, wrongUse("give the folder, archive or file that holds the evidence", "open evidence: %w", err)
		}
	}
	opts.Evidence = evidence.Options{Password: in.password}
	for _, h := range in.hosts {
		name, path, ok := strings.Cut(h, "=")
		if !ok || name == "" || path == "" {
			return opts, nil, wrongUse("--host takes NAME=PATH", "read --host: %q is not NAME=PATH", h)
		}
		opts.Evidence.Hosts = append(opts.Evidence.Hosts, evidence.HostPath{Host: name, Path: path})
	}
	bar := newProgress(cmd.ErrOrStderr(), in.quiet, in.messages, paths)
	if bar.w != nil {
		cmd.SetErr(bar)
	}
	opts.Evidence.Progress = bar.add
	return opts, bar.end, nil
}

// flagTime reads a time option; a date alone means its start, or its end for
// an upper bound.
func flagTime(name, text string, upper bool) (event.Time, error) {
	if text == "" {
		return event.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return event.TimeOf(t, 9, event.FromRecord), nil
	}
	t, err := time.Parse("2006-01-02", text)
	if err != nil {
		return event.Time{}, wrongUse("write 2021-03-03 or 2021-03-03T06:49:53Z", "read %s: %q is no time", name, text)
	}
	if upper {
		t = t.Add(24*time.Hour - time.Nanosecond)
	}
	return event.TimeOf(t, 9, event.FromRecord), nil
}

// itemReport names on stderr what was not fully examined.
type itemReport struct {
	w       io.Writer
	partial int
	tally   examine.Tally
}

func newItemReport(w io.Writer) *itemReport { return &itemReport{w: w} }

func (r *itemReport) item(res *examine.ItemResult) error {
	switch res.Outcome {
	case evidence.Partly, evidence.Unreadable:
		r.partial++
		fmt.Fprintf(r.w, "%s: %s: %s\n", res.Outcome, safetext.Terminal(res.Item.Path), safetext.Terminal(res.Reason))
	}
	r.tally.Add(res)
	return nil
}

// end prints the summary and decides the exit code.
func (r *itemReport) end(t *examine.Totals, what string) error {
	fmt.Fprintf(r.w, "%s; items: %d examined, %d partly, %d unreadable, %d ignored\n", what, t.Examined, t.Partly, t.Unreadable, t.Ignored)
	for _, note := range t.Correlation {
		fmt.Fprintf(r.w, "correlation: %s\n", note)
	}
	if t.TwiceItems+t.TwiceBlocks+t.TwiceFindings > 0 {
		fmt.Fprintf(r.w, "handed over twice and counted once: %d items, %d blocks, %d findings\n", t.TwiceItems, t.TwiceBlocks, t.TwiceFindings)
	}
	if t.Interrupted {
		english, err := message.Load(message.English)
		if err != nil {
			return err
		}
		fmt.Fprintln(r.w, safetext.Terminal(english.Write(r.tally.Missing())))
		return &exitError{code: exitInterrupted}
	}
	if t.Items == 0 || t.Examined+t.Partly+t.Unreadable == 0 {
		return nothingRecognised(fmt.Sprintf("%d items seen (%s), none of a known kind", t.Items, r.tally.Kinds()))
	}
	if r.partial > 0 {
		return &exitError{code: exitPartly}
	}
	return nil
}

// nothingRecognised is the answer to evidence without any log.
func nothingRecognised(seen string) error {
	return wrongUse("spoor reads event logs (.evtx) and events saved as XML or JSON, logs of IIS, Exchange and other web servers, pages, settings, and zip, tar and 7z archives of them",
		"nothing recognised in the evidence: %s", seen)
}

// runError gives errors of a run their exit code.
func runError(err error) error {
	var decided *exitError
	var refused *refusal.Error
	switch {
	case err == nil || errors.As(err, &decided):
		return err
	case errors.As(err, &refused) && refused.NoPlace:
		return &exitError{code: exitNoSpace, cause: refused.Err, hint: refused.Hint}
	case errors.As(err, &refused):
		return &exitError{code: exitWrongUse, cause: refused.Err, hint: refused.Hint}
	case errors.Is(err, evidence.ErrNoItems):
		return nothingRecognised("it holds no file")
	case errors.Is(err, casefile.ErrChanged):
		return &exitError{code: exitFailed, cause: err, hint: "assess the evidence again"}
	case noSpace(err):
		return &exitError{code: exitNoSpace, cause: err, hint: "make room or choose another place with -o, then start again"}
	case readerGone(err):
		return &exitError{code: exitDone}
	}
	return err
}

// sqliteFull are SQLite's words for a full disk (result code 13); its errors
// carry no number of the system.
const sqliteFull = "disk is full"

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
