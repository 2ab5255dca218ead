package evidence

import (
	"io"
	"path/filepath"
	"slices"
	"testing"

	"spoor/internal/fault"
)

// A panic below an archive, here in what visits its members, ends that archive: it
// is partly examined with what is known of it, and the walk goes on.
func TestABugBelowAnArchiveEndsTheArchive(t *testing.T) {
	t.Parallel()
	if fault.Crash {
		t.Skip("panics are let through in this build")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.zip"), makeZip(t, member{name: "1.txt", data: "one"}, member{name: "2.txt", data: "bug"}, member{name: "3.txt", data: "three"}))
	write(t, filepath.Join(dir, "b.tar"), makeTar(t, member{name: "4.txt", data: "bug"}, member{name: "5.txt", data: "five"}))
	write(t, filepath.Join(dir, "c.txt"), []byte("last"))
	var got []string
	_, err := Walk(t.Context(), []string{dir}, Options{}, func(it *Item, r io.Reader) error {
		s := it.Name
		if it.Fault != nil {
			s += " " + it.Outcome.String() + " " + it.Code + " " + it.Fault.Says
		}
		if r != nil {
			if data, err := io.ReadAll(r); err == nil && string(data) == "bug" {
				panic("a bug")
			}
		}
		got = append(got, s)
		return nil
	})
	if want := []string{"1.txt", "a.zip partly examined internal a bug", "b.tar partly examined internal a bug", "c.txt"}; err != nil || !slices.Equal(got, want) {
		t.Fatalf("error %v, visited %q, want %q", err, got, want)
	}
}
