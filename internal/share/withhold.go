package share

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"spoor/internal/cursor"
)

// minSpaced is how many letters that stand one by one, with the same mark
// between them, are read as one word.
const minSpaced = 3

// withhold replaces every word that nothing was decided about and that the
// vocabulary does not hold.
func (r *reading) withhold() {
	spaced := r.spaced()
	for i := 0; i < len(r.text); {
		c, n := utf8.DecodeRuneInString(r.text[i:])
		if !alnum(c) || r.taken[i] {
			i += n
			continue
		}
		end := i + n
		for end < len(r.text) && !r.taken[end] {
			c, n := utf8.DecodeRuneInString(r.text[end:])
			if !alnum(c) && !unicode.IsMark(c) {
				break
			}
			end += n
		}
		if to, ok := spaced[i]; ok && r.free(i, to) {
			r.word(i, to)
			i = to
			continue
		}
		if token := r.text[i:end]; !r.ordinary(token) && !r.keys[token] {
			if to := r.nested(i, end); to > 0 {
				end = to
			} else {
				r.word(i, end)
			}
		}
		i = end
	}
}

// ordinary reports a token that tells nothing.
func (r *reading) ordinary(token string) bool {
	return r.Copy.words.known(token) || r.how == said && r.sentences[fold(token)]
}

func (r *reading) word(from, to int) {
	value := r.text[from:to]
	out := r.pseudonym(isWord, value)
	if r.replace(from, to, out) {
		r.note("replaced", isWord, value, out)
	}
}

// spaced finds words whose letters stand one by one with the same mark
// between them: m.a.x, UTF-16 read as bytes. It returns their ends by their
// beginnings.
func (r *reading) spaced() map[int]int {
	type char struct {
		c    rune
		from int
	}
	chars := make([]char, 0, len(r.text)+2)
	chars = append(chars, char{'\n', 0}) // so that the first one has a neighbour
	for i, c := range r.text {
		chars = append(chars, char{c, i})
	}
	chars = append(chars, char{'\n', len(r.text)}, char{'\n', len(r.text)})
	found := map[int]int{}
	for i := 1; i+2 < len(chars); i++ {
		mark := chars[i+1].c
		if !alnum(chars[i].c) || alnum(chars[i-1].c) || alnum(mark) {
			continue
		}
		letters, j := 0, i
		for {
			if unicode.IsLetter(chars[j].c) {
				letters++
			}
			if j+3 >= len(chars) || chars[j+1].c != mark || chars[j+2].c == mark || alnum(chars[j+3].c) {
				break
			}
			j += 2
		}
		if letters >= minSpaced {
			found[chars[i].from] = chars[j+1].from
		}
		i = j
	}
	return found
}

// Bounds of texts inside texts.
const (
	minBlob   = 12 // letters of base64
	plainPart = 90 // per cent of printable letters that make a text
)

// nested reads the base64 around a token: what is text inside is rewritten
// and encoded again. It returns where the blob ends, 0 where there is none.
func (r *reading) nested(from, to int) int {
	if from < r.noBlob || r.depth >= maxNested {
		return 0
	}
	blob := func(c byte) bool { return strings.IndexByte("+/-_", c) >= 0 || c < utf8.RuneSelf && alnum(rune(c)) }
	for from > 0 && !r.taken[from-1] && blob(r.text[from-1]) {
		from--
	}
	for to < len(r.text) && !r.taken[to] && blob(r.text[to]) {
		to++
	}
	end := to
	for end < len(r.text) && end < to+2 && r.text[end] == '=' {
		end++
	}
	if to-from < minBlob {
		return 0
	}
	r.noBlob = to // read once, however many words it is made of
	body := r.text[from:to]
	enc := base64.RawStdEncoding
	if strings.ContainsAny(body, "-_") {
		enc = base64.RawURLEncoding
	}
	data, err := enc.DecodeString(body)
	if err != nil {
		return 0
	}
	wide := false
	inside, ok := readable(data)
	if !ok {
		if inside, ok = readableWide(data); !ok {
			return 0
		}
		wide = true
	}
	out := r.rewrite(inside, r.how, r.depth+1)
	if out == inside {
		r.keep(from, end)
		return end
	}
	data = []byte(out)
	if wide {
		data = data[:0]
		for _, u := range utf16.Encode([]rune(out)) {
			data = append(data, byte(u), byte(u>>8))
		}
	}
	text := enc.EncodeToString(data)
	if end > to {
		text += strings.Repeat("=", (4-len(text)%4)%4)
	}
	r.replace(from, end, text)
	return end
}

// readable reports bytes that are a text.
func readable(data []byte) (string, bool) {
	s := string(data)
	return s, utf8.ValidString(s) && printable(s)
}

// readableWide reports bytes that are a text of UTF-16, little-endian.
func readableWide(data []byte) (string, bool) {
	if len(data) < 4 || len(data)%2 != 0 {
		return "", false
	}
	c := cursor.New(data)
	units := make([]uint16, 0, len(data)/2)
	for range len(data) / 2 {
		units = append(units, c.U16())
	}
	s := string(utf16.Decode(units))
	low := 0
	for _, u := range units {
		if u < 0x250 {
			low++
		}
	}
	return s, low*100 >= len(units)*plainPart && printable(s)
}

func printable(s string) bool {
	good, all := 0, 0
	for _, c := range s {
		all++
		if unicode.IsGraphic(c) && c != utf8.RuneError || c == '\n' || c == '\r' || c == '\t' {
			good++
		}
	}
	return all > 0 && good*100 >= all*plainPart
}

// spelled reports hexadecimal digits that are a text in disguise.
func spelled(s string) bool {
	s = strings.TrimPrefix(s, "0x")
	data, err := hex.DecodeString(s)
	if err != nil || len(data) < minTerm {
		return false
	}
	if text, ok := readable(data); ok {
		return strings.ContainsFunc(text, unicode.IsLetter)
	}
	text, ok := readableWide(data)
	return ok && strings.ContainsFunc(text, unicode.IsLetter)
}
