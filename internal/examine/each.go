package examine

import (
	"runtime"
	"sync"
	"sync/atomic"

	"spoor/internal/fault"
)

// Each calls do with 0 to n-1 on all cores, the low numbers first, and returns
// when all calls have. It is for work that comes before an examination, as reading
// rules; calls must not depend on each other. A panic in one of them is a panic of the
// caller, when the others have returned.
func Each(n int, do func(i int)) {
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			do(i)
		}
	}
	var others sync.WaitGroup
	var crashed atomic.Pointer[fault.Fault]
	caught := func() {
		if f := fault.Catch("work on several cores", work); f != nil {
			crashed.Store(f)
		}
	}
	for range min(runtime.GOMAXPROCS(0), n) - 1 {
		others.Go(caught)
	}
	caught()
	others.Wait()
	if f := crashed.Load(); f != nil {
		panic(f)
	}
}
