package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"spoor/internal/exchange"
)

// mark stands behind the key of a list whose items are facts about Exchange:
// they are written here, so that no rule has a list of its own.
const mark = " # exchange: "

// lists are the facts that rules may ask for.
func lists() map[string][]string {
	all := map[string][]string{"pages": nil, "closed places": nil, "served folders": nil}
	for _, p := range exchange.Pages() {
		all["pages"] = append(all["pages"], p.Address)
	}
	for _, p := range exchange.Places() {
		if p.Request == exchange.Closed {
			all["closed places"] = append(all["closed places"], p.Part)
		}
	}
	for _, f := range exchange.Folders() {
		if f.Address != "" {
			all["served folders"] = append(all["served folders"], `\`+f.Spelled+`\`)
		}
	}
	return all
}

// fill writes a rule's lists anew.
func fill(rule string) (string, error) {
	all := lists()
	var out strings.Builder
	skip := ""
	for line := range strings.Lines(rule) {
		if skip != "" && strings.HasPrefix(line, skip+"- ") {
			continue
		}
		skip = ""
		out.WriteString(line)
		key, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), mark)
		if !ok {
			continue
		}
		items := all[name]
		if items == nil {
			return "", fmt.Errorf("no facts are called %q", name)
		}
		skip = strings.Repeat(" ", len(key)-len(strings.TrimLeft(key, " "))+4)
		for _, item := range items {
			fmt.Fprintf(&out, "%s- '%s'\n", skip, item)
		}
	}
	return out.String(), nil
}

// fillAll writes the lists of all rules below a folder.
func fillAll(folder string) error {
	return filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yml" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		filled, err := fill(string(data))
		if err != nil {
			return fmt.Errorf("fill rule %s: %w", name, err)
		}
		if filled == string(data) {
			return nil
		}
		return os.WriteFile(name, []byte(filled), 0o644)
	})
}
