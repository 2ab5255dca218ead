package statement

import builtin "spoor/record"

// Builtin loads the record that is part of this binary.
func Builtin() (*Set, error) { return LoadFS(builtin.Files, "data") }
