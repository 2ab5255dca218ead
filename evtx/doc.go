// Package evtx reads Windows XML event logs (.evtx): bytes become events, and
// what cannot be read becomes counted damage.
//
// A [Log] is ranged over once. An event is valid until the loop asks for the
// next one; [event.Event.Clone] keeps it.
//
// On bad input nothing stops the reader: chunks are found by their signature
// when they are displaced, records by theirs after a broken neighbour, and
// every loss is an [event.Damage] in [Log.Total]. The error of the loop is one
// of reading the file. Memory is bounded, whatever the file claims.
package evtx
