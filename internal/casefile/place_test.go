package casefile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

func TestACaseWithoutAFolderTakesAFreeName(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, taken := range []string{"spoor-mail", "spoor-mail-2"} {
		if err := errors.Join(os.Mkdir(taken, 0o700), os.WriteFile(filepath.Join(taken, "x"), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Create("", false)
	if err != nil {
		t.Fatal(err)
	}
	c.Name("spoor-mail")
	finish(t, c)
	if c.Dir() != "spoor-mail-3" || len(read(t, c, "manifest.json")) == 0 {
		t.Fatalf("the case is in %s", c.Dir())
	}
	if got := names(t, "."); len(got) != 3 {
		t.Fatalf("left beside the case: %v", got)
	}
}

// held is a finished case in a folder, with a file that says whose it is.
func held(t *testing.T, dir, who string, force bool) {
	t.Helper()
	c, err := Create(dir, force)
	if err != nil {
		t.Fatal(err)
	}
	written(t, c, who)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func written(t *testing.T, c *Case, who string) {
	t.Helper()
	for _, name := range []string{"verdict.json", "report.html"} {
		if err := os.WriteFile(filepath.Join(c.Dir(), name), []byte(who), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// owner is whose case a folder holds; a mixed one fails the test.
func owner(t *testing.T, dir string) string {
	t.Helper()
	var whose []string
	for _, name := range []string{"verdict.json", "report.html"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		whose = append(whose, string(data))
	}
	if _, err := os.Stat(filepath.Join(dir, marker)); err != nil || whose[0] != whose[1] {
		t.Fatalf("the case is of %v (%v)", whose, err)
	}
	return whose[0]
}

func TestTwoWritersNeverLoseOrMixACase(t *testing.T) {
	t.Parallel()
	for range 50 {
		dir := filepath.Join(t.TempDir(), "case")
		held(t, dir, "old", false)
		var wait sync.WaitGroup
		ends := make([]error, 2)
		for i := range ends {
			wait.Go(func() {
				c, err := Create(dir, true)
				if err != nil {
					ends[i] = err
					return
				}
				written(t, c, fmt.Sprint(i))
				ends[i] = c.Close()
			})
		}
		wait.Wait()
		who := owner(t, dir)
		for i, err := range ends {
			if err != nil && !errors.Is(err, ErrBusy) {
				t.Fatal(err)
			}
			if err != nil && who == fmt.Sprint(i) {
				t.Fatalf("the one who was refused has written the case")
			}
		}
		if who == "old" {
			t.Fatal("neither of the two wrote the case")
		}
		if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"case"}) {
			t.Fatalf("left beside the case: %v", got)
		}
	}
}

func TestAWriterIsAloneUntilItEnds(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "case")
	c, err := Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, false); !errors.Is(err, ErrBusy) {
		t.Fatalf("a second writer: %v", err)
	}
	c.Abandon()
	held(t, dir, "second", false)
}

// TestARunThatWasKilledHarmsNothing leaves the folders as each moment of a
// replacement leaves them, and begins again.
func TestARunThatWasKilledHarmsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		leave func(t *testing.T, dir string)
		want  string // whose case is there once somebody has begun again and given up
	}{
		"while it was writing": {func(t *testing.T, dir string) {
			held(t, dir, "old", false)
			half(t, dir+unfinished)
		}, "old"},
		"when the old case was set aside": {func(t *testing.T, dir string) {
			held(t, dir, "old", false)
			half(t, dir+unfinished)
			if err := os.Rename(dir, dir+replaced); err != nil {
				t.Fatal(err)
			}
		}, "old"},
		"when the new case stood in its place": {func(t *testing.T, dir string) {
			held(t, dir+replaced, "old", false)
			if err := os.WriteFile(filepath.Join(dir+replaced, "notes.db"), []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
			held(t, dir+"x", "new", false)
			if err := os.Rename(dir+"x", dir); err != nil {
				t.Fatal(err)
			}
		}, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "case")
			c.leave(t, dir)
			again, err := Create(dir, true)
			if err != nil {
				t.Fatal(err)
			}
			again.Abandon()
			if got := owner(t, dir); got != c.want {
				t.Fatalf("the case is of %s, want %s", got, c.want)
			}
			if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"case"}) {
				t.Fatalf("left beside the case: %v", got)
			}
			if _, err := os.Stat(filepath.Join(dir, "notes.db")); c.want == "new" && err != nil {
				t.Fatal("notes in the old case were lost")
			}
		})
	}
}

// half is the folder of a run that was killed.
func half(t *testing.T, dir string) {
	t.Helper()
	p := &place{work: dir}
	if err := errors.Join(os.Mkdir(dir, 0o700), p.mark(unmarked, "unfinished"), os.WriteFile(filepath.Join(dir, segmentName), []byte("torn"), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestAFolderOfSomebodyElseIsNotCleared(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "case")
	if err := errors.Join(os.Mkdir(dir+unfinished, 0o700), os.WriteFile(filepath.Join(dir+unfinished, "mine"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, true); !errors.Is(err, ErrNotEmpty) {
		t.Fatalf("made a case: %v", err)
	}
	if got := names(t, dir+unfinished); len(got) != 1 {
		t.Fatalf("left %v", got)
	}
}

func TestTheCurrentFolderIsFilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "here")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	held(t, ".", "new", false)
	if got := owner(t, "."); got != "new" {
		t.Fatalf("the case is of %s", got)
	}
}
