package share

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind says what a value is. Where a value is several things, the first of
// this list names it.
type kind uint8

const (
	isHidden kind = iota
	isAddress
	isDomain
	isHost
	isNetBIOS
	isMailbox
	isUser
	isSID
	isOrganisation
	isSubject
	isSecret
	isDevice
	isWord
	// What is kept, for the owner's list.
	isPublic
	isPublicAddress
	isPage
	isAgent
)

// word is how the pseudonyms of a kind begin.
func (k kind) word() string {
	return [...]string{"hidden", "address", "domain", "host", "domain", "mailbox", "user", "sid", "organisation", "subject", "secret", "device", "word",
		"public domain", "public address", "page or program", "user agent"}[k]
}

// Bounds of what is looked for elsewhere in the case.
const (
	minTerm     = 3   // letters; shorter values are replaced in their own fields only
	minAnywhere = 5   // letters; shorter values only where they stand alone
	maxTerm     = 512 // bytes; longer values are replaced in their own fields only
)

// pseudonym is the word that stands for a value. A name keeps the kind that
// it was learned with, so that an account of a machine stands as that host.
func (c *Copy) pseudonym(k kind, value string) string {
	if t := c.learned[fold(value)]; t != nil && t.kind < k {
		if t.kind == isHidden || plainKind(t.kind) && (plainKind(k) || k == isWord) {
			k = t.kind
		}
	}
	return k.word() + "-" + c.key.digits(value)
}

// stand is the pseudonym of a value that is not looked for elsewhere.
func (c *Copy) stand(k kind, value string) string {
	out := c.pseudonym(k, value)
	c.note("replaced", k, value, out)
	return out
}

// plainKind are the kinds of a single name.
func plainKind(k kind) bool { return k == isHost || k == isNetBIOS || k == isUser }

// learn makes a value replaced by out wherever it stands, and returns out.
func (c *Copy) learn(k kind, value, out string) string {
	c.note("replaced", k, value, out)
	if !c.learning || len(value) > maxTerm {
		return out
	}
	c.add(k, value, value, out)
	if k == isUser {
		for _, v := range spellings(value) {
			c.add(k, v, value, out)
		}
		for _, part := range nameParts(value) {
			c.add(k, part, part, c.pseudonym(k, part))
		}
	}
	if k == isAddress {
		for _, sep := range []string{"-", "_"} {
			c.add(k, strings.ReplaceAll(value, ".", sep), value, out)
		}
	}
	return out
}

// learnName is learn with the pseudonym of the value.
func (c *Copy) learnName(k kind, value string) string {
	return c.learn(k, value, c.pseudonym(k, value))
}

// add makes a text replaced wherever it stands. A word of the vocabulary is
// not: it is replaced where a field or the form of a text says that it is a
// name.
func (c *Copy) add(k kind, text, of, out string) {
	text = fold(text)
	n := utf8.RuneCountInString(text)
	if n < minTerm {
		return
	}
	switch k {
	case isUser, isHost, isNetBIOS, isOrganisation, isSecret, isWord:
		if c.words[text] || commonName(text) {
			return
		}
	}
	if _, _, ok := parseAddress(text); ok && k != isAddress && k != isHidden {
		return // a name that somebody typed, not an address of the inside
	}
	if old := c.learned[text]; old != nil && old.kind <= k {
		return
	}
	if len(c.learned) >= maxTerms {
		c.full = true
		return
	}
	c.learned[text] = &term{text: text, out: out, of: of, kind: k, whole: n < minAnywhere || isNumber(text) || k == isAddress}
}

// isNumber reports digits with the marks that stand between digits.
func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789.-:/ ") == "" }

// splitName cuts a name of two to four words; nil for any other.
func splitName(name string) []string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("._- ,+", r) })
	if len(parts) < 2 || len(parts) > 4 {
		return nil
	}
	for _, p := range parts {
		if strings.ContainsFunc(p, unicode.IsDigit) {
			return nil
		}
	}
	return parts
}

// nameParts are the words of a person's name that are long enough to be
// looked for alone.
func nameParts(name string) []string {
	var list []string
	for _, p := range splitName(name) {
		if utf8.RuneCountInString(p) >= minAnywhere-1 {
			list = append(list, p)
		}
	}
	return list
}

// spellings are the other ways in which a name of several words is written.
func spellings(name string) []string {
	parts := splitName(name)
	var list []string
	for _, sep := range []string{".", "_", "-", " ", "+", ""} {
		if parts != nil {
			list = append(list, strings.Join(parts, sep))
		}
	}
	if len(parts) == 2 {
		for _, sep := range []string{".", "_", "-", " ", ", ", ",", ",+"} {
			list = append(list, parts[1]+sep+parts[0])
		}
	}
	return list
}
