package textlog

import "spoor/internal/limits"

// maxNames is how many names Names keeps; one more and it begins again.
const maxNames = max(4096>>limits.Shrink, 2)

// Names makes strings of names that stand in row after row, such as the
// server's, without a new string for each. The zero Names is ready.
type Names struct {
	last  string
	known map[string]string
}

// Of returns raw as a string that stays valid.
func (n *Names) Of(raw []byte) string {
	if len(raw) == 0 {
		return ""
	}
	if string(raw) == n.last {
		return n.last
	}
	name, ok := n.known[string(raw)]
	if !ok {
		if n.known == nil || len(n.known) >= maxNames {
			n.known = map[string]string{}
		}
		name = string(raw)
		n.known[name] = name
	}
	n.last = name
	return name
}
