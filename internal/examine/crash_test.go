package examine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/evidence"
	"spoor/internal/fault"
	"spoor/internal/finding"
	"spoor/internal/stream"
	"spoor/internal/weblog"
)

// brittle is a reader of web logs with a bug: it panics where its log says so.
type brittle struct {
	stream.Splitter
	stream.Decoder
	blocks int
}

// atDetect, atSplit and atDecode make the brittle reader panic; they begin a log
// or stand in it.
const (
	atDetect = "#Detect: panic\n"
	atSplit  = "#Split: panic\n"
	atDecode = "#Decode: panic"
)

func detectBrittle(head []byte) string {
	if bytes.HasPrefix(head, []byte(atDetect)) {
		panic("bug in detecting")
	}
	if bytes.HasPrefix(head, []byte(atSplit)) || bytes.HasPrefix(head, []byte("#Brittle:")) {
		return "w3c"
	}
	return ""
}

func (b *brittle) Next(to *stream.Block) error {
	err := b.Splitter.Next(to)
	if b.blocks++; err == nil && b.blocks == 2 && bytes.Contains(to.Data, []byte("panic in the second block")) {
		panic("bug in splitting")
	}
	return err
}

func (b *brittle) Decode(from *stream.Block, see func(*event.Event)) stream.Summary {
	return b.Decoder.Decode(from, func(e *event.Event) {
		if strings.Contains(e.Get("cs-uri-stem").String(), "/bug") {
			panic(errors.New("bug in decoding"))
		}
		see(e)
	})
}

// brittly examines with the brittle reader before the others.
func brittly(t *testing.T, opts Options, lines bool) *outcome {
	t.Helper()
	o := &outcome{}
	p := newPipeline(context.Background(), opts)
	p.formats = append([]format{{
		name: "brittle", detect: detectBrittle,
		splitter: func(r io.Reader, id event.ItemID) stream.Splitter {
			return &brittle{Splitter: weblog.NewSplitter(r, id)}
		},
		decoder: func(loc *time.Location) stream.Decoder { return &brittle{Decoder: weblog.NewDecoder(loc)} },
	}}, p.formats...)
	sink := Sink{
		Item:    func(r *ItemResult) error { o.items = append(o.items, r); return nil },
		Finding: func(f *finding.Finding) error { o.log.Write(append(f.AppendJSON(nil), '\n')); return nil },
	}
	if lines {
		sink.Finding, sink.FindingLines = nil, func(b []byte) error { o.log.Write(b); return nil }
	}
	totals, err := p.run(sink)
	if err != nil {
		t.Fatal(err)
	}
	o.totals = totals
	return o
}

func TestABugInAReaderEndsTheBlockAndNotTheRun(t *testing.T) {
	t.Parallel()
	if fault.Crash {
		t.Skip("panics are let through in this build")
	}
	row := func(stem string) string { return "2021-03-03 00:00:01 GET " + stem + " 200\n" }
	fields := "#Fields: date time cs-method cs-uri-stem sc-status\n"
	filler := strings.Repeat(row("/fill/"+strings.Repeat("a", 200)), 6000) // more than one block
	dir := folder(t, map[string][]byte{
		"a.log":      []byte(atDetect + fields + row("/x.aspx")),
		"b.log":      []byte(atSplit + fields + row("/x.aspx") + filler + row("/panic in the second block") + row("/x.aspx")),
		"c.log":      []byte("#Brittle: 1\n" + fields + row("/x.aspx") + row("/bug.aspx") + row("/x.aspx")),
		"d.log":      []byte("#Brittle: 1\n" + fields + row("/bug.aspx") + filler + row("/x.aspx")),
		"e/sec.evtx": securityLog("MAIL01", 300),
	})
	var want *outcome
	for _, lines := range []bool{false, true} {
		for _, workers := range []int{1, 2, 7} {
			got := brittly(t, Options{Paths: []string{dir}, Rules: rules(t), Workers: workers}, lines)
			if want == nil {
				want = got
			}
			if got.log.String() != want.log.String() {
				t.Errorf("%d workers, lines %v: other findings", workers, lines)
			}
			for i, r := range got.items[:4] {
				if r.Outcome != evidence.Partly || r.Code != "internal" || !strings.Contains(r.Reason, "a fault of spoor itself") || r.Crashed != 1 || len(r.Crashes) != 1 || r.SHA256 == "" {
					t.Fatalf("item %d: %v, %s, %q, %d crashes", i, r.Outcome, r.Code, r.Reason, r.Crashed)
				}
				if c := r.Crashes[0]; c.Path != r.Item.Path || !strings.Contains(c.Stack, "brittle") && !strings.Contains(c.Stack, "Brittle") {
					t.Errorf("item %d: the crash is %+v", i, c)
				}
			}
			if r := got.items[4]; r.Outcome != evidence.Examined || r.Records != 300 {
				t.Errorf("the log behind the broken ones is %v with %d records", r.Outcome, r.Records)
			}
		}
	}
	// What was found before the bug stays: one hit each in b and c, one in the
	// second block of d, and thirty logons.
	if n := strings.Count(want.log.String(), "\n"); n != 33 || want.totals.Partly != 4 {
		t.Errorf("%d findings, want 33; totals %+v", n, *want.totals)
	}
	if c := want.items[2]; c.Records != 1 || c.Crashes[0].Offset != 0 {
		t.Errorf("%d records before the bug, at byte %d", c.Records, c.Crashes[0].Offset)
	}
}

func TestAWalkThatPanicsIsAnErrorThatNamesThePlace(t *testing.T) {
	t.Parallel()
	if fault.Crash {
		t.Skip("panics are let through in this build")
	}
	p := newPipeline(context.Background(), Options{Workers: 2})
	p.walk = func(context.Context, func(*evidence.Item, io.Reader) error) error { panic("bug in walking") }
	var f *fault.Fault
	if _, err := p.run(Sink{}); !errors.As(err, &f) || !strings.Contains(f.At, "crash_test.go") {
		t.Fatalf("error %v", err)
	}
}

func TestAPanicOfOneOfSeveralCallsIsThatOfTheCaller(t *testing.T) {
	t.Parallel()
	if fault.Crash || runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one core, or panics are let through in this build")
	}
	f := fault.Catch("call", func() {
		Each(8, func(i int) {
			if i == 5 {
				panic("bug in the sixth")
			}
		})
	})
	if f == nil || f.Says != "bug in the sixth" {
		t.Fatalf("%+v", f)
	}
}
