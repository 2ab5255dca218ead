// Package evtxlog reads Windows XML event logs (.evtx): bytes become events, and
// what cannot be read becomes counted damage.
//
// Vocabulary: a file is a header block and chunks of 64 KiB; a chunk holds
// records; a record holds binary XML, nearly always an instance of a template
// (the element structure, stored once per chunk) and the values that fill its
// substitutions. Each pair of templates is compiled once into a shape; after
// that an event costs one pass over its value descriptors, without XML and
// without allocation, and of a record whose templates are those of an earlier
// one only the values that differ are taken apart.
//
// On bad input nothing stops the reader: counts, offsets and sizes in headers
// are hints, chunks are found by their signature when they are displaced,
// records by theirs after a broken neighbour. A record hidden inside another
// record's declared size is recovered and told. Every loss is an
// [event.Damage] with offset and code; docs/formats/evtx.md lists the codes.
// Memory is bounded by the bytes present and by the caps named in this
// package.
//
// Sources: [MS-EVEN6] section 2.2.12 and the libevtx format description
// (https://github.com/libyal/libevtx/tree/main/documentation).
package evtxlog
