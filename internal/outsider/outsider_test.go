package outsider

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"spoor/internal/assess"
	"spoor/internal/indicator"
	"spoor/internal/message"
	"spoor/internal/rulebook"
	"spoor/internal/storyline"
)

// batch is how many servers are assessed at once.
const batch = 250

// TestNobodyBreaksInByWhatChangesNothing is the law of the verdict: requests
// that changed nothing on a server never make it compromised. The full run is
// SPOOR_OUTSIDERS=50000 go test ./internal/outsider -timeout 2h.
func TestNobodyBreaksInByWhatChangesNothing(t *testing.T) {
	t.Parallel()
	n := 2 * batch
	if s := os.Getenv("SPOOR_OUTSIDERS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	} else if testing.Short() {
		n = batch
	}
	said := map[string]map[storyline.Word]int{}
	for from := 0; from < n; from += batch {
		histories := map[string]*history{}
		dir := t.TempDir()
		for i := from; i < min(from+batch, n); i++ {
			h := newHistory(20210302, i)
			histories[strings.ToUpper(h.name)] = h
			if err := h.write(filepath.Join(dir, "evidence", h.name)); err != nil {
				t.Fatal(err)
			}
		}
		out := assessed(t, dir)
		if len(out.Hosts) != len(histories) {
			t.Fatalf("%d servers were assessed, %d were written", len(out.Hosts), len(histories))
		}
		for _, host := range out.Hosts {
			h := histories[host.Host]
			if h == nil {
				t.Fatalf("no server %s was written", host.Host)
			}
			for _, a := range h.attacks {
				key := a + " / " + h.manner.String()
				if said[key] == nil {
					said[key] = map[storyline.Word]int{}
				}
				said[key][host.Verdict]++
			}
			if host.Verdict == storyline.IsCompromised || host.FirstSuccess != "" {
				t.Errorf("%s (%s, %s, fixed %v) was only asked for %v: %s, %s", host.Host, h.product, h.manner, h.fixed, h.attacks, host.Verdict, host.Reason)
			}
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d servers\n%s", n, table(said))
}

// assessed assesses what lies below dir/evidence with the built-in rules.
func assessed(t *testing.T, dir string) *storyline.Verdict {
	t.Helper()
	book, err := rulebook.Load(rulebook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	words, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	_, report := indicator.NewLoader().Set() // none
	o := assess.Options{Rules: book, Indicators: assess.Indicators{Report: report}, Messages: words, Version: "test", Case: filepath.Join(dir, "case")}
	o.Examine.Paths = []string{filepath.Join(dir, "evidence")}
	out, err := assess.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out.Verdict
}

// table prints what was said, one attack on servers of one manner a line.
func table(said map[string]map[storyline.Word]int) string {
	var b bytes.Buffer
	order := []storyline.Word{storyline.IsCompromised, storyline.IsSuspicious, storyline.IsAttempted, storyline.NothingFound, storyline.CannotTell}
	fmt.Fprintf(&b, "%-45s", "")
	for _, w := range order {
		fmt.Fprintf(&b, "%15s", w)
	}
	keys := make([]string, 0, len(said))
	for k := range said {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, "\n%-45s", k)
		for _, w := range order {
			fmt.Fprintf(&b, "%15d", said[k][w])
		}
	}
	return b.String()
}
