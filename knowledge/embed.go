// Package knowledge holds the built-in knowledge about threat actors as
// data: the compiled file, the hand-written corrections and chains of command
// that go into it, and the notice of the sources. The meaning of the data is
// in internal/actor.
//
// knowledge.bin is made by "go generate ./knowledge" from the sources' files
// (folder "knowledge" below SPOOR_DATA); the same files give the same bytes.
package knowledge

import _ "embed"

//go:generate go run ./pack

//go:embed knowledge.bin
var packed []byte

//go:embed corrections.yaml
var corrections []byte

// Builtin returns the compiled knowledge. The bytes must not be changed.
func Builtin() []byte { return packed }

// Corrections returns the hand-written edges, in YAML. The bytes must not be
// changed.
func Corrections() []byte { return corrections }
