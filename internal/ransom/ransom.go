// Package ransom says of a text file whether it has the form of a ransom
// note: it speaks to the victim, says that files are encrypted, offers their
// return and names a way to answer or pay. A report about ransomware speaks
// of others and is nothing.
//
// It reads at most MaxBytes, in linear time, and never panics.
package ransom

import (
	"bytes"
	"regexp"
)

// MaxBytes bounds a note; published ones have under 10 KiB.
const MaxBytes = 64 << 10

// Note is the judgement on one file.
type Note struct {
	Found  bool
	Family string // the name that the note itself states, "" if none
	Why    string
}

// Inspector judges files. It is immutable and safe for many goroutines.
type Inspector struct {
	harm, back, contact *regexp.Regexp
}

// NewInspector compiles the patterns.
func NewInspector() *Inspector {
	return &Inspector{
		// The harm must be said of the reader's own things, in one sentence: an
		// answer to questions about an archive format discusses both apart.
		harm:    regexp.MustCompile(`(?is)\b(your|all of your|ihre|eure|vos|tus|sus)\s+(\w+\s+){0,3}(files?|data|networks?|servers?|computers?|documents?|systems?|dateien|daten|netzwerk|server|fichiers|archivos)\b[^.!?]{0,60}?\b(encrypted|locked|verschl(ü|ue)sselt|chiffr(é|e)s|cifrados)\b`),
		back:    regexp.MustCompile(`(?i)\b(decrypt\w*|restore|recover|unlock|entschl(ü|ue)ssel\w*|d(é|e)chiffr\w*|descifrar)\b`),
		contact: regexp.MustCompile(`(?i)([a-z0-9._+-]{2,64}@[a-z0-9.-]{3,64}|\b[a-z2-7]{16,56}\.onion\b|\b(bitcoin|btc|monero|xmr|wallet|ransom|l(ö|oe)segeld)\b)`),
	}
}

// Inspect judges the content of one file.
func (in *Inspector) Inspect(content []byte) Note {
	if len(content) == 0 || len(content) > MaxBytes || bytes.IndexByte(content, 0) >= 0 {
		return Note{}
	}
	if first := bytes.TrimLeft(content, "\xef\xbb\xbf \t\r\n"); len(first) == 0 || first[0] == '#' || first[0] == '<' || first[0] == '{' {
		return Note{} // notes to read (Markdown), pages and data
	}
	if bytes.HasPrefix(content, []byte("DEARCRY!")) {
		return Note{Found: true, Family: "DearCry", Why: "the file begins with the mark of DearCry"}
	}
	if in.harm.Match(content) && in.back.Match(content) && in.contact.Match(content) {
		return Note{Found: true, Why: "a text that tells the reader that files are encrypted, offers to restore them and names a way to answer or pay"}
	}
	return Note{}
}
