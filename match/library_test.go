package match_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The program of docs/library.md, word for word, is a module of its own that
// knows nothing but the folder of this one, and prints what the page says.
func TestTheProgramOfTheLibraryPageRunsOutsideTheModule(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command to build with")
	}
	page, err := os.ReadFile("../docs/library.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(?:go)?\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 2 {
		t.Fatalf("the page has %d blocks, not the program and its output", len(blocks))
	}
	program, want := blocks[0][1], blocks[1][1]
	if n := strings.Count(program, "\n"); n > 40 {
		t.Errorf("the program has %d lines, more than 40", n)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.go":   program,
		"go.mod":    "module stranger\n\ngo 1.26.0\n\nrequire spoor v0.0.0\n\nreplace spoor => " + root + "\n",
		"go.sum":    string(sums),
		"rows.json": `{"time": "2026-03-01T09:00:00Z", "event": {"action": "login"}, "factors": 1}` + "\n" + `{"event": {"action": "login"}, "factors": 2}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(tool, "run", ".", filepath.Join(root, "evtx", "testdata", "security.evtx"), "rows.json")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOWORK=off", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if string(out) != want {
		t.Fatalf("the program prints\n%s\nthe page says\n%s", out, want)
	}
}
