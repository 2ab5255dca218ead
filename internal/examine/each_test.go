package examine

import (
	"runtime"
	"sync/atomic"
	"testing"
)

func TestEachCallsEveryNumberOnceAndWaits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 1000} {
		calls := make([]atomic.Int32, n)
		Each(n, func(i int) { calls[i].Add(1) })
		for i := range calls {
			if got := calls[i].Load(); got != 1 {
				t.Errorf("of %d, number %d was called %d times", n, i, got)
			}
		}
	}
}

func TestEachCallsSeveralAtOnce(t *testing.T) {
	t.Parallel()
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one core")
	}
	met := make(chan struct{}) // without buffer: one call waits for the other
	Each(2, func(i int) {
		if i == 0 {
			met <- struct{}{}
		} else {
			<-met
		}
	})
}
