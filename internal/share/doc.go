// Package share prepares what leaves the owner's hands: the marking of the
// Traffic Light Protocol, and the copy of a case in which people, mailboxes,
// subjects, accounts, and the names and addresses of the inside are replaced
// by pseudonyms.
//
// A pseudonym is a keyed hash (HMAC-SHA-256) of the value, so the same value
// has the same pseudonym in every copy made with the same key, and nobody
// without the key can try guesses. A value is replaced by the meaning of the
// field it stands in; every value so learned is then replaced wherever it
// occurs in any text of the case, also behind percent signs, in base64, hex,
// UTF-16 and XML or JSON escapes.
//
// What the package does not understand is withheld, never passed on: a field
// whose meaning is not known keeps numbers, times, hashes and public
// addresses only. Input that is no valid JSON, or more than the stated
// limits, is an error, and no copy is made.
package share
