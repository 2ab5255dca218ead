// Package record embeds the built-in public record: the YAML files below
// data, in the format of docs/record.md. It holds data only; reading and
// checking is done by internal/statement.
package record

import "embed"

// Files holds data/*.yaml.
//
//go:embed data
var Files embed.FS
