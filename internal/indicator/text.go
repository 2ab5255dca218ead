package indicator

// Classes of bytes for the scanner. A word is letters, digits, dots, dashes,
// underscores, at signs and everything beyond ASCII; all else ends it.
const (
	isDigit = 1 << iota
	isHex   // a to f
	isAlpha // g to z and beyond ASCII
	isDot
	isDash // dash or underscore
	isAt
	isWord = isDigit | isHex | isAlpha | isDot | isDash | isAt
)

var class = classes()

func classes() (t [256]uint8) {
	for c := range 256 {
		switch l := c | 0x20; {
		case c >= '0' && c <= '9':
			t[c] = isDigit
		case l >= 'a' && l <= 'f' && c < 128:
			t[c] = isHex
		case l >= 'g' && l <= 'z' && c < 128, c >= 128:
			t[c] = isAlpha
		case c == '.':
			t[c] = isDot
		case c == '-', c == '_':
			t[c] = isDash
		case c == '@':
			t[c] = isAt
		}
	}
	return t
}

var lower = lowers()

// lowers folds ASCII letters and makes both slashes one, for paths.
func lowers() (t [256]byte) {
	for c := range 256 {
		t[c] = byte(c)
		if c >= 'A' && c <= 'Z' {
			t[c] = byte(c) + 'a' - 'A'
		}
	}
	return t
}

func equalFold(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if lower[a[i]] != lower[b[i]] {
			return false
		}
	}
	return true
}

func slash(c byte) bool { return c == '\\' || c == '/' }

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
