package main

import (
	"os"
	"runtime/debug"
)

// lean lets the heap grow to one and a half times what lives, not twice, while
// evidence is examined: all rules and the caches of two workers are 120 MB, and
// twice that, with what is allocated while the collector runs, was above 300 MB.
// An examination makes little garbage, so it costs next to nothing; loading the
// rules makes much, so it begins behind that. GOGC goes before.
func lean() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}
