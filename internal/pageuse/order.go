package pageuse

import "bytes"

// An order is a parameter whose value is a command of Windows or Unix, as a
// page that starts what it is sent is given. Applications are sent such values
// by scanners too, so an order tells of a shell only where few addresses ever
// asked for the page: an application has many visitors.

// fewVisitors is how many addresses may have asked for a page that an order
// tells of.
const fewVisitors = 3

// hasOrder reports a parameter whose value is a command: one that begins with a
// program for looking around or for fetching and running things, or a line of
// several words in a parameter that is called a command.
func hasOrder(query []byte) bool {
	for len(query) > 0 {
		var part []byte
		part, query, _ = bytes.Cut(query, []byte{'&'})
		name, value, ok := bytes.Cut(part, []byte{'='})
		if ok && (isOrder(value) || callsItself(name) && words(value) > 1) {
			return true
		}
	}
	return false
}

// callsItself reports the name of a parameter that says what it is for.
func callsItself(name []byte) bool {
	if len(name) > 12 {
		return false
	}
	switch string(bytes.ToLower(name)) {
	case "cmd", "command", "cmdline", "commandline", "exec", "exec_code", "execute", "shell", "shellcmd", "syscmd":
		return true
	}
	return false
}

// words counts the words of a value, which queries part by a plus sign or %20.
func words(value []byte) int {
	n := 0
	for part := range bytes.SplitSeq(bytes.ReplaceAll(value[:min(len(value), 300)], []byte("%20"), []byte{'+'}), []byte{'+'}) {
		if len(part) > 0 {
			n++
		}
	}
	return n
}

// isOrder reports a value that is a command alone, or one with what follows.
func isOrder(value []byte) bool {
	if len(value) > 300 {
		value = value[:300]
	}
	low := bytes.ToLower(value)
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
	case "whoami", "ipconfig", "systeminfo", "tasklist", "netstat", "quser", "qwinsta", "ifconfig", "uname", "dsquery", "nltest", "adfind", "vssadmin", "procdump", "gpresult":
		return true
	case "cmd", "powershell", "pwsh", "net", "net1", "dir", "type", "certutil", "wmic", "ping", "cat", "ls", "id", "arp", "route", "nslookup", "schtasks", "sc", "reg", "bitsadmin", "mshta", "rundll32", "regsvr32",
		"wevtutil", "netsh", "icacls", "setspn", "klist", "cmdkey", "csvde", "ldifde", "dsget", "curl", "wget", "csc", "msbuild", "rar", "7z", "makecab", "ntdsutil":
		return program || len(rest) > 1 && rest[0] != '&'
	}
	return false
}
