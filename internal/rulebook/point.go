package rulebook

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"spoor/internal/sigma"
)

// wholeRule lists the codes that concern a rule as a whole, or what is not
// there.
func wholeRule(code string) bool {
	return slices.Contains([]string{"no-source", "no-logsource", "no-title", "no-condition", "not-a-rule", "same-id", "file-too-large", "too-many-documents"}, code)
}

// maxPointed bounds the part of a line that is shown.
const maxPointed = 120

// PointAt draws the line of a problem with a caret below the place, "" where
// no place helps.
func (b Book) PointAt(p sigma.Problem) string {
	if wholeRule(p.Code) {
		return ""
	}
	i := slices.IndexFunc(b.Files, func(f sigma.File) bool { return f.Name == p.File })
	if i < 0 || p.Column < 1 {
		return ""
	}
	lines := bytes.SplitN(b.Files[i].Data, []byte("\n"), p.Line+1)
	if p.Line < 1 || p.Line > len(lines) {
		return ""
	}
	text := []rune(strings.TrimRight(strings.ReplaceAll(string(lines[p.Line-1]), "\t", " "), "\r"))
	at := p.Column - 1
	if at >= len(text) {
		return ""
	}
	before, after := "", ""
	if from := at - maxPointed/2; from > 0 {
		text, at, before = text[from:], at-from, "..."
	}
	if len(text) > maxPointed {
		text, after = text[:maxPointed], "..."
	}
	return fmt.Sprintf("    %s%s%s\n    %s^", before, string(text), after, strings.Repeat(" ", at+len(before)))
}
