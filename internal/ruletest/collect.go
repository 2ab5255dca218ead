package ruletest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/refusal"
	"spoor/internal/rulebook"
)

// collect finds the tests below the paths, and returns the paths that hold
// rules.
func (t *runner) collect(args []string) (dirs []string, err error) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, refusal.New("give a rule, a folder of rules or an info.yml", "open rules: %w", err)
		}
		hasRules := false
		visit := func(path string) error {
			base := filepath.Base(path)
			switch ext := strings.ToLower(filepath.Ext(base)); {
			case ext != ".yml" && ext != ".yaml", strings.HasSuffix(base, rulebook.TestsEnding):
				return nil
			case base == "info.yml":
				return t.info(path)
			}
			hasRules = true
			return t.testsOf(path)
		}
		if info.IsDir() {
			err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return err
				}
				return visit(path)
			})
		} else {
			err = visit(arg)
		}
		if err != nil {
			return nil, err
		}
		if hasRules {
			dirs = append(dirs, arg)
		}
	}
	return dirs, nil
}

// info adds the tests of an info.yml, once.
func (t *runner) info(path string) error {
	if abs, err := filepath.Abs(path); err == nil {
		if t.seen[abs] {
			return nil
		}
		t.seen[abs] = true
	}
	list, err := readInfo(path)
	if err != nil {
		return err
	}
	t.tests = append(t.tests, list...)
	return nil
}

// testsOf adds the tests of a rule file: those beside it and those that it
// names.
func (t *runner) testsOf(path string) error {
	before := len(t.tests)
	beside := strings.TrimSuffix(strings.TrimSuffix(path, ".yaml"), ".yml") + rulebook.TestsEnding
	if _, err := os.Stat(beside); err == nil {
		list, err := readSamples(beside, path)
		if err != nil {
			return err
		}
		t.tests = append(t.tests, list...)
	}
	data, err := readBounded(path)
	if err != nil {
		return nil // loading the rule says so
	}
	var rule struct {
		Path string `yaml:"regression_tests_path"`
	}
	if yaml.Unmarshal(data, &rule) == nil && rule.Path != "" {
		if found := t.regression(path, rule.Path); found != "" {
			if err := t.info(found); err != nil {
				return err
			}
			return nil
		}
		t.tests = append(t.tests, sample{file: path, line: 1, name: "regression_tests_path", broken: fmt.Errorf("%s is not there (--samples says where it is)", rule.Path)})
	}
	if len(t.tests) == before {
		t.bare++
	}
	return nil
}

func (t *runner) regression(rule, path string) string {
	if t.o.Samples != "" {
		_, rest, _ := strings.Cut(path, "/")
		for _, rel := range []string{path, rest} {
			found := filepath.Join(t.o.Samples, filepath.FromSlash(rel))
			if info, err := os.Stat(found); err == nil && !info.IsDir() {
				return found
			}
		}
	}
	return above(filepath.Dir(rule), path)
}
