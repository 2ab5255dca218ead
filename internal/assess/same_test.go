package assess

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"spoor/internal/lab"
)

// evidencePath is what differs between wrappings, and the archive itself is
// an item more.
var evidencePath = regexp.MustCompile(`[^"<> ]*town(\.zip|\.tar\.gz)!/town|[^"<> (]*/town`)

// workers is how many work at the same time.
func workers(n int) func(*Options) { return func(o *Options) { o.Examine.Workers = n } }

func TestTheSameEvidenceGivesTheSameCase(t *testing.T) {
	t.Parallel()
	files := []string{"findings.ndjson", "verdict.json", "hypotheses.json", "report.html", "case.db"}
	dir := t.TempDir()
	town := filepath.Join(dir, "town")
	for _, f := range lab.Demo() {
		name := filepath.Join(town, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(a *assessed, name string) string {
		data, err := os.ReadFile(filepath.Join(a.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	want := assess(t, town, workers(1))
	for _, n := range []int{1, 2, 7} {
		got := assess(t, town, workers(n))
		for _, f := range files {
			if read(got, f) != read(want, f) {
				t.Errorf("%s differs with %d workers", f, n)
			}
		}
	}
	for _, kind := range []string{"zip", "tar.gz"} {
		archive := town + "." + kind
		if err := lab.Pack(kind, archive, town); err != nil {
			t.Fatal(err)
		}
		got := assess(t, archive)
		w := evidencePath.ReplaceAllString(read(want, "findings.ndjson"), "town")
		g := evidencePath.ReplaceAllString(read(got, "findings.ndjson"), "town")
		if w != g {
			t.Errorf("findings of the %s differ: %s", kind, firstDifference(w, g))
		}
		if n := strings.Count(g, "\n"); n < 20 {
			t.Errorf("%d findings in the %s, too few for a comparison", n, kind)
		}
		for i, h := range got.verdict.Hosts {
			if o := want.verdict.Hosts[i]; h.Host != o.Host || h.Verdict != o.Verdict || h.Reason != o.Reason || len(h.Story) != len(o.Story) {
				t.Errorf("the %s says %s %s of %s, the folder %s %s of %s", kind, h.Verdict, h.Reason, h.Host, o.Verdict, o.Reason, o.Host)
			}
		}
	}
}

// firstDifference shows the first line that differs.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "one is longer"
}
