package caseload

import (
	"net/netip"
	"slices"
	"strings"
)

// Kinds of values, in the order in which they are told: what one actor made
// first, what many use last.
const (
	shellKey = iota
	file
	account
	address
	userAgent
	kinds
)

// maxValue is the longest value that is compared, in bytes.
const maxValue = 512

// kindName is a kind's name in output.
func kindName(k int) string {
	return [kinds]string{"shell_key", "file", "account", "address", "user_agent"}[k]
}

// kindOf is the kind of a list in a verdict's values, -1 for another.
func kindOf(key string) int {
	return slices.Index([]string{"shell_keys", "files", "accounts", "addresses", "user_agents"}, key)
}

// compared is the form in which two values of a kind are one: addresses
// without port and zone, accounts without their domain, hashes and accounts
// in lower case.
func compared(kind int, v string) string {
	switch kind {
	case file:
		return strings.ToLower(v)
	case account:
		v = strings.ToLower(v[strings.LastIndexByte(v, '\\')+1:])
		v, _, _ = strings.Cut(v, "@")
		return v
	case address:
		if a, err := netip.ParseAddr(v); err == nil {
			return a.Unmap().WithZone("").String()
		}
		if a, err := netip.ParseAddrPort(v); err == nil {
			return a.Addr().Unmap().WithZone("").String()
		}
	}
	return v
}

// Why a value means nothing although many have it.
const (
	CommonInside     = "inside"     // loopback, private, link-local
	CommonAccount    = "account"    // every Windows or Exchange has it
	CommonMonitoring = "monitoring" // Exchange watches itself with it
	CommonName       = "name"       // the first name that comes to mind
	CommonEmpty      = "empty"      // the hash of nothing
)

// common says why a value in its compared form means nothing, "" where it may.
//
// Accounts: Windows' well-known names and those that the setup of Exchange and
// its monitoring create. User agents: managed availability, the back end's
// probes and WinRM itself (Rps_Http logs of exchange.md, section 2.3, and the
// probes' names in Exchange's own logs).
func common(kind int, v string) string {
	switch kind {
	case address:
		a, err := netip.ParseAddr(v)
		if err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified() || a.IsMulticast() || shared().Contains(a)) || v == "localhost" {
			return CommonInside
		}
	case account:
		for _, name := range [...]string{"administrator", "admin", "administrateur", "administrador", "guest", "gast", "system", "network service", "local service", "anonymous logon", "defaultaccount",
			"krbtgt", "wdagutilityaccount", "s-1-5-18", "s-1-5-19", "s-1-5-20", "iusr", "nt-autorit\u00e4t", "exchange online-applicationaccount", "defaultapppool"} {
			if v == name {
				return CommonAccount
			}
		}
		for _, start := range [...]string{"healthmailbox", "systemmailbox{", "discoverysearchmailbox", "federatedemail.", "migration.", "extest_", "msexchange", "dwm-", "umfd-"} {
			if strings.HasPrefix(v, start) {
				return CommonAccount
			}
		}
	case userAgent:
		low := strings.ToLower(v)
		for _, part := range [...]string{"amprobe/", "activemonitoring", "msexchmon", "exchange backend probes", "microsoft winrm client", "exchangeinternalewsclient", "exchangewebservicesproxy/", "msexchangeinternal", "testactivesyncconnectivity", "httpproxy.clientaccessserver2010ping"} {
			if strings.Contains(low, part) {
				return CommonMonitoring
			}
		}
	case shellKey:
		for _, name := range [...]string{"cmd", "command", "exec", "code", "pass", "password", "key", "data", "file", "path", "ant", "shell", "test"} {
			if strings.EqualFold(v, name) {
				return CommonName
			}
		}
		if len(v) < 2 {
			return CommonName
		}
	case file:
		if v == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
			return CommonEmpty
		}
	}
	return ""
}

// shared is the space between carriers and their customers, RFC 6598.
func shared() netip.Prefix { return netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10) }
