// Command spoor turns a server's evidence into a verdict, a storyline and an
// honest attribution. Each verb has its own file; flags are read only here.
package main

import (
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
