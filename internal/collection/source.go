package collection

import (
	_ "embed" // the list of sources and the skeletons
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/message"
)

//go:embed sources.yml
var sourceFile []byte

// From says where the paths of a source begin.
type From string

// The places; see sources.yml.
const (
	FromExchange From = "exchange"
	FromWindows  From = "windows"
	FromDrive    From = "drive"
	FromLogs     From = "iis-logs"
	FromServed   From = "served"
	FromEventLog From = "eventlog"
)

// Source is one kind of thing that the script copies.
type Source struct {
	ID     string   `yaml:"id"` // of the messages collect.source.ID
	From   From     `yaml:"from"`
	Paths  []string `yaml:"paths"`  // below From, with backslashes; "" is From itself
	Names  []string `yaml:"names"`  // wildcards, or the names of event logs
	Dated  bool     `yaml:"dated"`  // older files may be left out
	Max    int64    `yaml:"max"`    // bytes of a file, 0 for any
	Serves []string `yaml:"serves"` // what in the verdict rests on it: door, result, shell, after, taken, build
}

// Sources lists what the script copies, in its order.
func Sources() ([]Source, error) {
	var list []Source
	if err := yaml.Unmarshal(sourceFile, &list); err != nil {
		return nil, fmt.Errorf("read the list of what is collected: %w", err)
	}
	return list, nil
}

// Places says where a source lies, a line for each of its paths.
func (s Source) Places(words *message.Catalogue) []string {
	if s.From == FromEventLog {
		return []string{words.Say("collect.from.eventlog") + ": " + strings.Join(s.Names, ", ")}
	}
	var list []string
	for _, p := range s.Paths {
		list = append(list, s.place(p, words)+": "+strings.Join(s.Names, " "))
	}
	return list
}

// place is one path of a source as a person writes it.
func (s Source) place(path string, words *message.Catalogue) string {
	switch s.From {
	case FromExchange:
		return `%ExchangeInstallPath%` + path
	case FromWindows:
		return `%SystemRoot%\` + path
	case FromDrive:
		return `%SystemDrive%\` + path
	}
	return words.Say("collect.from." + string(s.From))
}
