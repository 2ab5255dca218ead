package webshell

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a critic wrote who had not read the rules: shells of structures that
// the corpus lacked, and pages as administrators and products have them, of
// kinds that it lacked. docs/webshells.md keeps the figures of the first run.
const (
	corpusFresh = "testdata/fresh.bin"
	benignFresh = "testdata/benign"
	// freshFolder names the environment variable with the folder of the plain
	// samples (CLASS/NUMBER/PATH).
	freshFolder = "SPOOR_WEBSHELL_FRESH"
)

func TestPackFreshShells(t *testing.T) {
	dir := os.Getenv(freshFolder)
	if dir == "" {
		t.Skip("packs the fresh shells when " + freshFolder + " names a folder of plain samples")
	}
	packCorpus(t, corpusFresh, plainSamples(t, dir))
}

func TestFreshShellsAreFound(t *testing.T) {
	t.Parallel()
	by, missed := measureCorpus(t, corpusFresh)
	text, sum := table("fresh shells", by)
	t.Log("\n" + text + strings.Join(missed, "\n"))
	if sum.shells*100 < sum.all*95 || sum.shells+sum.reviews < sum.all {
		t.Errorf("%d shells and %d reviews of %d, want at least 95 %% shells and the rest reviews", sum.shells, sum.reviews, sum.all)
	}
}

// freshBenign lists the pages below the folder: KIND/PATH.
func freshBenign(t testing.TB) []sample {
	t.Helper()
	var list []sample
	err := filepath.WalkDir(benignFresh, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(benignFresh, path)
		kind, place, _ := strings.Cut(filepath.ToSlash(rel), "/")
		list = append(list, sample{kind, place, text})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list, func(a, b sample) int { return strings.Compare(a.class, b.class) })
	return list
}

func TestFreshBenignPagesAreNoWebShells(t *testing.T) {
	t.Parallel()
	by := map[string]*tally{}
	for _, s := range freshBenign(t) {
		r := Inspect(s.path, s.text)
		if by[s.class] == nil {
			by[s.class] = &tally{}
		}
		by[s.class].add(r.Outcome)
		if r.Outcome != Nothing {
			t.Logf("%s: %v %s", s.class, r.Outcome, r.Class)
		}
	}
	text, sum := table("fresh benign pages", by)
	t.Log("\n" + text)
	if sum.shells > 0 {
		t.Errorf("%d of %d benign pages are web shells", sum.shells, sum.all)
	}
}
