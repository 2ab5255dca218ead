package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"spoor/internal/lab"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"spoor": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"demo-evidence": func() { // demo-evidence DIR: writes the demo's evidence
			for _, f := range lab.Demo() {
				name := filepath.Join(os.Args[1], filepath.FromSlash(f.Path))
				if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
					panic(err)
				}
				if err := os.WriteFile(name, f.Data, 0o644); err != nil {
					panic(err)
				}
			}
		},
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "script")})
}
