package share

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"spoor/internal/message"
	"spoor/rules"
)

// wordList are words of Windows, IIS, Exchange, the web and of attack tools,
// gathered by hand. It must hold no name of a person or an organisation.
//
//go:embed words.txt
var wordList string

// vocabulary holds the words that tell nothing about anybody, folded. Digits
// in a row stand as "#": "w#svc#".
type vocabulary map[string]bool

// newVocabulary gathers the list and every word of the built-in rules: what
// rules look for is public.
func newVocabulary() (vocabulary, error) {
	v := vocabulary{}
	for _, line := range strings.Split(wordList, "\n") {
		if !strings.HasPrefix(line, "//") {
			for _, w := range strings.Fields(line) {
				v[fold(w)] = true
			}
		}
	}
	files, err := rules.Builtin()
	if err != nil {
		return nil, fmt.Errorf("read the words of the rules: %w", err)
	}
	for _, f := range files {
		for _, line := range strings.Split(string(f.Data), "\n") {
			if strings.HasPrefix(line, "author:") {
				continue
			}
			for _, t := range strings.FieldsFunc(line, func(r rune) bool { return !alnum(r) }) {
				for _, w := range runs(t) {
					if len(w) > 2 && unicode.IsLetter(rune(w[0])) {
						v[fold(w)] = true
					}
				}
			}
		}
	}
	return v, nil
}

// sentenceWords gathers the words of the sentences that spoor says,
// and of their ids, which hold its names for logs.
func sentenceWords() (vocabulary, error) {
	v := vocabulary{}
	for _, lang := range message.Languages() {
		words, err := message.Load(lang)
		if err != nil {
			return nil, fmt.Errorf("read the words of sentences: %w", err)
		}
		for _, id := range words.IDs() {
			for _, w := range strings.FieldsFunc(id+" "+words.Say(id), func(r rune) bool { return !alnum(r) }) {
				v[fold(w)] = true
			}
		}
	}
	return v, nil
}

// Bounds of tokens that are known by their parts.
const (
	shortPart  = 2 // letters that name nobody
	shortMixed = 3 // letters and digits together
)

// known reports a token, letters and digits in a row, that tells nothing:
// a word, a number, words that were written together, or two letters.
func (v vocabulary) known(token string) bool {
	f := fold(token)
	if v[f] {
		return true
	}
	if !ascii(f) {
		return false // two letters can be a name where a letter is a word
	}
	parts := runs(token)
	if len(parts) == 1 {
		return isDigit(f[0]) || len(f) <= shortPart || v.humps(token)
	}
	if len(f) <= shortMixed || v[pattern(f)] {
		return true
	}
	for _, p := range parts {
		if !isDigit(p[0]) && (len(p) <= shortPart || !v[fold(p)] && !v.humps(p)) {
			return false
		}
	}
	return true
}

// humps reports words written together with capitals: GetObject, OABVirtual.
func (v vocabulary) humps(word string) bool {
	any, from := false, 0
	for i := 1; i <= len(word); i++ {
		if i < len(word) && !(isUpper(word[i]) && (!isUpper(word[i-1]) || i+1 < len(word) && !isUpper(word[i+1]))) {
			continue
		}
		hump := word[from:i]
		if len(hump) > shortPart && !v[fold(hump)] {
			return false
		}
		any = any || len(hump) > shortPart
		from = i
	}
	return any
}

// pattern writes each row of digits as #.
func pattern(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch {
		case !isDigit(s[i]):
			b.WriteByte(s[i])
		case i == 0 || !isDigit(s[i-1]):
			b.WriteByte('#')
		}
	}
	return b.String()
}

// runs cuts a token where letters meet digits.
func runs(token string) []string {
	var list []string
	from := 0
	for i := 1; i <= len(token); i++ {
		if i == len(token) || isDigit(token[i]) != isDigit(token[i-1]) {
			list = append(list, token[from:i])
			from = i
		}
	}
	return list
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
