package weblog

import (
	"strings"
	"sync"
)

// anchor is the form that a column's values must have for a layout to fit.
type anchor uint8

const (
	anything anchor = iota
	isDate
	isTime
	isIP
	isMethod
	isPath
	isPort
	isStatus
	isNumber
	isVersion
)

// known is a layout that exists in the field and may be inferred.
type known struct {
	columns string
	local   bool
	comma   bool
}

// knownLayouts are the defaults of IIS 6 to 10 and HTTP.sys, what the IIS
// manager offers when every field is ticked, and the fixed IIS format
// (https://learn.microsoft.com/windows/win32/http/iis-logging). Columns a
// site adds are appended after the default ones.
func knownLayouts() []known {
	return []known{
		{columns: "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"},
		{columns: "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken X-Forwarded-For"},
		{columns: "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Cookie) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"},
		{columns: "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken"},
		{columns: "date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status"},
		{columns: "date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken"},
		{columns: "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken"},
		{columns: "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken X-Forwarded-For"},
		{columns: "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename"},
		{columns: "c-ip cs-username date time s-sitename s-computername s-ip time-taken cs-bytes sc-bytes sc-status sc-win32-status cs-method cs-uri-stem cs-uri-query", local: true, comma: true},
	}
}

// candidate is a known layout with its anchors, ready to be tried.
type candidate struct {
	layout  *layout
	anchors []anchor
	comma   bool
}

// candidates are made once: every decoder and every look at a file's head
// shares them, and they are never written.
var candidates = sync.OnceValue(newCandidates)

func newCandidates() []candidate {
	all := knownLayouts()
	out := make([]candidate, 0, len(all))
	for _, k := range all {
		names := strings.Fields(k.columns)
		c := candidate{layout: newLayout(names, "iis", true, k.local), anchors: make([]anchor, len(names)), comma: k.comma}
		for i, name := range names {
			c.anchors[i] = anchorOf(name, k.comma)
		}
		out = append(out, c)
	}
	return out
}

func anchorOf(name string, comma bool) anchor {
	switch name {
	case "date":
		if comma {
			return anything // MM/DD/YY or another order: checked when read
		}
		return isDate
	case "time":
		if comma {
			return anything
		}
		return isTime
	case "c-ip":
		return isIP
	case "cs-method":
		return isMethod
	case "cs-uri-stem", "cs-uri":
		return isPath
	case "s-port", "c-port":
		return isPort
	case "sc-status":
		return isStatus
	case "sc-substatus", "sc-win32-status", "sc-bytes", "cs-bytes", "time-taken":
		return isNumber
	case "cs-version":
		return isVersion
	}
	return anything
}

func (a anchor) fits(v []byte) bool {
	switch a {
	case isDate:
		return len(v) == 10 && v[4] == '-' && v[7] == '-' && allDigits(v[:4]) && allDigits(v[5:7]) && allDigits(v[8:])
	case isTime:
		return len(v) >= 8 && v[2] == ':' && v[5] == ':' && allDigits(v[:2]) && allDigits(v[3:5]) && allDigits(v[6:8])
	case isIP:
		return isAddress(v)
	case isMethod:
		return isToken(v)
	case isPath:
		return len(v) > 0 && (v[0] == '/' || v[0] == '*' || v[0] == '-' && len(v) == 1 || v[0] == 'h')
	case isPort:
		return len(v) <= 5 && allDigits(v)
	case isStatus:
		return len(v) == 3 && allDigits(v) || len(v) == 1 && v[0] == '-'
	case isNumber:
		return allDigits(v) || len(v) == 1 && v[0] == '-'
	case isVersion:
		return len(v) == 1 && v[0] == '-' || len(v) >= 6 && string(v[:5]) == "HTTP/"
	}
	return true
}

func allDigits(v []byte) bool {
	for _, b := range v {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(v) > 0
}

// isToken accepts an HTTP method as logs hold it: capital letters, '-' and '_'.
func isToken(v []byte) bool {
	for _, b := range v {
		if (b < 'A' || b > 'Z') && b != '_' && b != '-' {
			return false
		}
	}
	return len(v) > 0 && len(v) <= 32
}

// isAddress accepts the letters of IPv4 and IPv6 addresses with a zone; it is
// a form, not a proof.
func isAddress(v []byte) bool {
	dots, colons := 0, 0
	for i, b := range v {
		switch {
		case b == '.':
			dots++
		case b == ':':
			colons++
		case b == '%':
			return colons > 1 && i > 0
		case b >= '0' && b <= '9', b >= 'a' && b <= 'f', b >= 'A' && b <= 'F':
		default:
			return false
		}
	}
	return dots == 3 || colons > 1
}
