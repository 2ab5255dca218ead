package coverage

// validBuild reports text that may be a build, before it costs anything.
func validBuild(b []byte) bool {
	parts := 1
	for _, c := range b {
		switch {
		case c == '.':
			parts++
		case c < '0' || c > '9':
			return false
		}
	}
	return parts == 4 && len(b) >= 7
}
