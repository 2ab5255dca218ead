package exchange

import (
	"cmp"
	"slices"
	"sync"
)

// Family is who runs a file.
type Family uint8

// The families.
const (
	NoFamily   Family = iota
	ASP               // ASP and ASP.NET, in IIS
	PHP               // PHP
	JSP               // pages of servlet containers
	Servlet           // addresses that servlets answer, without a file
	CGI               // programs started for a request
	ColdFusion        // ColdFusion
	Includes          // pages with server side includes
	Sheet             // style sheets that may hold script
	Settings          // settings that may be mapped to a handler
	Native            // libraries and programs
	Product           // addresses that code of a product answers
)

// Ending is what is known of the ending of a file's name.
type Ending struct {
	Text   string // "aspx"
	Family Family
	// Request is whether a request ends its page with such a segment.
	Request bool
	// File is whether a file of such a name is read as code.
	File bool
}

type packedEnding struct {
	key uint64
	Ending
}

var endings = sync.OnceValue(func() []packedEnding {
	names := map[string]Family{"asp": ASP, "php": PHP, "jsp": JSP, "servlet": Servlet, "cgi": CGI, "coldfusion": ColdFusion, "includes": Includes,
		"sheet": Sheet, "settings": Settings, "native": Native, "product": Product}
	var list []packedEnding
	for _, row := range table("endings", 5) {
		family, ok := names[row[1]]
		if !ok {
			panic("the facts about endings: no family " + row[1])
		}
		list = append(list, packedEnding{packed(row[0]), Ending{row[0], family, row[2] == "yes", row[3] == "yes"}})
	}
	slices.SortFunc(list, func(a, b packedEnding) int { return cmp.Compare(a.key, b.key) })
	return list
})

// Endings lists what is known, in no order of meaning.
func Endings() []Ending {
	var list []Ending
	for _, e := range endings() {
		list = append(list, e.Ending)
	}
	return list
}

// EndingOf is what is known of the ending of a file name or of the last segment
// of a path, in letters of any case; the zero Ending where nothing is.
func EndingOf[T string | []byte](name T) Ending {
	for i := len(name) - 1; i >= 0 && len(name)-i <= endingBytes+1; i-- {
		switch name[i] {
		case '.':
			key := packed(name[i+1:])
			list := endings()
			if n, ok := slices.BinarySearchFunc(list, key, func(e packedEnding, k uint64) int { return cmp.Compare(e.key, k) }); ok && key != 0 {
				return list[n].Ending
			}
			return Ending{}
		case '/', '\\':
			return Ending{}
		}
	}
	return Ending{}
}

// endingBytes is the most letters of an ending, which are bytes of one number.
const endingBytes = 8

// packed is an ending in small letters as one number, 0 where it is too long.
func packed[T string | []byte](ending T) uint64 {
	if len(ending) > endingBytes {
		return 0
	}
	key := uint64(0)
	for i := range len(ending) {
		c := ending[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		key = key<<8 | uint64(c)
	}
	return key
}
