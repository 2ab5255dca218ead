// Package message holds every sentence that spoor says to people, one file
// per language. A decision names a sentence by its id and brings the values
// for its placeholders (Text); a catalogue writes it in its language. Ids and
// values are what machine output carries, so a report can be written in
// another language later.
//
// A file is YAML; the id of a sentence is the path of its keys. A placeholder
// is "{name}" or "{name:form}", where the form says how the language writes a
// value (a time, a size, a list). A sentence with a count has a form for one
// and one for other, chosen by the value n. docs/messages.md tells how to add
// a language.
//
// Values may come from evidence: they are put in as they are, once, and never
// read as a sentence of their own. The caller that shows the result passes it through
// safetext. A Text read from a file may name what does not exist or be nested
// without end: such parts come out empty.
package message
