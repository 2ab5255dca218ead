// Package event holds the form that every record of every format takes:
//
//   - a [Shape] is the layout of many events: field names bound to slots. A
//     pair of EVTX templates, a W3C #Fields line, a CSV header and a JSON key
//     set are each one shape, made once and shared by all their events;
//   - an [Event] is a shape, one [Value] per slot, a [Time] with its source
//     and a [Ref] back to the bytes;
//   - a [Value] is a typed window into the block's buffer, decoded only when
//     somebody asks.
//
// The package parses nothing: a reader fills the slots itself, so there is no
// record type and no conversion between a format and an event. An event and
// its values live until the reader's yield function returns; what must outlive
// that is copied with [Event.Clone].
//
// It promises that rendering any value never panics and never loses a
// character: unpaired surrogates and invalid UTF-8 survive in the text form
// and come out of JSON reversibly.
package event
