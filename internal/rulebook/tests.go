package rulebook

import (
	"bytes"
	"strings"
)

// TestsEnding marks a file that holds tests of the rule beside it.
const TestsEnding = ".test.yml"

// isTests tells a file of tests from a rule that happens to have its ending.
func isTests(name string, data []byte) bool {
	if !strings.HasSuffix(name, TestsEnding) {
		return false
	}
	return bytes.HasPrefix(data, []byte("tests:")) || bytes.Contains(data, []byte("\ntests:"))
}
