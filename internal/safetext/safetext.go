// Package safetext is the only exit for text that came from evidence, rules
// or archives. Each function makes text harmless for one medium, reversibly
// where the medium allows: nothing is dropped, what could act is escaped.
//
// It promises that its output holds no control character, no escape
// sequence, no bidirectional override and no invalid UTF-8, whatever the
// input holds.
package safetext

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dangerous reports the runes that change how a terminal or a page shows
// the text around them: controls, bidirectional controls (UAX #9), line and
// paragraph separators, zero-width and invisible format characters.
func dangerous(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r == 0x061c, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// Terminal returns s with every dangerous rune and every invalid byte shown
// as \xNN, \u{NNNN} or the usual short form (\n, \t, \r). A backslash stays
// as it is: Windows paths must stay readable.
func Terminal(s string) string {
	clean := true
	for _, r := range s {
		if r == utf8.RuneError || dangerous(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x100 && dangerous(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case dangerous(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// TerminalCut is Terminal, cut to at most width runes with an ellipsis.
func TerminalCut(s string, width int) string {
	s = Terminal(s)
	if width < 1 || utf8.RuneCountInString(s) <= width {
		return s
	}
	n := 0
	for i := range s {
		if n == width-1 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// CSV returns a cell that a spreadsheet shows as text: a cell that could
// start a formula (= + - @, also after blanks or quotes, and the full-width
// forms) gets a leading apostrophe; a cell that already starts with one gets
// a second, so the original can be restored by removing one apostrophe.
// Controls are escaped as in Terminal. Quoting for the file is the writer's.
func CSV(s string) string {
	s = Terminal(s)
	t := strings.TrimLeftFunc(s, func(r rune) bool { return r == '"' || unicode.IsSpace(r) })
	first, _ := utf8.DecodeRuneInString(t)
	// A backslash starts what Terminal made of a leading tab or line end.
	if strings.HasPrefix(s, "'") || t != "" && strings.ContainsRune("=+-@＝＋－＠\\", first) {
		return "'" + s
	}
	return s
}

// keptName and hashDigits bound a name: at most 48 bytes of the text, a
// hyphen, and 128 bits of its SHA-256.
const (
	keptName   = 48
	hashDigits = 32
)

// FileName returns a name made only of [a-z0-9._-], 1 to 81 bytes long, with
// a hash of the original where more than letter case was changed. Two texts
// share a name only when they differ in nothing but letter case. The name
// never starts with a dot or a hyphen and is no device name of Windows.
func FileName(s string) string {
	var b strings.Builder
	changed := looksHashed(s)
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_', (r == '.' || r == '-') && b.Len() > 0:
			b.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			b.WriteRune(r + 'a' - 'A')
		default:
			b.WriteByte('_')
			changed = true
		}
	}
	name := strings.TrimRight(b.String(), ".")
	if name != b.String() || len(name) > keptName {
		changed = true
		name = name[:min(len(name), keptName)]
	}
	if name == "" || isDeviceName(name) {
		changed = true
		name = "_" + name
	}
	if changed {
		sum := sha256.Sum256([]byte(s))
		name += "-" + hex.EncodeToString(sum[:hashDigits/2])
	}
	return name
}

// looksHashed reports a text that could be mistaken for a name with a hash.
func looksHashed(s string) bool {
	i := len(s) - hashDigits - 1
	return i >= 0 && s[i] == '-' && strings.Trim(s[i+1:], "0123456789abcdefABCDEF") == ""
}

// isDeviceName reports names that Windows opens as devices whatever the
// folder (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
func isDeviceName(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	switch base {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "com") || strings.HasPrefix(base, "lpt")) && base[3] >= '0' && base[3] <= '9'
}
