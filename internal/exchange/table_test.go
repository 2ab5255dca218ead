package exchange

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// Every table but that of the sources ends in a column that names them.
func TestEveryFactHasASource(t *testing.T) {
	t.Parallel()
	known, used := map[string]bool{}, map[string]bool{}
	for _, row := range table("sources", 3) {
		if known[row[0]] {
			t.Errorf("two sources are called %s", row[0])
		}
		known[row[0]] = true
		if row[1] == "" || !strings.HasPrefix(row[2], "https://") {
			t.Errorf("source %s lacks a title or an address", row[0])
		}
	}
	names, err := fs.Glob(facts, "facts/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := facts.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "facts/sources.tsv" {
			continue
		}
		var seen []string
		for line := range strings.Lines(string(data)) {
			line = strings.TrimRight(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			if slices.Contains(seen, line) {
				t.Errorf("%s says %q twice", name, line)
			}
			seen = append(seen, line)
			for _, id := range cells(line[strings.LastIndexByte(line, '\t')+1:]) {
				used[id] = true
				if !known[id] {
					t.Errorf("%s: %q names the source %q, which is not listed", name, line, id)
				}
			}
		}
	}
	for id := range known {
		if !used[id] {
			t.Errorf("no fact rests on the source %s", id)
		}
	}
}
