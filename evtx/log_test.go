package evtx_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"testing/iotest"
	"time"

	"spoor/event"
	"spoor/evtx"
	"spoor/internal/lab"
)

// sample is the log of the examples.
func sample() []byte {
	log := lab.NewEventLog(lab.LogOptions{})
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	add := func(id uint16, data ...lab.NamedValue) {
		log.Append(lab.Event{Provider: "Microsoft-Windows-Security-Auditing", EventID: id, Time: at, Computer: "web01.example.org", Channel: "Security", Data: data})
		at = at.Add(20 * time.Second)
	}
	for range 3 {
		add(4625, lab.Named("TargetUserName", "admin"), lab.Named("IpAddress", "192.0.2.7"))
	}
	add(4624, lab.Named("TargetUserName", "admin"), lab.Named("IpAddress", "192.0.2.7"))
	add(4688, lab.Named("SubjectUserName", "admin"), lab.Named("NewProcessName", `C:\Windows\System32\whoami.exe`), lab.Named("CommandLine", "whoami /priv"))
	return log.Bytes()
}

func TestTheSampleIsWhatTheLabWrites(t *testing.T) {
	t.Parallel()
	if os.Getenv("SPOOR_UPDATE") != "" {
		if err := os.WriteFile("testdata/security.evtx", sample(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile("testdata/security.evtx"); err != nil || !bytes.Equal(data, sample()) {
		t.Fatalf("the sample is another one: %v", err)
	}
}

func take(t *testing.T, l *evtx.Log, most int) (ids []uint64, err error) {
	t.Helper()
	for e, err := range l.Events() {
		if err != nil {
			return ids, err
		}
		if ids = append(ids, e.Ref.Record); len(ids) == most {
			break
		}
	}
	return ids, nil
}

func TestALogIsRangedOverOnceAndMayBeLeftEarly(t *testing.T) {
	t.Parallel()
	l, err := evtx.Open("testdata/security.evtx")
	if err != nil {
		t.Fatal(err)
	}
	if ids, err := take(t, l, 2); err != nil || fmt.Sprint(ids) != "[1 2]" {
		t.Fatalf("%v, %v", ids, err)
	}
	if ids, err := take(t, l, 9); !errors.Is(err, evtx.ErrUsed) || len(ids) != 0 {
		t.Fatalf("a second loop gets %v, %v", ids, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l, err = evtx.Open("testdata/security.evtx")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatalf("closing twice is an error: %v", err)
		}
	}
	if _, err := evtx.Open("testdata/absent.evtx"); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("an absent file: %v", err)
	}
}

func TestWhatALogCameToIsInItsTotal(t *testing.T) {
	t.Parallel()
	data := sample()
	l := evtx.NewLog(bytes.NewReader(data))
	if ids, err := take(t, l, 99); err != nil || len(ids) != 5 {
		t.Fatalf("%v, %v", ids, err)
	}
	if total := l.Total(); total.Records != 5 || total.Lost != 0 || len(total.Damage) != 0 || total.From.String() != "2026-03-01T08:00:00.0000000Z" || total.To.String() != "2026-03-01T08:01:20.0000000Z" {
		t.Fatalf("%+v", total)
	}
	data[bytes.Index(data, []byte("**\x00\x00"))+4] ^= 0x40 // the size of the first record
	l = evtx.NewLog(bytes.NewReader(data))
	if _, err := take(t, l, 99); err != nil {
		t.Fatal(err)
	}
	serious := 0
	for _, d := range l.Total().Damage {
		if !evtx.IsNote(d.Code) {
			serious++
		}
	}
	if serious == 0 {
		t.Fatal("a broken record is not in the total")
	}
}

func TestAReadErrorEndsTheLoop(t *testing.T) {
	t.Parallel()
	data := sample()
	broken := errors.New("broken disk")
	l := evtx.NewLog(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(broken)))
	ids, err := take(t, l, 99)
	if !errors.Is(err, broken) || len(ids) != 5 {
		t.Fatalf("%v, %v", ids, err)
	}
	if !evtx.Detect(data[:4096]) || evtx.Detect([]byte("MZ")) {
		t.Fatal("an event log is told by its head")
	}
}

func TestAnEventIsKeptByItsClone(t *testing.T) {
	t.Parallel()
	var kept []*event.Event
	for e, err := range evtx.NewLog(bytes.NewReader(sample())).Events() {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, e.Clone())
	}
	if got := kept[0].Get("IpAddress").String() + " " + kept[4].Get("CommandLine").String(); got != "192.0.2.7 whoami /priv" {
		t.Fatal(got)
	}
}
