package examine

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do with 0 to n-1 on all cores, the low numbers first, and returns
// when all calls have. It is for work that comes before an examination, as reading
// rules; calls must not depend on each other. A panic ends the program, as one of a
// worker does.
func Each(n int, do func(i int)) {
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			do(i)
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}
