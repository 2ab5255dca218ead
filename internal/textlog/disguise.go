package textlog

import (
	"bytes"
	"net/url"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Decoded is the name of the field that holds a query undone by PlainQuery.
const Decoded = "cs-uri-query-decoded"

// maxQuery bounds a query that is decoded; IIS takes 2 KiB by default, and
// 16 KiB where it is told to.
const maxQuery = 32 << 10

// PlainQuery undoes two disguises of a query. It appends to dst and reports
// whether the query wears one; then all of it was decoded.
//
// A user agent that begins with "UP " makes ASP.NET read the query in the
// character set that the client names, and ProxyNotShell names IBM037, an
// EBCDIC, so that no letter looks as it is meant. Names and values are decoded
// one by one: percent signs, then UTF-8, then the IBM037 byte of each
// character, which is the ASCII that was meant.
//
// A letter or digit behind a percent sign ("%70owershell") is what no client
// writes and every server reads; it hides words from filters. Percent signs
// are then undone once.
func PlainQuery(dst, agent, query []byte) ([]byte, bool) {
	if len(query) == 0 || len(query) > maxQuery {
		return dst, false
	}
	if !disguised(agent) {
		if !hidesLetters(query) {
			return dst, false
		}
		plain, err := url.QueryUnescape(string(query))
		if err != nil {
			return dst, false
		}
		return append(dst, plain...), true
	}
	start := len(dst)
	letters := 0
	for len(query) > 0 {
		n := bytes.IndexAny(query, "?&=")
		switch {
		case n == 0:
			dst, query = append(dst, query[0]), query[1:]
			continue
		case n < 0:
			n = len(query)
		}
		part, err := url.QueryUnescape(string(query[:n]))
		if err != nil || !utf8.ValidString(part) {
			return dst[:start], false
		}
		for _, r := range part {
			b, ok := charmap.CodePage037.EncodeRune(r)
			if !ok || b < ' ' || b > '~' {
				return dst[:start], false
			}
			dst = append(dst, b)
			letters++
		}
		query = query[n:]
	}
	return dst, letters > 0
}

// disguised reports the user agent of such a request; IIS writes blanks as
// plus signs.
func disguised(agent []byte) bool {
	return len(agent) >= 3 && agent[0] == 'U' && agent[1] == 'P' && (agent[2] == ' ' || agent[2] == '+')
}

// hidesLetters reports a letter or digit behind a percent sign.
func hidesLetters(query []byte) bool {
	for {
		i := bytes.IndexByte(query, '%')
		if i < 0 || i+2 >= len(query) {
			return false
		}
		hi, lo := query[i+1], query[i+2]|0x20
		switch {
		case hi == '3' && lo >= '0' && lo <= '9', // a digit
			(hi == '4' || hi == '6') && (lo > '0' && lo <= '9' || lo >= 'a' && lo <= 'f'), // A to O
			(hi == '5' || hi == '7') && (lo >= '0' && lo <= '9' || lo == 'a'):             // P to Z
			return true
		}
		query = query[i+3:]
	}
}
