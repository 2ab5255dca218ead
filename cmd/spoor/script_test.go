package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"spoor/internal/lab"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"spoor": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"demo-evidence": func() { // demo-evidence DIR: writes the demo's evidence
			for _, f := range lab.Demo() {
				name := filepath.Join(os.Args[1], filepath.FromSlash(f.Path))
				must(os.MkdirAll(filepath.Dir(name), 0o755))
				must(os.WriteFile(name, f.Data, 0o644))
			}
		},
		"lab-victim": func() { must(labVictim(os.Args[1], os.Args[2], os.Args[3])) }, // lab-victim SCENARIO DOMAIN DIR
		"pack":       func() { must(lab.Pack(os.Args[1], os.Args[2], os.Args[3])) },  // pack zip|tar.gz OUT DIR
		"cut-tail":   func() { must(cutTail(os.Args[1], os.Args[2])) },               // cut-tail FILE BYTES
		"big-log":    func() { must(bigLog(os.Args[1])) },                            // big-log FILE
	})
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestScripts(t *testing.T) {
	t.Parallel()
	data, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error { env.Setenv("DATA", data); return nil },
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":      func(ts *testscript.TestScript, _ bool, args []string) { exits(ts, args, false) },
			"exits-full": func(ts *testscript.TestScript, _ bool, args []string) { exits(ts, args, true) },
			"await":      await,
		},
	})
}

// exits CODE COMMAND... runs a command that must end with this code; full
// lets it write to a device without room.
func exits(ts *testscript.TestScript, args []string, full bool) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if full {
		args = append([]string{args[0], "sh", "-c", `exec "$0" "$@" >/dev/full`}, args[1:]...)
	}
	err = ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("%v ended with %d, want %d", args[1:], code, want)
	}
}

// await FILE waits until a file is there.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for range 1000 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s did not appear", args[0])
}

func cutTail(path, bytes string) error {
	n, err := strconv.ParseInt(bytes, 10, 64)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()-n)
}

// bigLog writes a log that takes seconds to examine.
func bigLog(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query c-ip sc-status")
	for i := range 5_000_000 { // 350 MB: a million were done within the wait on an idle machine
		fmt.Fprintf(w, "2021-03-03 00:00:01 192.0.2.10 GET /owa/%d x=%d 198.51.100.7 302\n", i, i*7)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// labVictim writes the text logs and files of a scenario as another victim of
// the same people has them: in another domain, with an account of theirs.
func labVictim(scenario, domain, dir string) error {
	for _, s := range lab.Scenarios() {
		if s.Name != scenario {
			continue
		}
		for _, f := range s.Files() {
			if strings.HasSuffix(f.Path, ".evtx") {
				continue
			}
			name := filepath.Join(dir, filepath.FromSlash(f.Path))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				return err
			}
			data := strings.ReplaceAll(strings.ReplaceAll(string(f.Data), "lab.example", domain), "Administrator", "svc-backup")
			if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("there is no scenario %q", scenario)
}
