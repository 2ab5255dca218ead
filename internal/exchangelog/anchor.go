package exchangelog

import (
	"bytes"
	"net/netip"
	"strings"
)

// anchor is the form that a column's values must have for a layout to fit.
type anchor uint8

const (
	anything anchor = iota
	isTime
	isGUID
	isNumber
	isWord
	isText // anything but empty
	isFlag
	isStatus
	isPath
	isVersion
	isItems // begins with an S:KEY= item
	isEcp   // ECP's own event names
	isMethod
	isAddress
	isAgent
)

func anchorByName(form string) anchor {
	return map[string]anchor{"time": isTime, "guid": isGUID, "number": isNumber, "word": isWord, "text": isText, "flag": isFlag,
		"status": isStatus, "path": isPath, "version": isVersion, "items": isItems, "ecp": isEcp}[form]
}

// anchorOfName guesses the form of a column that somebody named by hand, for
// placing the values of a row that has one more than the header has names.
func anchorOfName(name string) anchor {
	n := strings.ToLower(name)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(n, p) {
				return true
			}
		}
		return false
	}
	switch {
	case isTimeName(n):
		return isTime
	case has("status"):
		return isStatus
	case has("method", "metode"):
		return isMethod
	case has("agent"):
		return isAgent
	case has("path", "stem"):
		return isPath
	case has("address", "clientip", "client-ip", "c-ip"):
		return isAddress
	}
	return anything
}

func (a anchor) fits(v []byte) bool {
	switch a {
	case isTime:
		return len(v) >= 19 && v[4] == '-' && v[7] == '-' && v[10] == 'T' && v[13] == ':' && v[16] == ':'
	case isGUID:
		return len(v) == 36 && v[8] == '-' && v[13] == '-' && v[18] == '-' && v[23] == '-'
	case isNumber:
		return allDigits(v)
	case isWord:
		return isWordLike(v)
	case isText:
		return len(v) > 0
	case isFlag:
		return len(v) == 0 || bytes.EqualFold(v, []byte("true")) || bytes.EqualFold(v, []byte("false"))
	case isStatus:
		return len(v) == 0 || len(v) == 3 && allDigits(v)
	case isPath:
		return len(v) == 0 || v[0] == '/'
	case isVersion:
		return len(v) > 4 && v[0] >= '0' && v[0] <= '9' && bytes.Count(v, []byte{'.'}) == 3
	case isItems:
		return bytes.HasPrefix(v, []byte("S:")) || bytes.HasPrefix(v, []byte("'S:"))
	case isEcp:
		return bytes.HasPrefix(v, []byte("ECP."))
	case isMethod:
		return len(v) >= 3 && len(v) <= 20 && isWordLike(v) && v[0] >= 'A' && v[0] <= 'Z' && bytes.Equal(bytes.ToUpper(v), v)
	case isAddress:
		return address(v)
	case isAgent:
		return len(v) == 0 || !address(v) && bytes.IndexByte(v, '/') > 0
	}
	return true
}

func address(v []byte) bool {
	if len(v) > 64 {
		return false
	}
	_, err := netip.ParseAddr(string(v))
	return err == nil
}

func allDigits(v []byte) bool {
	for _, b := range v {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(v) > 0
}

func isWordLike(v []byte) bool {
	for _, b := range v {
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '.' && b != '_' && b != '-' {
			return false
		}
	}
	return len(v) > 0 && len(v) <= 64
}
