package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"
)

// measure runs a command several times, as fresh processes whose output is
// dropped, and prints best, median and worst of its wall time, and processor
// time and greatest resident memory of the median run. Exit code 3, which says
// that some evidence is damaged, is a run like others.
func measure(runs int, args []string) error {
	type run struct {
		wall, cpu time.Duration
		peak      int64
	}
	list := make([]run, runs)
	for i := range list {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		started := time.Now()
		err := cmd.Run()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 3) {
			return fmt.Errorf("run %s: %w", args[0], err)
		}
		list[i] = run{time.Since(started), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak(cmd.ProcessState)}
	}
	slices.SortFunc(list, func(a, b run) int { return int(a.wall - b.wall) })
	m := list[(runs-1)/2]
	fmt.Fprintf(os.Stdout, "best %8.3f s  median %8.3f s  worst %8.3f s   processor %8.3f s (%.2f cores)  peak %4d MB\n",
		list[0].wall.Seconds(), m.wall.Seconds(), list[runs-1].wall.Seconds(), m.cpu.Seconds(), m.cpu.Seconds()/m.wall.Seconds(), m.peak/1e6)
	return nil
}
