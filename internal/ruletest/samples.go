package ruletest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/rulebook"
)

// sample is one test of a rule: records, and how often the rule must fire.
type sample struct {
	file  string // where the test is written
	line  int
	name  string
	rules []string // ids or titles; empty means every rule of ruleFile
	// ruleFile is the file of the rule, "" for tests that name ids.
	ruleFile string
	want     want
	untested *[]string // fields of filters that could not be tested; nil: not asked
	path     string    // a log
	content  []byte    // or its content
	broken   error     // why the test cannot be run
}

// want is how many records a rule must fire on.
type want struct {
	least, most int // most below zero is any
	every       bool
}

func (w want) met(fired, records int) bool {
	if w.every {
		return fired == records && records > 0
	}
	return fired >= w.least && (w.most < 0 || fired <= w.most)
}

func (w want) String() string {
	switch {
	case w.every:
		return "every record"
	case w.most < 0:
		return "at least " + strconv.Itoa(w.least)
	case w.most == 0:
		return "none"
	}
	return "exactly " + strconv.Itoa(w.most)
}

// UnmarshalYAML reads "fires": true, false, all or a number.
func (w *want) UnmarshalYAML(n *yaml.Node) error {
	switch strings.ToLower(n.Value) {
	case "true":
		*w = want{least: 1, most: -1}
		return nil
	case "false":
		*w = want{}
		return nil
	case "all":
		*w = want{every: true}
		return nil
	}
	count, err := strconv.Atoi(n.Value)
	if err != nil || count < 0 {
		return fmt.Errorf("line %d: fires takes true, false, all or a number, not %q", n.Line, n.Value)
	}
	*w = want{least: count, most: count}
	return nil
}

// readSamples reads NAME.test.yml, the tests of the rules of NAME.yml.
func readSamples(path, ruleFile string) ([]sample, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Tests []yaml.Node `yaml:"tests"`
	}
	if err := strictYAML(data, &file); err != nil {
		return nil, fmt.Errorf("read tests %s: %w", path, err)
	}
	var list []sample
	for i := range file.Tests {
		s := sample{file: path, line: file.Tests[i].Line, ruleFile: ruleFile}
		var t struct {
			Name     string      `yaml:"name"`
			Rule     string      `yaml:"rule"`
			Fires    *want       `yaml:"fires"`
			Untested *[]string   `yaml:"untested"`
			Events   []yaml.Node `yaml:"events"`
			Log      string      `yaml:"log"`
			File     string      `yaml:"file"`
		}
		if err := unknownKeys(&file.Tests[i], "name", "rule", "fires", "untested", "events", "log", "file"); err != nil {
			return nil, fmt.Errorf("read tests %s: %w", path, err)
		}
		if err := file.Tests[i].Decode(&t); err != nil {
			return nil, fmt.Errorf("read tests %s: %w", path, err)
		}
		s.name, s.untested = t.Name, t.Untested
		if t.Rule != "" {
			s.rules = []string{t.Rule}
		}
		switch given := len(t.Events) > 0; {
		case t.Fires == nil:
			return nil, fmt.Errorf("read tests %s: line %d: a test needs fires: true, false, all or a number", path, s.line)
		case given && t.Log == "" && t.File == "":
			if s.content, err = jsonLines(t.Events); err != nil {
				return nil, fmt.Errorf("read tests %s: %w", path, err)
			}
		case !given && t.Log != "" && t.File == "":
			s.content = []byte(t.Log)
		case !given && t.Log == "" && t.File != "":
			s.path = filepath.Join(filepath.Dir(path), filepath.FromSlash(t.File))
		default:
			return nil, fmt.Errorf("read tests %s: line %d: a test has one of events, log and file", path, s.line)
		}
		s.want = *t.Fires
		list = append(list, s)
	}
	return list, nil
}

func unknownKeys(n *yaml.Node, known ...string) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: a test is a mapping", n.Line)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if !strings.Contains(" "+strings.Join(known, " ")+" ", " "+key.Value+" ") {
			return fmt.Errorf("line %d: a test has no key %q, only %s", key.Line, key.Value, strings.Join(known, ", "))
		}
	}
	return nil
}

// readInfo reads an info.yml of the publisher's regression data: ids of rules,
// recordings, and for some how often the rule fires.
func readInfo(path string) ([]sample, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	var info struct {
		Rules []struct {
			ID string `yaml:"id"`
		} `yaml:"rule_metadata"`
		Tests []struct {
			Name  string `yaml:"name"`
			Type  string `yaml:"type"`
			Path  string `yaml:"path"`
			Count *int   `yaml:"match_count"`
		} `yaml:"regression_tests_info"`
	}
	if err := yaml.Unmarshal(data, &info); err != nil {
		return nil, fmt.Errorf("read tests %s: %w", path, err)
	}
	var list []sample
	for _, t := range info.Tests {
		for _, r := range info.Rules {
			s := sample{file: path, line: 1, name: t.Name, rules: []string{r.ID}, want: want{least: 1, most: -1}}
			if t.Count != nil {
				s.want = want{least: *t.Count, most: *t.Count}
			}
			beside := filepath.Join(filepath.Dir(path), filepath.Base(filepath.FromSlash(t.Path)))
			if _, err := os.Stat(beside); err == nil {
				s.path = beside
			} else if s.path = above(filepath.Dir(path), t.Path); s.path == "" {
				s.broken = fmt.Errorf("the recording %s is not there", t.Path)
			}
			list = append(list, s)
		}
	}
	return list, nil
}

// above looks for a relative path in a folder and all folders above it.
func above(dir, rel string) string {
	dir, err := filepath.Abs(dir)
	if err != nil || rel == "" || filepath.IsAbs(rel) {
		return ""
	}
	for {
		path := filepath.Join(dir, filepath.FromSlash(rel))
		if _, err := os.Stat(path); err == nil {
			return path
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open tests: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, rulebook.MaxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read tests: %w", err)
	case len(data) > rulebook.MaxFile:
		return nil, fmt.Errorf("read tests: %s is larger than %d bytes", path, rulebook.MaxFile)
	}
	return data, nil
}

func strictYAML(data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
