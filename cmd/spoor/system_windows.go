package main

import (
	"errors"
	"os"
	"strings"
	"syscall"

	"github.com/inconshreveable/mousetrap"
	"golang.org/x/sys/windows"
)

// noSpace reports that a place cannot hold more: full, at a quota, or
// write-protected.
func noSpace(err error) bool {
	for _, e := range [...]error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_WRITE_PROTECT, windows.ERROR_DISK_QUOTA_EXCEEDED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return strings.Contains(err.Error(), sqliteFull)
}

// readerGone reports that nobody reads our output any more.
func readerGone(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}

// keepPipeErrors has nothing to do: a closed pipe is an error here.
func keepPipeErrors() {}

// endSignals are the events that end a run with what is done kept: Ctrl-C, and
// a closed console, a log-off or a shutdown, which arrive as SIGTERM.
func endSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// ownWindow reports that the program was started by a double click or by
// something dropped on its icon: its window is its own and closes when it ends.
func ownWindow() bool { return mousetrap.StartedByExplorer() }

// openInBrowser opens a page with the program that the user chose for it.
func openInBrowser(path string) error {
	verb, err := windows.UTF16PtrFromString("open")
	if err != nil {
		return err
	}
	file, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	return windows.ShellExecute(0, verb, file, nil, nil, windows.SW_SHOWNORMAL)
}
