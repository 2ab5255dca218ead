package evtxlog

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/lab"
)

func start() time.Time { return time.Date(2021, 3, 3, 4, 5, 6, 789_000_000, time.UTC) }

// sample is a log of n events over several chunks, as a server writes it.
func sample(n int, bare bool) []byte {
	l := lab.NewEventLog(lab.LogOptions{})
	for i := range n {
		l.Append(lab.Event{
			Provider: "Microsoft-Windows-Security-Auditing", GUID: lab.ParseGUID("54849625-5478-4994-a5ba-3e3b0328c30d"),
			EventID: uint16(4624 + i%3), Version: 2, Task: 12544, Keywords: 0x8020000000000000,
			Time: start().Add(time.Duration(i) * time.Second), Computer: "mail.town.example", Channel: "Security",
			ProcessID: 700, ThreadID: uint32(i), Bare: bare,
			Data: []lab.NamedValue{
				lab.Named("TargetUserName", fmt.Sprintf("Jürgen %d 😀", i)),
				{Name: "TargetUserSid", Value: lab.SID("S-1-5-21-1-2-3-500")},
				{Name: "LogonType", Value: lab.Int(lab.TypeUint32, 3)},
				{Name: "LogonId", Value: lab.Int(lab.TypeHex64, 0x3e7)},
				{Name: "Share", Value: lab.Float(0.5)},
				{Name: "Elevated", Value: lab.Bool(true)},
				{Name: "Since", Value: lab.At(start())},
				{Name: "Until", Value: lab.Calendar(start())},
				{Name: "Token", Value: lab.Bytes([]byte{0xde, 0xad})},
				{Value: lab.Texts("a", "", "b")},
				{Value: lab.Text("last")},
			},
		})
	}
	return l.Bytes()
}

func TestWhatALogWasWrittenWithIsReadBack(t *testing.T) {
	t.Parallel()
	const n = 700
	want := `"LogonType":3,"LogonId":"0x3e7","Share":"0.5","Elevated":true,"Since":"2021-03-03T04:05:06.7890000Z","Until":"2021-03-03T04:05:06.789Z","Token":"DEAD","Data":["a","","b","last"]}`
	i := 0
	total, err := Read(bytes.NewReader(sample(n, false)), func(e *event.Event) {
		got := string(e.AppendJSON(nil))
		name := fmt.Sprintf(`"TargetUserName":"Jürgen %d 😀","TargetUserSid":"S-1-5-21-1-2-3-500",`, i)
		if !bytes.HasSuffix([]byte(got), []byte(name+want)) {
			t.Errorf("event %d: %s", i, got)
		}
		route := event.Route{Format: "evtx", Channel: "Security", Provider: "Microsoft-Windows-Security-Auditing", EventID: uint32(4624 + i%3)}
		at := event.TimeOf(start().Add(time.Duration(i)*time.Second), 7, event.FromRecord)
		if *e.Route != route || e.Host != "mail.town.example" || e.Time != at || e.Ref.Record != uint64(i+1) {
			t.Errorf("event %d: %+v %s %v %+v", i, *e.Route, e.Host, e.Time, e.Ref)
		}
		if thread := e.Get("Execution_ThreadID"); thread.Kind != event.Uint || thread.Bits != uint64(i) {
			t.Errorf("event %d: thread %+v", i, thread)
		}
		i++
	})
	if err != nil || total.Records != n || len(total.Damage) != 0 {
		t.Errorf("%d records, damage %v, error %v", total.Records, total.Damage, err)
	}
}

func TestRecordsWithoutTemplatesAreReadBackAsText(t *testing.T) {
	t.Parallel()
	i := 0
	total, err := Read(bytes.NewReader(sample(50, true)), func(e *event.Event) {
		if got := e.Get("TargetUserName").String(); got != fmt.Sprintf("Jürgen %d 😀", i) || e.Route.EventID != uint32(4624+i%3) || e.Time.Source != event.FromRecord {
			t.Errorf("event %d: %s", i, e.AppendJSON(nil))
		}
		i++
	})
	if err != nil || total.Records != 50 || len(total.Damage) != 0 {
		t.Errorf("%d records, damage %v, error %v", total.Records, total.Damage, err)
	}
}

func TestNamedDamageLosesNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	// Three chunks; what the damage does not touch must come back.
	whole := sample(400, false)
	clean := map[int64]bool{}
	perChunk := map[int64]int64{}
	all, err := Read(bytes.NewReader(whole), func(e *event.Event) {
		clean[e.Ref.Offset] = true
		perChunk[(e.Ref.Offset-fileHeaderSize)/chunkSize]++
	})
	if err != nil {
		t.Fatal(err)
	}
	first := perChunk[0]
	// The least number of records that must come back, and the most that may
	// be missing without being counted as lost.
	least := map[string]int64{
		"cut in the middle of the first chunk":         first/2 - 2,
		"cut inside the file header":                   0,
		"cut inside a record of the last chunk":        all.Records - perChunk[int64(len(perChunk)-1)],
		"zero sector in the middle of the first chunk": all.Records - 3,
		"one chunk is zero":                            all.Records - first,
		"record magic destroyed":                       all.Records - 1,
		"record size is too large":                     all.Records - 1,
		"record size is zero":                          all.Records - 1,
		"record overlaps the next":                     all.Records - 2,
		"template definition destroyed":                all.Records - first,
		"substitution count is huge":                   all.Records - 1,
		"bits flipped":                                 all.Records / 20,
	}
	silent := map[string]bool{
		// Nothing that is read depends on these bytes.
		"string table points outside": true,
	}
	for _, damage := range lab.EventLogDamages() {
		t.Run(damage.Name, func(t *testing.T) {
			t.Parallel()
			total, err := Read(bytes.NewReader(damage.Make(whole)), func(*event.Event) {})
			if err != nil {
				t.Fatal(err)
			}
			want, ok := least[damage.Name]
			if !ok {
				want = all.Records
			}
			if total.Records < want {
				t.Errorf("%d of %d records, want at least %d; damage %v", total.Records, all.Records, want, codes(total.Damage))
			}
			if len(total.Damage) == 0 && !silent[damage.Name] {
				t.Errorf("%d of %d records and nothing told", total.Records, all.Records)
			}
		})
	}
}
