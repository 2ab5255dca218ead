package pageuse

import (
	"path"

	"spoor/internal/exchange"
)

// known reports pages of which built-in rules tell, where the path is written
// as it is. They take a path that ends as one of the product's pages for it.
func known(page string) bool {
	switch path.Ext(page) {
	case ".aspx", ".ashx", ".asmx", ".asp":
		for i := range len(page) {
			if page[i] == '/' && exchange.Ships(page[i:]) {
				return false
			}
		}
		return exchange.ClosedAddress([]byte(page))
	}
	return false
}
