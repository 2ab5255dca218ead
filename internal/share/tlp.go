package share

import (
	"fmt"
	"slices"
	"strings"
)

// Level is a marking of the Traffic Light Protocol, version 2.0
// (https://www.first.org/tlp/): "RED", "AMBER+STRICT", "AMBER", "GREEN",
// "CLEAR", or "" where nothing is marked.
type Level string

// ParseLevel reads a level in any letter case, with or without "TLP:" before
// it. Nothing is no marking.
func ParseLevel(s string) (Level, error) {
	word := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "TLP:")
	switch word {
	case "", "RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR":
		return Level(word), nil
	case "WHITE":
		return "", fmt.Errorf("%q is the name that version 1 of the protocol had for CLEAR", s)
	}
	return "", fmt.Errorf("unknown level %q", s)
}

// String is the marking as it is printed, "TLP:RED", or "".
func (l Level) String() string {
	if l == "" {
		return ""
	}
	return "TLP:" + string(l)
}

// Wider reports whether l lets the marked thing travel further than other.
// Nothing is known of what is not marked: it is never wider nor narrower.
func (l Level) Wider(other Level) bool {
	order := []Level{"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"}
	a, b := slices.Index(order, l), slices.Index(order, other)
	return b >= 0 && a > b
}
