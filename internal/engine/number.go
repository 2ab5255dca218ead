package engine

import (
	"math"
	"strconv"
	"strings"
)

// Number is a number as text states it. Whole numbers of 64 bits are compared
// exactly, all others as 64-bit floating point.
type Number struct {
	whole    bool
	negative bool
	size     uint64 // without sign, of a whole number
	float    float64
}

// ParseNumber reads a decimal number, with a sign, a fraction or an exponent
// if it has them, or a 0x-hexadecimal one. A leading zero makes nothing octal.
func ParseNumber(text string) (Number, bool) {
	text = strings.TrimSpace(text)
	digits, negative := strings.CutPrefix(text, "-")
	base := 10
	if len(digits) > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X') {
		digits, base = digits[2:], 16
	}
	if n, err := strconv.ParseUint(digits, base, 64); err == nil {
		f := float64(n)
		if negative {
			f = -f
		}
		return Number{whole: true, negative: negative && n != 0, size: n, float: f}, true
	}
	if text == "" || strings.Trim(text, "+-.0123456789eE") != "" {
		return Number{}, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return Number{}, false
	}
	return Number{float: f}, true
}

// Compare is negative, zero or positive as n is less than, equal to or greater
// than m.
func (n Number) Compare(m Number) int {
	switch {
	case !n.whole || !m.whole:
		return order(n.float < m.float, n.float > m.float)
	case n.negative != m.negative:
		return order(n.negative, m.negative)
	case n.negative:
		return order(n.size > m.size, n.size < m.size)
	}
	return order(n.size < m.size, n.size > m.size)
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}
