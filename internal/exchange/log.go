package exchange

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Log is one kind of log that a server keeps.
type Log struct {
	Format  string
	Product string // "exchange", "iis"
	Folder  string // in small letters, with forward slashes
	// Days and Megabytes are after how long, or at which size of a folder, the
	// oldest files are deleted by default; 0 is never.
	Days, Megabytes int
}

var logs = sync.OnceValue(func() map[string]Log {
	all := map[string]Log{}
	for _, row := range table("logs", 6) {
		all[row[0]] = Log{Format: row[0], Product: row[1], Folder: row[2], Days: number(row[3]), Megabytes: number(row[4])}
	}
	return all
})

// LogOf is the log of a format, with ok false for a format of no product here.
func LogOf(format string) (l Log, ok bool) {
	l, ok = logs()[format]
	return l, ok
}

// number reads a cell that holds a number or nothing.
func number(cell string) int {
	if cell == none {
		return 0
	}
	n, err := strconv.Atoi(cell)
	if err != nil {
		panic("the facts hold " + cell + " for a number")
	}
	return n
}

// Logs lists them by format.
func Logs() []Log {
	return slices.SortedFunc(maps.Values(logs()), func(a, b Log) int { return strings.Compare(a.Format, b.Format) })
}
