package webpath

import "spoor/internal/exchange"

// OfFile is the path under which a file on disk is asked for, in the one form;
// ok is false where the file's folder does not say.
func OfFile(file string) (p Path, ok bool) {
	address, ok := exchange.Address(file)
	if !ok {
		return Path{}, false
	}
	return Normal([]byte(address), nil), true
}

// Tie reports that a request asks for a file, whatever the spelling of either.
func Tie(stem []byte, file string) bool {
	p, ok := OfFile(file)
	if !ok {
		return false
	}
	asked := Normal(stem, nil)
	return exchange.OneLayouts(string(asked.Page)) == string(p.Page)
}
