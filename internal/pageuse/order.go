package pageuse

import "bytes"

// An order is a parameter whose value is a command of Windows or Unix, as a
// page that starts what it is sent is given. Applications are sent such values
// by scanners too, so an order tells of a shell only where few addresses ever
// asked for the page: an application has many visitors.

// fewVisitors is how many addresses may have asked for a page that an order
// tells of.
const fewVisitors = 3

// hasOrder reports a parameter whose value begins with a command.
func hasOrder(query []byte) bool {
	for len(query) > 0 {
		var part []byte
		part, query, _ = bytes.Cut(query, []byte{'&'})
		_, value, ok := bytes.Cut(part, []byte{'='})
		if ok && isOrder(value) {
			return true
		}
	}
	return false
}

// isOrder reports a value that is a command alone, or one with what follows.
func isOrder(value []byte) bool {
	if len(value) > 300 {
		value = value[:300]
	}
	low := bytes.Clone(value)
	for i, c := range low {
		if c >= 'A' && c <= 'Z' {
			low[i] = c | 0x20
		}
	}
	first, rest := low, []byte(nil)
	for i, c := range low {
		if c == '+' || c == ' ' || c == '%' || c == '&' || c == ';' || c == '|' {
			first, rest = low[:i], low[i:]
			break
		}
	}
	name, program := bytes.CutSuffix(first, []byte(".exe"))
	if i := bytes.LastIndexAny(name, `\/`); i >= 0 {
		name = name[i+1:]
	}
	switch string(name) {
	case "whoami", "ipconfig", "systeminfo", "tasklist", "netstat", "quser", "ifconfig", "uname":
		return true
	case "cmd", "powershell", "net", "dir", "type", "nltest", "certutil", "wmic", "ping", "cat", "ls", "id":
		return program || len(rest) > 1 && rest[0] != '&'
	}
	return false
}
