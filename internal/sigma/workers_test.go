package sigma

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/lab/labdata"
)

// atOnce runs calls in any order, eight at once.
func atOnce(n int, do func(i int)) {
	work := make(chan int)
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for i := range work {
				do(i)
			}
		})
	}
	for _, i := range rand.Perm(n) {
		work <- i
	}
	close(work)
	done.Wait()
}

// sameForAll loads files one after the other and at once, parsed, into a cache and
// from it, and fails where anything differs: rules with all their parts, their
// order, and every word of the report.
func sameForAll(t *testing.T, files []File, lint bool) (*engine.Ruleset, *Report) {
	t.Helper()
	sources, err := builtinSources() // one for all, since its functions are compared by address
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := func(each func(int, func(int)), cached bool) (*engine.Ruleset, *Report) {
		sources.resolved.Clear()
		report := &Report{}
		opts := Options{Each: each, Lint: lint, Placeholders: Placeholders{"admins": {"root", "adm*"}}}
		if cached {
			opts.Cache = OpenCache(dir, "v")
			opts.Cache.open(files)
		}
		set := load(files, opts, sources, report)
		if cached {
			if err := opts.Cache.Save(); err != nil {
				t.Fatal(err)
			}
		}
		return set, report
	}
	want, told := run(inTurn, false)
	for i, x := range []struct {
		how    string
		each   func(int, func(int))
		cached bool
	}{
		{"parsed at once", atOnce, false}, {"parsed at once for the cache", atOnce, true},
		{"from the cache at once", atOnce, true}, {"from the cache in turn", inTurn, true},
	} {
		got, report := run(x.each, x.cached)
		if !reflect.DeepEqual(told, report) {
			t.Errorf("%s: the report differs:\n%+v\n%+v", x.how, told, report)
		}
		if len(got.Rules) != len(want.Rules) {
			t.Fatalf("%s: %d rules instead of %d", x.how, len(got.Rules), len(want.Rules))
		}
		for n := range got.Rules {
			if !reflect.DeepEqual(want.Rules[n], got.Rules[n]) {
				t.Fatalf("%s: rule %d differs:\n%+v\n%+v", x.how, n, want.Rules[n], got.Rules[n])
			}
		}
		if !reflect.DeepEqual(want.Correlations, got.Correlations) {
			t.Errorf("%s: correlations differ", x.how)
		}
		if kept, _ := filepath.Glob(filepath.Join(dir, "*")); len(kept) != min(i, 1) {
			t.Fatalf("%s: the cache's folder holds %q", x.how, kept)
		}
	}
	return want, told
}

func TestPublishedRulesAreTheSameWhateverWorksOnThem(t *testing.T) {
	t.Parallel()
	root := labdata.Path(t, "sigma")
	var files []File
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" {
			return err
		}
		data, err := os.ReadFile(path)
		files = append(files, File{Name: path, Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if set, _ := sameForAll(t, files, false); len(set.Rules) < 3000 {
		t.Errorf("only %d rules were compared", len(set.Rules))
	}
}

func TestMadeRulesAreTheSameWhateverWorksOnThem(t *testing.T) {
	t.Parallel()
	rule := func(id, rest string) string {
		return "title: t\nid: " + id + "\nlogsource: {product: windows, service: security}\ndetection:\n  a: {F: 1}\n" + rest
	}
	var files []File
	add := func(text string) {
		files = append(files, File{Name: fmt.Sprintf("%03d.yml", len(files)), Data: []byte(text)})
	}
	for i := range 40 {
		id := fmt.Sprintf("id-%d", i%30) // some stand twice
		add(rule(id, "  condition: a\n"))
		add(rule(id+"-x", "  b: {G|contains: [x, 'y*']}\n  condition: a\n")) // a warning
		add(rule(id+"-y", "  condition: 'a and'\n"))                         // a caret in a quoted text
		add(rule(id+"-z", "  c: {F|expand: '%admins%'}\n  d: {F|re: 'x$'}\n  condition: a or c or d\n"))
		add("action: global\ntitle: t\nlogsource: {category: process_creation, product: windows}\n---\n" +
			"id: g-" + id + "\ndetection: {a: {F: 1}, condition: a}\n---\naction: repeat\nid: h-" + id + "\ndetection: {a: {F: 2}}\n---\naction: reset\n---\n- 1\n---\naction: odd\n")
		add("title: [\n")
		add("---\n---\n~\n")
		add("title: t\nlogsource: {product: windows}\ndetection:\n  a: &x {F: 1}\n  b: *x\n  condition: a or b\n")
		add(rule(id, "  condition: a\n") + "---\n" + "title: [\n")
		add(rule(id+"-t", "  t: {F: 1, F: 2}\n  condition: a\n"))
		add("title: c" + id + "\nid: c-" + id + "\ncorrelation: {type: event_count, rules: [" + id + "-x], group-by: [F], timespan: 1m, condition: {gte: 2}}\n")
		add("title: f" + id + "\nlogsource: {product: windows}\nfilter: {rules: [" + id + "-x, nobody], s: {G: 1}, condition: not s}\n")
	}
	add(strings.Repeat("---\ntitle: t\n", maxDocuments))
	files = append(files, File{Name: "large.yml", TooLarge: true})
	set, report := sameForAll(t, files, true)
	if len(set.Rules) < 200 || len(set.Correlations) != 20 || len(report.Refused) < 1200 || len(report.Warnings) < 80 {
		t.Errorf("%d rules, %d correlations, %d refused, %d warnings: the files are not what they were made for", len(set.Rules), len(set.Correlations), len(report.Refused), len(report.Warnings))
	}
}
