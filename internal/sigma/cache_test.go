package sigma_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/sigma"
)

// shapeOf tells a rule set so that two can be compared.
func shapeOf(set *engine.Ruleset, report *sigma.Report) string {
	var b bytes.Buffer
	for _, r := range set.Rules {
		fmt.Fprintf(&b, "%+v %d %+v\n", r.Meta, len(r.Scopes), r.Condition)
		for _, s := range r.Selections {
			for _, items := range s.Alternatives {
				for _, it := range items {
					fmt.Fprintf(&b, "  %s %s %v %v %v %d\n", s.Name, it.Field, it.All, it.Null, it.Negate, len(it.Tests))
					for _, t := range it.Tests {
						fmt.Fprintf(&b, "    %d %v %v %v\n", t.Kind, t.Pattern, t.Re, t.Number)
					}
				}
			}
		}
	}
	fmt.Fprintf(&b, "%+v %+v", report.Refused, report.Warnings)
	return b.String()
}

func TestRulesFromTheCacheAreTheSame(t *testing.T) {
	t.Parallel()
	files := append(published(t), sigma.File{Name: "anchors.yml", Data: []byte("title: t\nlogsource: {product: windows}\ndetection:\n  a: &x {F: 1}\n  b: *x\n  condition: a or b\n")},
		sigma.File{Name: "broken.yml", Data: []byte("title: [\n")})
	dir := t.TempDir()
	load := func() (string, *sigma.Cache) {
		c := sigma.OpenCache(dir, "v1")
		set, report := sigma.Load(files, sigma.Options{Cache: c})
		if err := c.Save(); err != nil {
			t.Fatal(err)
		}
		return shapeOf(set, report), c
	}
	want, _ := load()
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(names) != 1 {
		t.Fatalf("the cache holds %q", names)
	}
	before, _ := os.ReadFile(names[0])
	got, _ := load()
	if got != want {
		t.Fatal("rules from the cache differ")
	}
	after, _ := os.ReadFile(names[0])
	if !bytes.Equal(before, after) {
		t.Fatal("a cache that was read was written again")
	}
	// Another version has a cache of its own.
	v2 := sigma.OpenCache(dir, "v2")
	sigma.Load(files, sigma.Options{Cache: v2})
	if err := v2.Save(); err != nil {
		t.Fatal(err)
	}
	if both, _ := filepath.Glob(filepath.Join(dir, "*")); len(both) != 2 {
		t.Fatalf("two versions have the caches %q", both)
	}
	// A file that changed and kept its size is read anew, and kept.
	set, _ := sigma.Load(files, sigma.Options{})
	at := slices.IndexFunc(files, func(f sigma.File) bool { return f.Name == set.Rules[0].Meta.Source })
	kept := files[at].Data
	files[at].Data = bytes.Clone(kept)
	files[at].Data[bytes.Index(kept, []byte("title: "))+len("title: ")] = 'Q'
	other, _ := load()
	if again, _ := load(); other == want || again != other {
		t.Fatal("a changed file of the same size comes from the cache")
	}
	files[at].Data = kept
	if got, _ := load(); got != want {
		t.Fatal("rules differ after a file changed twice")
	}
	// A cache with one byte changed is as none.
	for _, at := range []int{0, 30, 60, len(before) / 2, len(before) - 1} {
		bad := bytes.Clone(before)
		bad[at] ^= 1
		if err := os.WriteFile(names[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := load(); got != want {
			t.Fatalf("a cache with byte %d changed gives other rules", at)
		}
	}
}
