package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"spoor/internal/evidence"
	"spoor/internal/safetext"
)

// desktop is the program started by a double click, or by something dropped
// on its icon: it asks for what it was not given, keeps its window open and
// shows the report.
type desktop struct {
	in     io.Reader
	out    io.Writer
	places []string                // folders that may take the case, in order
	assess func(args []string) int // runs a command line
	show   func(report string) error
}

// wanted reports whether arguments are what a double click or a drop gives.
func (d *desktop) wanted(args []string) bool {
	for _, a := range args {
		if _, err := os.Stat(a); err != nil {
			return false
		}
	}
	return true
}

func (d *desktop) run(args []string) int {
	in := bufio.NewReader(d.in)
	code := d.session(in, args)
	fmt.Fprint(d.out, "\nPress Enter to close this window. ")
	in.ReadString('\n') // the end of the input closes it too
	return code
}

func (d *desktop) session(in *bufio.Reader, args []string) int {
	if len(args) == 0 {
		fmt.Fprint(d.out, "spoor says whether a server was broken into. It only reads, and sends nothing anywhere.\n\n"+
			"Drag the folder or archive with the collected logs into this window and press Enter:\n> ")
		line, err := in.ReadString('\n')
		path := strings.Trim(strings.TrimSpace(line), `"`)
		if path == "" {
			if err == nil {
				fmt.Fprintln(d.out, "No folder was named.")
			}
			return exitWrongUse
		}
		args = []string{path}
		if _, err := os.Stat(path); err != nil {
			fmt.Fprintf(d.out, "spoor: open evidence: %s\n", safetext.Terminal(err.Error()))
			return exitWrongUse
		}
	}
	dir, err := d.caseFolder(args)
	if err != nil {
		fmt.Fprintf(d.out, "spoor: %s\n", safetext.Terminal(err.Error()))
		return exitNoSpace
	}
	code := d.assess(append([]string{"assess", "-o", dir, "--"}, args...))
	report := filepath.Join(dir, "report.html")
	if _, err := os.Stat(report); err != nil {
		return code
	}
	if err := d.show(report); err != nil {
		fmt.Fprintf(d.out, "spoor: open the report: %s\nhint: open it by hand: %s\n", safetext.Terminal(err.Error()), safetext.Terminal(report))
	}
	return code
}

// caseFolder chooses a new folder in the first place that can be written and
// lies outside the evidence.
func (d *desktop) caseFolder(paths []string) (string, error) {
	name := "spoor-" + safetext.FileName(filepath.Base(paths[0]))
	for _, place := range d.places {
		if place == "" || evidence.Contains(paths, place) {
			continue
		}
		for i := 1; i < 1000; i++ {
			dir := filepath.Join(place, name)
			if i > 1 {
				dir += fmt.Sprintf("-%d", i)
			}
			err := os.Mkdir(dir, 0o700)
			if err == nil {
				return dir, nil
			}
			if !errors.Is(err, fs.ErrExist) {
				break
			}
		}
	}
	return "", errors.New("no folder outside the evidence could be written; start spoor assess from a command line and name one with -o")
}

// casePlaces are the program's own folder and the user's home.
func casePlaces() []string {
	var list []string
	if exe, err := os.Executable(); err == nil {
		list = append(list, filepath.Dir(exe))
	}
	if home, err := os.UserHomeDir(); err == nil {
		list = append(list, home)
	}
	return list
}
