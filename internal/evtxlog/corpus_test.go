package evtxlog

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/lab/labdata"
)

var update = flag.Bool("update", false, "write testdata/records.tsv anew")

// row is what one log must give: records read, records known to be lost, and
// every kind of damage with its count. Notes are left out.
func row(t *testing.T, name string) string {
	t.Helper()
	ids := int64(0)
	total, err := readFile(name, func(*event.Event) { ids++ })
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if ids != total.Records {
		t.Errorf("%s: %d events, %d counted", name, ids, total.Records)
	}
	damage := codes(total.Damage)
	if len(damage) == 0 {
		damage = []string{"none"}
	}
	return fmt.Sprintf("%d\t%d\t%s", total.Records, total.Lost, strings.Join(damage, " "))
}

func codes(damage []event.Damage) []string {
	n := map[string]int{}
	for _, d := range damage {
		if !IsNote(d.Code) {
			n[d.Code]++
		}
	}
	out := []string{}
	for code, count := range n {
		out = append(out, fmt.Sprintf("%s=%d", code, count))
	}
	sort.Strings(out)
	return out
}

func TestEveryPublishedLogGivesItsExactCounts(t *testing.T) {
	t.Parallel()
	root := labdata.Path(t, ".")
	got := map[string]string{}
	for _, rel := range []string{"evtx", "sigma-regression"} {
		for _, name := range logs(t, rel) {
			short, err := filepath.Rel(root, name)
			if err != nil {
				t.Fatal(err)
			}
			got[filepath.ToSlash(short)] = row(t, name)
		}
	}
	table := filepath.Join("testdata", "records.tsv")
	if *update {
		writeTable(t, table, got)
	}
	want := readTable(t, table)
	for name, line := range want {
		if got[name] != line {
			t.Errorf("%s: %q, want %q", name, got[name], line)
		}
		delete(got, name)
	}
	for name, line := range got {
		t.Errorf("%s is not in the table: %q", name, line)
	}
}

func writeTable(t *testing.T, table string, rows map[string]string) {
	t.Helper()
	names := make([]string, 0, len(rows))
	for name := range rows {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	b.WriteString("file\trecords\tlost\tdamage\n")
	for _, name := range names {
		fmt.Fprintf(&b, "%s\t%s\n", name, rows[name])
	}
	if err := os.WriteFile(table, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readTable(t *testing.T, table string) map[string]string {
	t.Helper()
	f, err := os.Open(table)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		name, line, _ := strings.Cut(s.Text(), "\t")
		if name != "file" {
			rows[name] = line
		}
	}
	return rows
}

func TestTheRecordThatATamperingToolHidIsRecovered(t *testing.T) {
	t.Parallel()
	var hidden []string
	name := labdata.Path(t, "evtx/damaged/post-Security.evtx")
	total, err := readFile(name, func(e *event.Event) {
		// The tool renumbered the records after the one it hid, so two have
		// the id 105; the hidden one tells of a clock change.
		if id := e.Get("EventID").String(); e.Ref.Record == 105 && id == "4616" {
			hidden = append(hidden, fmt.Sprint(e.Ref.Offset, " ", e.Ref.Length, " ", e.Get("SubjectUserName")))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if total.Records != 127 {
		t.Errorf("%d records, want 126 and the hidden one", total.Records)
	}
	if want := []string{"74288 960 WIN-F0HKLEEGGT1$"}; !slices.Equal(hidden, want) {
		t.Errorf("hidden records %q, want %q", hidden, want)
	}
	if got := codes(total.Damage); !slices.Equal(got, []string{"hidden-record=1"}) {
		t.Errorf("damage %v", got)
	}
}

// readFile reads a log of the data folder.
func readFile(name string, yield func(*event.Event)) (event.Total, error) {
	f, err := os.Open(name)
	if err != nil {
		return event.Total{}, err
	}
	defer f.Close()
	return Read(f, yield)
}
