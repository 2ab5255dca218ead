package examine

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"spoor/internal/finding"
)

// linesAndFindings runs twice, once for findings and once for lines, which must be the
// same bytes and the same totals.
func linesAndFindings(t *testing.T, opts Options, waiting int) (lines string, totals *Totals) {
	t.Helper()
	var one, other bytes.Buffer
	want, err := cramped(opts, waiting, Sink{Finding: func(f *finding.Finding) error {
		one.Write(append(f.AppendJSON(nil), '\n'))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := cramped(opts, waiting, Sink{FindingLines: func(b []byte) error {
		other.Write(b)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if one.String() != other.String() {
		t.Fatalf("the lines differ:\n%.2000s\nand\n%.2000s", one.String(), other.String())
	}
	if got.Findings != want.Findings || got.TwiceFindings != want.TwiceFindings || got.Records != want.Records || got.Items != want.Items {
		t.Fatalf("totals %+v, want %+v", got, want)
	}
	return other.String(), got
}

func TestLinesOfFindingsAreTheFindings(t *testing.T) {
	t.Parallel()
	log := securityLog("MAIL01", 700)
	dir := folder(t, map[string][]byte{
		"a/Security.evtx": log, "b/again.evtx": log, // the same file twice
		"c/longer.evtx": append(bytes.Clone(log), log[4096:4096+65536]...), // a chunk twice
		"d/ex.log":      webLog(300),
	})
	for name, waiting := range map[string]int{"in memory": 0, "through a file": 2000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spill := t.TempDir()
			for _, workers := range []int{1, 3} {
				text, totals := linesAndFindings(t, Options{Paths: []string{dir}, Rules: rules(t), Workers: workers, SpillDir: spill}, waiting)
				if n := strings.Count(text, "\n"); int64(n) != totals.Findings || totals.Findings != 70+150 || strings.Contains(text, noSum) {
					t.Fatalf("%d lines, %d findings, want 220; a hash left open: %t", n, totals.Findings, strings.Contains(text, noSum))
				}
			}
			if left, _ := os.ReadDir(spill); len(left) > 0 {
				t.Fatalf("%d temporary files are left", len(left))
			}
		})
	}
}

func TestLinesOfAnInterruptedItemHaveNoHash(t *testing.T) {
	t.Parallel()
	for _, sum := range []string{"", strings.Repeat("a", 64)} {
		f := &finding.Finding{Source: finding.Source{SHA256: noSum}}
		line, at := f.AppendLine(nil)
		f.Source.SHA256 = sum
		if got, want := string((&lined{}).withSum(line, at.Sum, sum)), string(f.AppendJSON(nil)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestAFailedWriteOfLinesEndsTheRun(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	dir := folder(t, map[string][]byte{"Security.evtx": securityLog("MAIL01", 700)})
	for _, waiting := range []int{0, 2000} {
		_, err := cramped(Options{Paths: []string{dir}, Rules: rules(t), SpillDir: t.TempDir()}, waiting, Sink{FindingLines: func([]byte) error { return full }})
		if !errors.Is(err, full) {
			t.Errorf("waiting %d: %v", waiting, err)
		}
	}
}
