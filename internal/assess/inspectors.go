package assess

import "spoor/internal/examine"

// Inspectors is the list of what looks at files that are no logs, in the order in
// which they are asked. Who adds one adds a file that makes it, a line here, and a
// test.
func Inspectors() []examine.Inspector {
	return []examine.Inspector{settings(), pages(), leftovers(), ransomNote()}
}
