package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// What the heap may grow to before it is collected. All rules and the caches of
// two workers are 120 MB; twice that, with what is allocated while the collector
// runs, was above 300 MB, so a large heap grows by half. A small one may grow to
// easyHeap first: reading rules makes much garbage in a small heap, and a fifth
// of the processor time of a short run went into collecting it.
const (
	easyHeap     = 128 << 20 // bytes
	leastPercent = 50
	mostPercent  = 400
)

// tendHeap chooses, after every collection, how far the heap grows until the
// next. GOGC, where it is set, goes before.
func tendHeap() {
	if os.Getenv("GOGC") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var tend func(int)
	tend = func(now int) {
		metrics.Read(live)
		percent := heapPercent(live[0].Value.Uint64())
		if percent != now {
			debug.SetGCPercent(percent)
		}
		// The beat is garbage at once, so the next collection cleans it up. It is
		// a pointer, since small things without one share a block with others.
		beat := new(*int)
		runtime.AddCleanup(beat, tend, percent)
	}
	tend(100)
}

// heapPercent is by how many percent a heap of so many live bytes may grow.
func heapPercent(live uint64) int {
	if live >= easyHeap {
		return leastPercent
	}
	return int(min(max((easyHeap-live)*100/max(live, 1), leastPercent), mostPercent))
}
