package examine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"spoor/internal/lab"
)

// Chunks of one file are hashed only where their heads are equal. What is called
// a repetition must not depend on it.
func TestRepeatedChunksOfOneFileAreThoseOfAFolder(t *testing.T) {
	t.Parallel()
	l := lab.NewEventLog(lab.LogOptions{})
	for i := range 1000 {
		l.Append(lab.Event{
			Provider: "P", EventID: 1, Channel: "Security", Computer: "one.example", Time: time.Unix(1_600_000_000+int64(i), 0),
			Data: []lab.NamedValue{lab.Named("Number", fmt.Sprint(i, " of a text that fills the chunk"))},
		})
	}
	const head, size = 4096, 65536
	log := l.Bytes()
	chunk := func(n int) []byte { return log[head+n*size : head+(n+1)*size] }
	if len(log) < head+4*size {
		t.Fatalf("%d bytes are too few", len(log))
	}
	forged := bytes.Clone(chunk(1)) // the head is that of another chunk, one record is not
	at := bytes.Index(forged[512:], []byte("o\x00f\x00 \x00a\x00")) + 512
	forged[at] = 'O'
	var all []byte
	for _, part := range [][]byte{log[:head], chunk(0), chunk(1), chunk(0), forged, chunk(1), chunk(2), forged, chunk(0), log[head+3*size:]} {
		all = append(all, part...)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "a.evtx")
	for path, content := range map[string][]byte{name: all, filepath.Join(dir, "b.txt"): []byte("a note\n")} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(path string) (int, int64, string) {
		var lines []byte
		totals, err := Run(t.Context(), Options{Paths: []string{path}, Workers: 2, Dump: true}, Sink{Lines: func(b []byte) error { lines = append(lines, b...); return nil }})
		if err != nil {
			t.Fatal(err)
		}
		return totals.TwiceBlocks, totals.Records, string(lines)
	}
	twice, records, lines := read(name)
	inFolder, allRecords, allLines := read(dir)
	if twice != 4 || inFolder != 4 || records != allRecords || lines != allLines {
		t.Errorf("%d and %d chunks repeated, want 4; %d and %d records", twice, inFolder, records, allRecords)
	}
	if !bytes.Contains([]byte(lines), []byte("Of a text")) {
		t.Error("the forged chunk was not examined")
	}
}
