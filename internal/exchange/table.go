package exchange

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed facts/*.tsv
var facts embed.FS

// none is a cell without a value.
const none = "-"

// table reads the rows of one table; a line that begins with # is a remark.
func table(name string, columns int) [][]string {
	data, err := facts.ReadFile("facts/" + name + ".tsv")
	if err != nil {
		panic(fmt.Sprintf("read the facts about %s: %v", name, err))
	}
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			panic(fmt.Sprintf("the facts about %s: %d columns instead of %d in %q", name, len(row), columns, line))
		}
		rows = append(rows, row)
	}
	return rows
}

// cells parts the values of a cell.
func cells(cell string) []string {
	if cell == none {
		return nil
	}
	return strings.Split(cell, ",")
}
