// Package indicator holds what others have published as traces of an attack
// and finds it in records and files.
//
// Vocabulary: an indicator is a value of one kind (address, domain, URL, file
// name, path, hash, user agent, e-mail address) with the source that states
// it, the time for which it is stated, and whom the source ties to it. A
// clause is several values that must stand in one record or file together. A
// set is all that was loaded; a scanner finds its values in texts; a watch
// finds them in events and files.
//
// Loading reads STIX 2.1, MISP, OpenIOC, CSV and plain lists. What cannot be
// looked for exactly, or would fit any network, is refused with a code and a
// reason and counted; nothing is dropped silently. Input is hostile: memory is
// bounded by the bytes present and by named caps, nesting is capped, and
// damage costs the damaged part only.
//
// A hit says that a published value is there. It never says more about a host
// than that a person must look.
package indicator
