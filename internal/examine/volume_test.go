package examine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/engine"
	"spoor/internal/evidence"
	"spoor/internal/lab"
)

// virtual examines a log that no disk holds: it is made as it is read, and
// hashed as a file is.
func virtual(t testing.TB, set *engine.Ruleset, s *lab.EventStream, workers int) *Totals {
	t.Helper()
	sum := sha256.New()
	r := io.TeeReader(io.NewSectionReader(s, 0, s.Size()), sum)
	var sha string
	columns := make([]*coverage.Collector, workers)
	p := newPipeline(context.Background(), Options{
		Workers: workers, Rules: set, NoFields: true,
		Observe: func(w int) func(*event.Event, bool) {
			columns[w] = coverage.NewCollector()
			return columns[w].Add
		},
	})
	p.walk = func(_ context.Context, visit func(*evidence.Item, io.Reader) error) error {
		head := make([]byte, evidence.HeadBytes)
		if _, err := s.ReadAt(head, 0); err != nil {
			return err
		}
		return visit(&evidence.Item{Path: "virtual.evtx", Name: "virtual.evtx", Size: s.Size(), Head: head}, hashed{r, sum, &sha})
	}
	totals, err := p.run(Sink{FindingLines: func([]byte) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if len(sha) != 64 {
		t.Fatal("the log was not read to its end")
	}
	return totals
}

// hashed notes the hash at the end, as evidence does.
type hashed struct {
	r   io.Reader
	sum hash.Hash
	sha *string
}

func (h hashed) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	if err == io.EOF {
		*h.sha = hex.EncodeToString(h.sum.Sum(nil))
	}
	return n, err
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// An event that no rule fires on costs at most one allocation once the caches
// are filled. It is the difference of two runs, because filling them allocates
// too. Not parallel: the counter is the process's.
func TestAnEventCostsAtMostOneAllocation(t *testing.T) {
	if testing.Short() {
		t.Skip("hunts in half a million events")
	}
	set := published(t)
	for _, log := range []struct {
		name string
		of   func(n uint64) *lab.EventStream
	}{
		{"server", func(n uint64) *lab.EventStream { return lab.NewServerStream(1, n) }},
		{"unseen", func(n uint64) *lab.EventStream { return lab.NewEventStream(1, n, 1) }},
	} {
		found := int64(0)
		count := func(n uint64) uint64 {
			s, before := log.of(n), mallocs()
			if totals := virtual(t, set, s, 2); totals.Records != int64(n) {
				t.Fatalf("%s: %d of %d events", log.name, totals.Records, n)
			} else {
				found = totals.Findings
			}
			return mallocs() - before
		}
		const small, large = 40_000, 120_000
		count(small) // compiles the rules' classes
		first := count(small)
		found = 0
		each := (float64(count(large)) - float64(first)) / (large - small)
		t.Logf("%s: %.3f allocations an event, %d findings", log.name, each, found)
		if each > 1 {
			t.Errorf("%s: %.2f allocations an event", log.name, each)
		}
	}
}

// BenchmarkVolume hunts with all published rules in virtual logs of process
// starts of which 0, 1, 3 or 6 values occur nowhere else. SPOOR_EVENTS is the
// number of events, 200,000 unless told; 20,000,000 are 16 to 20 GB. The peak
// of memory is the process's, so a fresh one is meant for each figure
// (bench/volume.sh).
func BenchmarkVolume(b *testing.B) {
	n, err := strconv.ParseUint(os.Getenv("SPOOR_EVENTS"), 10, 63)
	if err != nil {
		n = 200_000
	}
	set := published(b)
	debug.FreeOSMemory()
	for _, unseen := range []int{0, 1, 3, 6} {
		b.Run(strconv.Itoa(unseen), func(b *testing.B) {
			const few = 10_000
			cost := func(n uint64) (wall, cpu time.Duration) {
				s := lab.NewEventStream(1, n, unseen)
				started, before := time.Now(), cpuTime()
				if totals := virtual(b, set, s, 2); totals.Records != int64(n) {
					b.Fatalf("%d of %d events", totals.Records, n)
				}
				return time.Since(started), cpuTime() - before
			}
			cost(few)
			b.ResetTimer()
			var wall, cpu time.Duration
			for range b.N {
				// What a short run takes too is start: the rules' classes are
				// compiled when the first events are met.
				w0, c0 := cost(few)
				w1, c1 := cost(n + few)
				wall, cpu = wall+w1-w0, cpu+c1-c0
			}
			events := float64(n) * float64(b.N)
			b.ReportMetric(events/wall.Seconds(), "events/s")
			b.ReportMetric(float64(cpu.Nanoseconds())/events, "cpu-ns/event")
			s := lab.NewEventStream(1, n, unseen)
			b.ReportMetric(float64(s.Size())/1e6, "MB")
			b.ReportMetric(peak(), "peak-MB")
		})
	}
}

// status reads a line of /proc/self/status in kilobytes, 0 where there is none.
func status(name string) float64 {
	data, _ := os.ReadFile("/proc/self/status")
	for line := range bytes.Lines(data) {
		if f := strings.Fields(string(line)); len(f) == 3 && f[0] == name+":" {
			n, _ := strconv.ParseFloat(f[1], 64)
			return n
		}
	}
	return 0
}

// peak is the greatest resident size of the process so far, in megabytes.
func peak() float64 { return status("VmHWM") * 1024 / 1e6 }

// cpuTime is the processor time of the process, 0 where it is not told.
func cpuTime() time.Duration {
	data, _ := os.ReadFile("/proc/self/stat")
	if i := bytes.LastIndexByte(data, ')'); i >= 0 {
		if f := bytes.Fields(data[i+1:]); len(f) > 13 {
			user, _ := strconv.Atoi(string(f[11]))
			system, _ := strconv.Atoi(string(f[12]))
			return time.Duration(user+system) * 10 * time.Millisecond
		}
	}
	return 0
}
