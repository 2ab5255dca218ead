//go:build unix

package evidence

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestLinksAndSpecialFilesAreToldAndNeverOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := write(t, filepath.Join(dir, "outside", "secret.log"), []byte("secret\n"))
	ev := filepath.Join(dir, "ev")
	write(t, filepath.Join(ev, "a.log"), []byte("a\n"))
	for name, target := range map[string]string{"abs": secret, "rel": "../outside/secret.log", "loop": "loop", "up": "..", "dir": filepath.Dir(secret)} {
		if err := os.Symlink(target, filepath.Join(ev, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(ev, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	list, rep := walk(t, Options{}, ev)
	if d := time.Since(start); d > 20*time.Second { // a pipe that is opened never ends
		t.Errorf("the walk took %v", d)
	}
	if rep.Problems["symlink"] != 5 || rep.Problems["special-file"] != 1 || rep.Items != 7 {
		t.Errorf("links and pipes are counted as %v of %d items", rep.Problems, rep.Items)
	}
	for _, s := range list {
		if strings.Contains(s.data, "secret") {
			t.Errorf("%s was followed", s.path)
		}
	}
	link := filepath.Join(dir, "given")
	if err := os.Symlink(ev, link); err != nil {
		t.Fatal(err)
	}
	if _, rep := walk(t, Options{}, link); rep.Items != 7 {
		t.Errorf("a link given by name leads to %d items, want 7", rep.Items)
	}
}

func TestAFolderWithoutPermissionIsToldAndTheWalkGoesOn(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("the superuser may read everything")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a", "x.log"), []byte("x\n"))
	write(t, filepath.Join(dir, "b.log"), []byte("b\n"))
	if err := os.Chmod(filepath.Join(dir, "a"), 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(dir, "a"), 0o755)
	list, rep := walk(t, Options{}, dir)
	if rep.Problems["permission"] != 1 || len(list) != 2 || list[1].data != "b\n" {
		t.Errorf("got %v", list)
	}
}

func TestContainsSeesThroughLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ev := filepath.Join(dir, "ev")
	write(t, filepath.Join(ev, "sub", "x"), nil)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(ev, "sub"), link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		filepath.Join(ev, "case"): true, ev: true, filepath.Join(link, "new", "case"): true,
		dir: false, ev + "-case": false, filepath.Join(dir, "other"): false,
	} {
		if got := Contains([]string{ev}, path); got != want {
			t.Errorf("%s inside the evidence: %v, want %v", path, got, want)
		}
	}
}

func TestTheExcludedFolderAndLeftoversAreDealtWith(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.log"), []byte("a\n"))
	write(t, filepath.Join(dir, "case", "b.log"), []byte("b\n"))
	spool := filepath.Join(dir, "case")
	left := write(t, filepath.Join(spool, "spoor-spool-17.tmp"), []byte("left by a crash"))
	list, _ := walk(t, Options{Exclude: []string{spool}, SpoolDir: spool}, dir)
	if len(list) != 1 {
		t.Errorf("the case folder was read: %v", list)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("the temporary file of a crash is still there")
	}
}
