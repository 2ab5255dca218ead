package record

import builtin "spoor/record"

// Builtin loads the record that is part of this binary.
func Builtin() (*Record, error) { return LoadFS(builtin.Files, "data") }
