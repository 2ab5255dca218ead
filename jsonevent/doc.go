// Package jsonevent makes events of JSON: one object at a time, or a stream
// with an object on every line, objects over many lines, or an array of them.
//
// [NewDecoder] reads the objects of any program: every value becomes a field
// named by its dotted path ("user.name"), the elements of an array fields of one
// name. [NewWindowsDecoder] reads Windows events that another program exported
// (winlogbeat, evtx_dump, PowerShell and others), with the names that package
// evtx gives. The keys of an object in their order are its shape, which is made
// once; after that an event costs one pass over its bytes.
//
// Numbers keep their text, and nothing of a string is lost: an unpaired
// surrogate comes out as it went in. Bad input is an error of [Decoder.Event],
// and counted damage of a [Log], which goes on at the next object. Nesting,
// fields, keys, lines and caches are bounded (docs/limits.md).
package jsonevent
