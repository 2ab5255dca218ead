package main

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

func TestTheListsOfRulesAreTheFacts(t *testing.T) {
	t.Parallel()
	folder, marked := os.DirFS(".."), 0
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yml" {
			return err
		}
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		marked += strings.Count(string(data), mark)
		filled, err := fill(string(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if filled != string(data) {
			t.Errorf("%s differs from the facts of internal/exchange: run go generate ./rules", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if marked < 7 {
		t.Errorf("%d lists of facts in the rules", marked)
	}
}

func TestAListIsWrittenAnewAndNothingElse(t *testing.T) {
	t.Parallel()
	rule := "a:\n    - 'x'\nb|endswith: # exchange: pages\n    - 'old'\n    - 'older'\nc:\n    - 'y'\n"
	got, err := fill(rule)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got, "a:\n    - 'x'\nb|endswith: # exchange: pages\n    - '/owa/auth/errorFE.aspx'\n") || !strings.HasSuffix(got, "TimeoutLogoff.aspx'\nc:\n    - 'y'\n") || strings.Contains(got, "old") {
		t.Errorf("got %q", got)
	}
	if _, err := fill("b: # exchange: secrets\n"); err == nil {
		t.Error("a list that nobody knows was accepted")
	}
}
