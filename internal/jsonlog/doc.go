// Package jsonlog reads Windows events that another program exported as JSON:
// one object per line, objects written over many lines, objects one after the
// other, or an array of objects. It knows the forms of winlogbeat,
// Velociraptor, evtx_dump and Chainsaw, PowerShell's ConvertTo-Json, and flat
// objects with the columns of an event.
//
// Nested objects become fields with the names that the event log reader uses
// (Provider_Name, EventID, Image) in the sections System, EventData and
// UserData; everything else is a column named by its dotted path. The elements
// of an array are fields of the same name. The sequence of keys is the shape.
//
// Numbers keep their text. Strings are windows unless they hold escapes; an
// unpaired surrogate escape takes its own three bytes, so nothing is lost.
//
// On bad input: an object that is not JSON is damage and reading goes on at the
// next line that begins one; nesting beyond [MaxDepth], more than [MaxFields]
// fields and objects that are not events are damage with codes. Header (none),
// comment (lines of brackets and commas only), blank, parsed and damaged lines
// add up to the physical lines; a line that several objects share counts like
// the last of them.
package jsonlog
