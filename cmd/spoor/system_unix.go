//go:build !windows

package main

import (
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// noSpace reports that a place cannot hold more: full, read-only, or at a
// quota or a limit.
func noSpace(err error) bool {
	for _, e := range [...]error{syscall.ENOSPC, syscall.EROFS, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, e) {
			return true
		}
	}
	return strings.Contains(err.Error(), sqliteFull)
}

// readerGone reports that nobody reads our output any more.
func readerGone(err error) bool { return errors.Is(err, syscall.EPIPE) }

// keepPipeErrors makes writing to a closed pipe an error instead of the end
// of the process, so that temporary files are removed.
func keepPipeErrors() { signal.Ignore(syscall.SIGPIPE) }

// endSignals are the signals that end a run with what is done kept: Ctrl-C, the
// system's request to stop, and a terminal that was closed, unless whoever
// started the program had it ignore that (nohup).
func endSignals() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// ownWindow reports that the program was started by a double click or a drop
// and has a window of its own; only Windows does that.
func ownWindow() bool { return false }

// openInBrowser is for systems where ownWindow may be true.
func openInBrowser(string) error { return errors.ErrUnsupported }
