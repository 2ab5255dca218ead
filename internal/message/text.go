package message

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Text is a sentence that is not written yet: the id of a message and the
// values for its placeholders. The zero Text says nothing. As JSON it is
// {"id", "values"}.
type Text struct {
	ID string `json:"id"`
	// Values are texts from anywhere (string), counts (int64), shares
	// (float64), other sentences (Text) and lists of texts or sentences.
	Values map[string]any `json:"values,omitempty"`
}

// New names a sentence with its values, given as name, value, name, value.
func New(id string, values ...any) Text {
	t := Text{ID: id}
	for i := 0; i+1 < len(values); i += 2 {
		if t.Values == nil {
			t.Values = make(map[string]any, len(values)/2)
		}
		v := values[i+1]
		if n, ok := v.(int); ok {
			v = int64(n)
		}
		t.Values[fmt.Sprint(values[i])] = v
	}
	return t
}

// UnmarshalJSON reads counts as what they were written from.
func (t *Text) UnmarshalJSON(data []byte) error {
	var raw struct {
		ID     string         `json:"id"`
		Values map[string]any `json:"values"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("read sentence: %w", err)
	}
	t.ID, t.Values = raw.ID, raw.Values
	return nil
}

// maxDepth bounds sentences inside sentences.
const maxDepth = 6

// Say writes a sentence, given as in New.
func (c *Catalogue) Say(id string, values ...any) string { return c.Write(New(id, values...)) }

// Write writes a sentence; "" for one that the catalogue does not hold.
func (c *Catalogue) Write(t Text) string {
	if c == nil {
		return ""
	}
	var b strings.Builder
	c.write(&b, t, 0)
	return b.String()
}

func (c *Catalogue) write(b *strings.Builder, t Text, depth int) {
	if depth > maxDepth {
		return
	}
	m := c.messages[t.ID]
	parts := m.other
	if m.one != nil {
		if n, ok := count(t.Values["n"]); ok && n == 1 {
			parts = m.one
		}
	}
	for _, p := range parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(c.value(t.Values[p.name], p.form, depth))
	}
}

// knownForm reports the forms that a placeholder may ask for.
func knownForm(form string) bool {
	switch form {
	case "", "time", "minute", "day", "and", "or", "run", "plain", "bytes", "percent", "factor", "tenth", "capital":
		return true
	}
	return false
}

func (c *Catalogue) value(v any, form string, depth int) string {
	switch x := v.(type) {
	case string:
		switch form {
		case "time", "minute", "day":
			return c.when(x, form)
		case "capital":
			return Capital(x)
		}
		return x
	case Text:
		return c.nested(x, form, depth)
	case map[string]any: // a Text read from JSON
		id, _ := x["id"].(string)
		values, _ := x["values"].(map[string]any)
		return c.nested(Text{ID: id, Values: values}, form, depth)
	case []string:
		return c.List(x, form)
	case []Text:
		return list(c, x, form, depth)
	case []any:
		return list(c, x, form, depth)
	case float64:
		return c.share(x, form)
	}
	if n, ok := count(v); ok {
		return c.whole(n, form)
	}
	return ""
}

func (c *Catalogue) whole(n int64, form string) string {
	switch form {
	case "bytes":
		return c.Size(n)
	case "plain": // the digits alone
		return strconv.FormatInt(n, 10)
	}
	return c.Number(n)
}

func (c *Catalogue) nested(t Text, form string, depth int) string {
	var b strings.Builder
	c.write(&b, t, depth+1)
	if form == "capital" {
		return Capital(b.String())
	}
	return b.String()
}

func list[T any](c *Catalogue, items []T, form string, depth int) string {
	words := make([]string, 0, len(items))
	if depth < maxDepth {
		for _, item := range items {
			words = append(words, c.value(item, "", depth+1))
		}
	}
	return c.List(words, form)
}

// count reads a whole number.
func count(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case float64: // from JSON
		if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			return int64(n), true
		}
	}
	return 0, false
}

// List joins words with commas; form and, or puts that word before the last.
func (c *Catalogue) List(words []string, form string) string {
	last := map[string]string{"and": c.format.and, "or": c.format.or}[form]
	if form == "run" {
		return strings.Join(words, " ")
	}
	if n := len(words); n > 1 && last != "" {
		return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
	}
	return strings.Join(words, ", ")
}

// Number writes a count with the language's marks between thousands.
func (c *Catalogue) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + c.format.thousands + digits[i:]
	}
	return sign + digits
}

func (c *Catalogue) share(x float64, form string) string {
	var s string
	switch form {
	case "percent":
		s = fmt.Sprintf("%.0f %%", 100*x)
	case "factor":
		s = fmt.Sprintf("%.2g", x)
	case "tenth":
		s = fmt.Sprintf("%.1f", x)
	default:
		if n, ok := count(x); ok {
			return c.whole(n, form)
		}
		s = strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strings.Replace(s, ".", c.format.decimal, 1)
}

// Size writes a number of bytes.
func (c *Catalogue) Size(n int64) string {
	f, e := float64(n), -1
	for f >= 1024 && e < 4 {
		f, e = f/1024, e+1
	}
	if e < 0 {
		return c.Number(n) + " B"
	}
	return c.share(f, "tenth") + " " + "KMGTP"[e:e+1] + "iB"
}

// Time writes a time of RFC 3339 to the second, Day its date alone. What is
// no time stays as it is.
func (c *Catalogue) Time(s string) string { return c.when(s, "time") }

// Day writes the date of a time.
func (c *Catalogue) Day(s string) string { return c.when(s, "day") }

// Tick writes the day and minute of a time for the scale of a chart.
func (c *Catalogue) Tick(t time.Time) string { return t.UTC().Format(c.format.tick) }

func (c *Catalogue) when(s, form string) string {
	if s == "" && form == "minute" {
		return c.Say("time.unknown")
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, s); err != nil {
			return s
		}
		form = "day"
	}
	layout := map[string]string{"time": c.format.time, "minute": c.format.minute, "day": c.format.day}[form]
	return t.UTC().Format(layout)
}

// Capital makes the first letter a capital.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
