package exchange

import (
	"slices"
	"strings"
	"sync"
)

// Place is a folder in which pages of a product stand beside the shells of
// public reports.
type Place struct {
	Part    string // "/owa/auth/"
	Product string
	File    Access // of a file whose path holds the part
	Request Access // of an address that begins with it
}

// Access is who puts pages into a place.
type Access string

// The answers.
const (
	NoPath Access = "-"      // it is no path of that kind
	Open   Access = "open"   // others than the product as well
	Closed Access = "closed" // only the product, or nobody
	Top    Access = "top"    // closed for pages right in it
)

// Places lists them; the first that fits a path is the one meant.
var Places = sync.OnceValue(func() []Place {
	var list []Place
	for _, row := range table("places", 5) {
		list = append(list, Place{row[0], row[1], Access(row[2]), Access(row[3])})
	}
	return list
})

// PlaceOfFile is the place that a path of small letters with forward slashes
// lies in.
func PlaceOfFile(path string) (Place, bool) {
	path = "/" + path
	list := Places()
	i := slices.IndexFunc(list, func(p Place) bool { return strings.Contains(path, p.Part) })
	if i < 0 {
		return Place{}, false
	}
	return list[i], true
}

// ClosedAddress reports a page in a place where only the product has pages. It
// is in its one form.
func ClosedAddress(page []byte) bool {
	for i := range Places() {
		p := &Places()[i]
		if p.Request != NoPath && p.Request != Open && len(page) >= len(p.Part) && string(page[:len(p.Part)]) == p.Part {
			return true
		}
	}
	return false
}

// Page is one that a product ships in a closed place.
type Page struct {
	Address string // as the product spells it
	Product string
	Since   Build // zero: from the first release on
}

// Pages lists them.
var Pages = sync.OnceValue(func() []Page {
	var list []Page
	for _, row := range table("pages", 4) {
		since, _ := ParseBuild(row[2])
		list = append(list, Page{row[0], row[1], since})
	}
	return list
})

var shipped = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, p := range Pages() {
		all[strings.ToLower(p.Address)] = true
	}
	return all
})

// Ships reports a page that a product ships, by its whole address in the one
// form: a known name in another folder is none.
func Ships[T string | []byte](page T) bool { return shipped()[string(page)] }

// ShipsFile reports the file of a page that a product ships. The path has small
// letters and forward slashes; where its folder does not say where it is served,
// because it was collected apart, its end decides.
func ShipsFile(path string) bool {
	if page, ok := Address(path); ok {
		return Ships(page)
	}
	path = "/" + path
	for page := range shipped() {
		if strings.HasSuffix(path, page) {
			return true
		}
	}
	return false
}
