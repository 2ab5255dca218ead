// Command lab writes the made-up evidence that the figures in this folder are
// measured on; equal arguments write equal bytes.
//
//	go run ./bench/lab server EVENTS FILE     a server's event log (docs/lab.md, "Volume")
//	go run ./bench/lab unseen EVENTS N FILE   process starts, N values of each seen nowhere else
//	go run ./bench/lab host BYTES DIR         one server's folder: IIS, HttpProxy, event logs, files as 10:6:3:1
//	go run ./bench/lab cases N DIR            N case folders of a wave of break-ins, without what spoor cases does not open
//	go run ./bench/lab split N FILE DIR       an event log's chunks as N logs
//	go run ./bench/lab time RUNS COMMAND ...  best, median and worst time of a command, and its memory
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"spoor/internal/lab"
)

var errUsage = errors.New("use: lab server EVENTS FILE | lab unseen EVENTS N FILE | lab host BYTES DIR | lab cases N DIR | lab split N FILE DIR | lab time RUNS COMMAND [ARGUMENT]")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return errUsage
	}
	n, err := strconv.ParseUint(args[1], 10, 63)
	if err != nil {
		return errUsage
	}
	switch {
	case args[0] == "server" && len(args) == 3:
		return write(args[2], stream(lab.NewServerStream(1, n)))
	case args[0] == "unseen" && len(args) == 4:
		unseen, err := strconv.Atoi(args[2])
		if err != nil {
			return errUsage
		}
		return write(args[3], stream(lab.NewEventStream(1, n, unseen)))
	case args[0] == "host" && len(args) == 3:
		return host(int64(n), args[2])
	case args[0] == "cases" && len(args) == 3:
		return cases(int(n), args[2])
	case args[0] == "split" && len(args) == 4:
		return split(args[2], int(n), args[3])
	case args[0] == "time" && n > 0:
		return measure(int(n), args[2:])
	}
	return errUsage
}

func stream(s *lab.EventStream) io.Reader { return io.NewSectionReader(s, 0, s.Size()) }

// host writes files of a gigabyte at most, as a server rotates them.
func host(size int64, dir string) error {
	const part = 1 << 30
	logs := func(total int64, seed uint64, name string, of func(seed uint64, size int64) io.Reader) error {
		for n := uint64(0); total > 0; n++ {
			if err := write(filepath.Join(dir, fmt.Sprintf(name, n+1)), of(seed+n, min(total, part))); err != nil {
				return err
			}
			total -= part
		}
		return nil
	}
	if err := logs(size/20*10, 1, "inetpub/logs/LogFiles/W3SVC1/u_ex2103%02d.log", lab.NewWebTraffic); err != nil {
		return err
	}
	if err := logs(size/20*6, 100, "Logging/HttpProxy/Owa/HttpProxy_202103%02d00-1.LOG", lab.NewProxyTraffic); err != nil {
		return err
	}
	// About 619 bytes an event (docs/lab.md).
	err := logs(size/20*3, 200, "winevt/Logs/Archive-Security-2021-03-%02d.evtx", func(seed uint64, size int64) io.Reader {
		return stream(lab.NewServerStream(seed, uint64(size/619)))
	})
	if err != nil {
		return err
	}
	const file = 100 << 10
	for n := range size / 20 / file {
		name := filepath.Join(dir, "inetpub/wwwroot/files", fmt.Sprintf("%03d", n/100), fmt.Sprintf("page%05d.aspx", n))
		if err := write(name, page(n, file)); err != nil {
			return err
		}
	}
	return nil
}

// page is an ordinary page of a site: markup, a little script of the server's
// own, and text.
func page(n int64, size int) io.Reader {
	head := fmt.Sprintf("<%%@ Page Language=\"C#\" %%>\r\n<html><head><title>Notice %d</title></head><body>\r\n<%%= DateTime.Now.Year %%>\r\n", n)
	line := fmt.Sprintf("<p class=\"t\">Paragraph of notice %d, valid from %d March until further notice.</p>\r\n", n, n%28+1)
	text := []byte(head)
	for len(text) < size-20 {
		text = append(text, line...)
	}
	return bytes.NewReader(append(text, "</body></html>\r\n"...))
}

func write(name string, r io.Reader) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	if _, err := io.Copy(w, r); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return w.Flush()
}
