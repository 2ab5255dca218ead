package main

import "testing"

func TestALargeHeapGrowsByHalfAndASmallOneMore(t *testing.T) {
	for live, want := range map[uint64]int{
		0:         mostPercent,
		4 << 20:   mostPercent,
		32 << 20:  300,
		64 << 20:  100,
		96 << 20:  leastPercent,
		200 << 20: leastPercent,
		2 << 30:   leastPercent,
	} {
		if got := heapPercent(live); got != want {
			t.Errorf("%d MiB live: %d %%, want %d %%", live>>20, got, want)
		}
	}
}
