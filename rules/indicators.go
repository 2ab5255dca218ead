package rules

import (
	_ "embed"
	"io"
	"io/fs"
)

//go:generate go run ./pack indicators

//go:embed indicators.zip
var packedIndicators []byte

// Indicators returns the built-in lists of public indicators, as CSV, in
// bytewise order of their names ("indicators/exchange_2021.csv").
func Indicators() ([]File, error) { return unpack(packedIndicators) }

// PackIndicators writes the lists of a folder as the archive that is
// embedded, compressed for the reason that the rules are.
func PackIndicators(w io.Writer, folder fs.FS) error { return pack(w, folder, "indicators", ".csv") }
