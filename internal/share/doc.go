// Package share prepares what leaves the owner's hands: the marking of the
// Traffic Light Protocol, and the copy of a case in which people, mailboxes,
// subjects, accounts, and the names and addresses of the inside are replaced
// by pseudonyms.
//
// A pseudonym is a keyed hash (HMAC-SHA-256) of the value, so the same value
// has the same digits in every copy made with the same key, and nobody
// without the key can try guesses. A Copy reads the whole case twice. First
// it learns: values of fields whose meaning is known (meaning.go), and parts
// of texts whose form tells what they are (forms.go). Then it writes: learned
// values are replaced wherever they stand (finder.go), also behind escapes
// (decode.go) and in base64, and of the texts of evidence every word that the
// vocabulary does not hold is withheld (withhold.go). So a name that was never
// learned does not pass either.
//
// Input that is no valid JSON, or more than the stated limits, is an error,
// and no copy is made.
package share
