package html

import (
	"html/template"
	"strings"

	"spoor/internal/safetext"
)

// apartWords are words that scanners look for in web shells. A report that
// quotes a shell must not look like one, or antivirus takes it away from the
// person who needs it.
var apartWords = [...]string{"eval", "unsafe", "runat", "script", "request", "execute", "process", "assembly", "frombase64string"}

// apart makes text safe and puts an optional line break, which nobody sees
// and no copy takes along, inside each of these words.
func apart(text string) template.HTML {
	text = safetext.Terminal(text)
	var out strings.Builder
	from := 0
	for i := 0; i < len(text); i++ {
		for _, w := range apartWords {
			if len(text)-i >= len(w) && strings.EqualFold(text[i:i+len(w)], w) {
				out.WriteString(template.HTMLEscapeString(text[from : i+2]))
				out.WriteString("<wbr>")
				from, i = i+2, i+len(w)-1
				break
			}
		}
	}
	out.WriteString(template.HTMLEscapeString(text[from:]))
	return template.HTML(out.String()) // escaped above, the breaks are ours
}
