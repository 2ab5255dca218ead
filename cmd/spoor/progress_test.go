package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"spoor/internal/message"
)

func TestProgressShowsBytesRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	p := &progress{w: &out, words: english, total: 400 << 20, start: time.Now().Add(-10 * time.Second)}
	p.add(100 << 20)
	if want := regexp.MustCompile(`^\r 25 %, 100\.0 MiB read, (9\.9|10\.0) MiB/s, 30s left$`); !want.MatchString(out.String()) {
		t.Errorf("showed %q", &out)
	}
	shown := out.Len()
	p.add(1)
	if out.Len() != shown {
		t.Error("the line was written again within a fifth of a second")
	}
	out.Reset()
	p.Write([]byte("partly examined: a.log\n"))
	if s := out.String(); !strings.HasPrefix(s, "\r ") || !strings.HasSuffix(s, " \rpartly examined: a.log\n") {
		t.Errorf("a message did not get a clear line: %q", s)
	}
	p.shown = time.Time{}
	p.add(400 << 20) // a copy is read again to be hashed
	if s := out.String(); strings.Contains(s, "left") && strings.Contains(s, "125") {
		t.Errorf("more than all is told: %q", s)
	}
	p.end()
	if !strings.HasSuffix(out.String(), " \r") {
		t.Errorf("the line stayed: %q", &out)
	}
}

func TestProgressIsSilentWhereNoTerminalIs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := newProgress(&out, false, nil, []string{t.TempDir()})
	p.add(1 << 30)
	p.end()
	if out.Len() > 0 {
		t.Errorf("wrote %q", &out)
	}
}
