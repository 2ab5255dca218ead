package examine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/evidence"
	"spoor/internal/finding"
	"spoor/internal/lab"
	"spoor/internal/sigma"
)

const logonRule = `title: Logon of the intruder
id: 6a0c1b2d-0000-4000-8000-000000000001
level: high
tags: [attack.t1078]
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624, TargetUserName|startswith: intruder}, condition: s}
`

const pageRule = `title: Page of the intruder
id: 6a0c1b2d-0000-4000-8000-000000000002
level: low
logsource: {category: webserver}
detection: {s: {cs-uri-stem|endswith: /x.aspx}, condition: s}
`

func rules(t *testing.T) *engine.Ruleset {
	t.Helper()
	set, report := sigma.Load([]sigma.File{{Name: "a.yml", Data: []byte(logonRule)}, {Name: "b.yml", Data: []byte(pageRule)}}, sigma.Options{})
	if report.Loaded != 2 {
		t.Fatalf("rules refused: %+v", report.Refused)
	}
	return set
}

var march = time.Date(2021, 3, 3, 4, 0, 0, 0, time.UTC)

// securityLog is a log of n logons, every tenth the intruder's.
func securityLog(computer string, n int) []byte {
	l := lab.NewEventLog(lab.LogOptions{})
	for i := range n {
		user := fmt.Sprintf("clerk%d", i)
		if i%10 == 0 {
			user = fmt.Sprintf("intruder%d", i)
		}
		l.Append(lab.Event{Provider: "Microsoft-Windows-Security-Auditing", EventID: 4624, Time: march.Add(time.Duration(i) * time.Second), Computer: computer, Channel: "Security",
			Data: []lab.NamedValue{lab.Named("TargetUserName", user), lab.Named("Padding", strings.Repeat("x", 400))}})
	}
	return l.Bytes()
}

// webLog has n rows, every second one asking for the intruder's page in the
// same second from the same address.
func webLog(n int) []byte {
	l := lab.NewW3C(lab.IISFields()...).Header(march)
	for i := range n {
		stem := "/owa/"
		if i%2 == 0 {
			stem = "/x.aspx"
		}
		l.Row(lab.WebRow{Time: march, Server: "192.0.2.1", Method: "GET", Stem: stem, Client: "203.0.113.9", Port: 443, Status: 200})
	}
	return l.Bytes()
}

// folder writes files below a new folder.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// outcome is everything that a run hands on, in its order.
type outcome struct {
	log    bytes.Buffer
	found  []*finding.Finding
	items  []*ItemResult
	totals *Totals
}

func run(t *testing.T, opts Options) *outcome {
	t.Helper()
	return runWaiting(t, opts, 0)
}

// cramped is Run where so many bytes of findings may wait in memory, 0 for what is
// usual.
func cramped(opts Options, waiting int, sink Sink) (*Totals, error) {
	p := newPipeline(context.Background(), opts)
	if waiting > 0 {
		p.waiting = waiting
		if p.correlator != nil {
			p.correlator.room = min(p.correlator.room, waiting)
		}
	}
	return p.run(sink)
}

func runWaiting(t *testing.T, opts Options, waiting int) *outcome {
	t.Helper()
	o := &outcome{}
	totals, err := cramped(opts, waiting, Sink{
		Lines: func(lines []byte) error { o.log.Write(lines); return nil },
		Finding: func(f *finding.Finding) error {
			f.Seal()
			data, err := json.Marshal(f)
			o.log.Write(data)
			fmt.Fprintln(&o.log, f.Fields)
			o.found = append(o.found, f)
			return err
		},
		Item: func(r *ItemResult) error {
			fmt.Fprintf(&o.log, "%s %s %s %s %s %s %d %d %+v %v %v\n", r.Item.Path, r.Format, r.Outcome, r.Code, r.Reason, r.SHA256, r.Records, r.Blocks, r.Lines, r.Hosts, r.From)
			o.items = append(o.items, r)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&o.log, "%+v\n", *totals)
	o.totals = totals
	return o
}

func several(t *testing.T) string {
	t.Helper()
	cut := securityLog("MAIL03", 500)
	return folder(t, map[string][]byte{
		"b/Security.evtx": securityLog("MAIL01", 900), "a/Security.evtx": securityLog("MAIL02", 400), "c/u_ex.log": webLog(900),
		"d/cut.evtx": cut[:len(cut)-30000], "e/notes.txt": []byte("nothing of interest\n"), "f/empty.log": nil,
	})
}

func TestResultsAreTheSameForAnyWorkers(t *testing.T) {
	t.Parallel()
	dir, set := several(t), rules(t)
	want := run(t, Options{Paths: []string{dir}, Rules: set, Workers: 1, Dump: true})
	if len(want.found) != 90+40+450+50 {
		t.Fatalf("%d findings, want %d", len(want.found), 90+40+450+50)
	}
	if want.totals.Partly != 1 || want.totals.Records != 900+400+900+want.items[3].Records || want.totals.Findings != int64(len(want.found)) {
		t.Fatalf("totals %+v", want.totals)
	}
	for _, workers := range []int{2, 7, 16} {
		if got := run(t, Options{Paths: []string{dir}, Rules: set, Workers: workers, Dump: true}); !bytes.Equal(got.log.Bytes(), want.log.Bytes()) {
			t.Errorf("%d workers give other bytes than one", workers)
		}
	}
	if !slices.IsSortedFunc(want.found, finding.Compare) {
		t.Error("the findings are not in canonical order")
	}
	for _, f := range want.found {
		if f.Source.SHA256 == "" || f.Source.Path == "" || f.Message == "" || f.Techniques == nil || f.CVEs == nil || f.Actors == nil || !json.Valid(f.Event) {
			t.Fatalf("incomplete finding %+v", f)
		}
	}
}

func TestSpilledFindingsAreTheSameFindings(t *testing.T) {
	t.Parallel()
	dir, set, spill := several(t), rules(t), t.TempDir()
	want := run(t, Options{Paths: []string{dir}, Rules: set, Workers: 2})
	got := runWaiting(t, Options{Paths: []string{dir}, Rules: set, Workers: 2, SpillDir: spill}, 3000)
	if !bytes.Equal(got.log.Bytes(), want.log.Bytes()) {
		t.Error("spilled findings came back changed")
	}
	if left, err := os.ReadDir(spill); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	var used bool
	if _, err := cramped(Options{Paths: []string{dir}, Rules: set, SpillDir: spill}, 3000, Sink{Item: func(*ItemResult) error {
		left, err := os.ReadDir(spill)
		used = used || len(left) > 0
		return err
	}}); err != nil || !used {
		t.Errorf("nothing was ever spilled (%v)", err)
	}
	if _, err := cramped(Options{Paths: []string{dir}, Rules: set, SpillDir: filepath.Join(spill, "absent")}, 1, Sink{}); err == nil {
		t.Error("findings that cannot be kept are no error")
	}
}

func TestWhatIsHandedOverTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	set := rules(t)
	whole := securityLog("MAIL01", 900)
	once := run(t, Options{Paths: []string{folder(t, map[string][]byte{"a.evtx": whole})}, Rules: set})
	t.Run("an identical file", func(t *testing.T) {
		t.Parallel()
		o := run(t, Options{Paths: []string{folder(t, map[string][]byte{"a.evtx": whole, "b.evtx": whole})}, Rules: set})
		if len(o.found) != len(once.found) || o.totals.TwiceItems != 1 || o.totals.Records != once.totals.Records || o.items[1].Outcome != evidence.Examined {
			t.Fatalf("%d findings, totals %+v", len(o.found), o.totals)
		}
	})
	t.Run("chunks that an older copy holds too", func(t *testing.T) {
		t.Parallel()
		older := whole[:lab.FileHeaderSize+3*lab.ChunkSize]
		o := run(t, Options{Paths: []string{folder(t, map[string][]byte{"a.evtx": older, "b.evtx": whole})}, Rules: set})
		if len(o.found) != len(once.found) || o.totals.TwiceBlocks != 3 || o.totals.Records != once.totals.Records || o.items[1].Repeated != 3 {
			t.Fatalf("%d findings, totals %+v", len(o.found), o.totals)
		}
	})
	t.Run("records in other chunks", func(t *testing.T) {
		t.Parallel()
		l := lab.NewEventLog(lab.LogOptions{})
		first := lab.Event{Provider: "Microsoft-Windows-Security-Auditing", EventID: 4624, Time: march, Computer: "MAIL01", Channel: "Security",
			Data: []lab.NamedValue{lab.Named("TargetUserName", "intruder0"), lab.Named("Padding", strings.Repeat("x", 400))}}
		l.Append(first)
		other := lab.NewEventLog(lab.LogOptions{})
		first.Computer = "MAIL02"
		other.Append(first)
		o := run(t, Options{Paths: []string{folder(t, map[string][]byte{"a.evtx": whole, "b.evtx": l.Bytes(), "c.evtx": other.Bytes()})}, Rules: set})
		if len(o.found) != len(once.found)+1 || o.totals.TwiceFindings != 1 {
			t.Fatalf("%d findings, totals %+v: another computer's record is another record", len(o.found), o.totals)
		}
	})
	t.Run("equal rows of a web log are separate requests", func(t *testing.T) {
		t.Parallel()
		o := run(t, Options{Paths: []string{folder(t, map[string][]byte{"u.log": webLog(100)})}, Rules: set})
		if len(o.found) != 50 || o.totals.TwiceFindings != 0 {
			t.Fatalf("%d findings, totals %+v", len(o.found), o.totals)
		}
	})
}

func TestOnlyThePeriodAskedForIsExamined(t *testing.T) {
	t.Parallel()
	at := func(sec int) event.Time {
		return event.TimeOf(march.Add(time.Duration(sec)*time.Second), 0, event.FromRecord)
	}
	dir := folder(t, map[string][]byte{"a.evtx": securityLog("MAIL01", 900)})
	var seen int
	o := run(t, Options{Paths: []string{dir}, Rules: rules(t), Workers: 1, From: at(100), To: at(200), Observe: func(int) func(*event.Event, bool) {
		return func(*event.Event, bool) { seen++ }
	}})
	if len(o.found) != 11 || seen != 101 || o.items[0].Outside != 799 {
		t.Fatalf("%d findings, %d events seen, %d outside; both ends belong to the period", len(o.found), seen, o.items[0].Outside)
	}
}

func TestAnInterruptEndsCleanly(t *testing.T) {
	before := runtime.NumGoroutine()
	files := map[string][]byte{}
	for i := range 40 {
		files[fmt.Sprintf("%02d.evtx", i)] = securityLog(fmt.Sprintf("MAIL%02d", i), 300)
	}
	dir, set := folder(t, files), rules(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var found, items int
	totals, err := Run(ctx, Options{Paths: []string{dir}, Rules: set, Workers: 3}, Sink{
		Finding: func(*finding.Finding) error { found++; return nil },
		Item: func(r *ItemResult) error {
			if items++; items == 2 {
				cancel()
			}
			if r.Outcome == evidence.Examined && r.Records != 300 {
				t.Errorf("%s is said to be examined with %d of 300 records", r.Item.Path, r.Records)
			}
			return nil
		},
	})
	if err != nil || !totals.Interrupted || items < 2 || items == 40 || int64(found) != totals.Findings {
		t.Fatalf("error %v, %d items, %d findings, totals %+v", err, items, found, totals)
	}
	full := errors.New("disk full")
	if _, err := Run(context.Background(), Options{Paths: []string{dir}, Rules: set, Workers: 3}, Sink{Finding: func(*finding.Finding) error { return full }}); !errors.Is(err, full) {
		t.Fatalf("a sink's error came back as %v", err)
	}
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestARunBeforeItBeganIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	totals, err := Run(ctx, Options{Paths: []string{several(t)}}, Sink{})
	if err != nil || !totals.Interrupted || totals.Records != 0 {
		t.Fatalf("error %v, totals %+v", err, totals)
	}
}

// brokenReader gives its content and then an error.
type brokenReader struct{ rest []byte }

var errBadSector = errors.New("bad sector")

func (b *brokenReader) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		return 0, errBadSector
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func TestAReadErrorKeepsWhatWasReadBefore(t *testing.T) {
	t.Parallel()
	whole := securityLog("MAIL01", 900)
	p := newPipeline(context.Background(), Options{Workers: 1, Rules: rules(t)})
	st := &itemState{item: &evidence.Item{Path: "disk/Security.evtx", Head: whole[:evidence.HeadBytes]}}
	st.result.Item = st.item
	go func() {
		end := &job{item: st, end: true}
		st.readErr = p.read(st, end, &brokenReader{whole[:lab.FileHeaderSize+2*lab.ChunkSize+900]})
		st.content = evidence.Content{SHA256: "x", Bytes: 1}
		if err := p.send(end); err != nil {
			t.Error(err)
		}
		close(p.work)
		close(p.order)
	}()
	go p.worker(0)
	var results []*ItemResult
	var found int
	e := newEmitter(p, Sink{Item: func(r *ItemResult) error { results = append(results, r); return nil }, Finding: func(*finding.Finding) error { found++; return nil }})
	for j := range p.order {
		<-j.ready
		if err := e.emit(j); err != nil {
			t.Fatal(err)
		}
		p.release(j)
	}
	if len(results) != 1 || results[0].Outcome != evidence.Partly || results[0].Code != "read-error" || !strings.Contains(results[0].Reason, "bad sector") || found == 0 || results[0].Records < 50 {
		t.Fatalf("%d findings, result %+v", found, results[0])
	}
}

func TestFilesThatAreNoLogGoToTheFileRules(t *testing.T) {
	t.Parallel()
	big := append([]byte("<%@ Page %>\n"), bytes.Repeat([]byte{'a', '\n'}, MaxFileBytes/2)...)
	dir := folder(t, map[string][]byte{"big.aspx": big, "small.aspx": []byte("<%@ Page %>"), "u.log": webLog(2), "x.config": []byte("<torn"), "y.config": []byte("<whole/>")})
	o := run(t, Options{Paths: []string{dir}, Inspectors: asFile(func(it *evidence.Item, content []byte) Judgement {
		if len(content) > MaxFileBytes {
			t.Errorf("%d bytes of %s", len(content), it.Path)
		}
		switch it.Name {
		case "x.config":
			return Judgement{Kind: "settings", Unread: "the end is missing"}
		case "y.config":
			return Judgement{Kind: "settings"}
		}
		return Judgement{Findings: []*finding.Finding{{Rule: finding.Rule{ID: "shell"}, Item: it.ID}}}
	})})
	if len(o.found) != 2 || o.found[0].Source.Kind != "file" || o.found[0].Source.SHA256 == "" {
		t.Fatalf("findings %+v", o.found)
	}
	if o.items[0].Code != "file-size" || o.items[0].Outcome != evidence.Partly || o.items[1].Outcome != evidence.Examined {
		t.Fatalf("the big file is %s (%s), the small one %s", o.items[0].Outcome, o.items[0].Code, o.items[1].Outcome)
	}
	if torn, whole := o.items[3], o.items[4]; torn.Outcome != evidence.Partly || torn.Reason != "the end is missing" || whole.Outcome != evidence.Examined || whole.Format != "settings" {
		t.Fatalf("torn settings are %s (%s), whole ones %s", torn.Outcome, torn.Reason, whole.Outcome)
	}
}

func TestMessagesAreFilledOnce(t *testing.T) {
	t.Parallel()
	e := &event.Event{
		Shape:  event.NewShape("json", []event.Field{{Name: "a"}, {Name: "b"}, {Name: "empty"}}, false),
		Values: []event.Value{event.TextValue([]byte("{b}")), event.TextValue([]byte("two")), event.TextValue(nil)},
	}
	for format, want := range map[string]string{
		"":                        "the title",
		"plain":                   "plain",
		"{a} and {b}":             "{b} and two",
		"{none|b}":                "two",
		"{empty|b}":               "two",
		"{none}":                  "?",
		"an open { brace":         "an open { brace",
		"a closing } before {b} ": "a closing } before two ",
	} {
		if got := sentence(format, "the title", e); got != want {
			t.Errorf("%q became %q, want %q", format, got, want)
		}
	}
}

// asFile is one inspector that looks at every file.
func asFile(f func(*evidence.Item, []byte) Judgement) []Inspector {
	return []Inspector{{Name: "test", Inspect: func(file *File) Judgement { return f(file.Item, file.Content) }}}
}

// Files are judged by several workers at once, and told in their order.
func TestFilesAreJudgedSideBySideAndToldInOrder(t *testing.T) {
	t.Parallel()
	const n = 60
	files := map[string][]byte{}
	for i := range n {
		files[fmt.Sprintf("f%02d.aspx", i)] = bytes.Repeat([]byte{byte('a' + i%26)}, 1<<20+i) // together more than may wait
	}
	dir := folder(t, files)
	for _, workers := range []int{1, 2, 7} {
		var calls atomic.Int32
		second := make(chan struct{})
		o := run(t, Options{Paths: []string{dir}, Workers: workers, Inspectors: asFile(func(it *evidence.Item, content []byte) Judgement {
			switch n := calls.Add(1); {
			case n == 2:
				close(second)
			case n == 1 && workers > 1:
				select { // the first is not done before the second has begun
				case <-second:
				case <-time.After(time.Minute):
					t.Error("the second file waits for the first")
				}
			}
			return Judgement{Kind: "page", Findings: []*finding.Finding{{Rule: finding.Rule{ID: it.Name}, Message: fmt.Sprint(len(content)), Item: it.ID}}}
		})})
		if len(o.found) != n || len(o.items) != n {
			t.Fatalf("%d workers: %d findings, %d items", workers, len(o.found), len(o.items))
		}
		for i, f := range o.found {
			if f.Rule.ID != fmt.Sprintf("f%02d.aspx", i) || f.Message != fmt.Sprint(1<<20+i) || f.Source.Kind != "page" {
				t.Fatalf("%d workers: finding %d is of %s, %s bytes", workers, i, f.Rule.ID, f.Message)
			}
		}
	}
}
