// Command spoor turns a server's evidence into a verdict, a storyline and an
// honest attribution. Each verb has its own file; flags are read only here.
package main

import (
	"os"

	"github.com/spf13/cobra"
)

func main() {
	tendHeap()
	args := os.Args[1:]
	cobra.MousetrapHelpText = "" // a double click is answered here, not refused
	if ownWindow() {
		d := desktop{
			in: os.Stdin, out: os.Stdout, places: casePlaces(), show: openInBrowser,
			assess: func(args []string) int { return run(args, os.Stdin, os.Stdout, os.Stderr) },
		}
		if d.wanted(args) {
			os.Exit(d.run(args))
		}
	}
	os.Exit(run(args, os.Stdin, os.Stdout, os.Stderr))
}
