package share

import (
	"net/netip"
	"strings"
)

// shared is 100.64.0.0/10, which providers use inside (RFC 6598).
func shared(a netip.Addr) bool {
	b := a.As16()
	return a.Is4() && b[12] == 100 && b[13]&0xc0 == 64
}

// internal reports addresses of the inside: RFC 1918, RFC 6598, link-local,
// unique local (RFC 4193), and the server's own public ones.
func (c *Copy) internal(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	return a.IsPrivate() || a.IsLinkLocalUnicast() || shared(a) || c.own[a]
}

// parseAddress reads an address with or without port, brackets and zone; rest
// is what follows the address.
func parseAddress(s string) (addr netip.Addr, rest string, ok bool) {
	body := s
	if strings.HasPrefix(s, "[") {
		i := strings.IndexByte(s, ']')
		if i < 0 {
			return addr, "", false
		}
		body, rest = s[1:i], s[i+1:]
	} else if strings.Count(s, ":") == 1 {
		i := strings.IndexByte(s, ':')
		body, rest = s[:i], s[i:]
	}
	if rest != "" && (rest[0] != ':' || strings.Trim(rest[1:], "0123456789") != "") {
		return addr, "", false
	}
	addr, err := netip.ParseAddr(body)
	return addr, rest, err == nil
}

// address replaces an address of the inside; own says that the field holds
// the server's own.
func (c *Copy) address(s string, own bool) (string, bool) {
	addr, rest, ok := parseAddress(s)
	if !ok {
		return "", false
	}
	plain := addr.WithZone("").Unmap()
	if own && !plain.IsLoopback() && !plain.IsUnspecified() && !plain.IsMulticast() && !c.indicators[plain.String()] {
		c.own[plain] = true
	}
	if !c.internal(addr) {
		if !plain.IsLoopback() && !plain.IsUnspecified() {
			c.note("kept", isPublicAddress, plain.String(), "")
		}
		return s, true
	}
	return c.learn(isAddress, plain.String(), c.pseudonym(isAddress, plain.String())) + rest, true
}

// scanAddresses reports the addresses in a text.
func scanAddresses(s string, hit func(from, to int, s string)) {
	const letters = "0123456789abcdefABCDEF:."
	for i := 0; i < len(s); {
		if strings.IndexByte(letters, s[i]) < 0 {
			i++
			continue
		}
		j := i
		for j < len(s) && strings.IndexByte(letters, s[j]) >= 0 {
			j++
		}
		scanRun(s, i, j, hit)
		i = j
	}
}

// scanRun looks for addresses in a run of letters that addresses have.
func scanRun(s string, from, to int, hit func(from, to int, s string)) {
	run := s[from:to]
	if strings.Count(run, ":") >= 2 && bounded(s, from, to) {
		body := strings.TrimRight(run, ":.")
		if strings.HasSuffix(run, "::") && strings.HasSuffix(body+"::", run) {
			body = run
		}
		if _, err := netip.ParseAddr(body); err == nil && len(body) > 3 {
			hit(from, from+len(body), body)
			return
		}
	}
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	for i := from; i < to; i++ {
		if !digit(s[i]) || i > 0 && (digit(s[i-1]) || s[i-1] == '.' && i > 1 && digit(s[i-2])) {
			continue
		}
		j, dots := i, 0
		for j < to && (digit(s[j]) || s[j] == '.' && dots < 3 && j+1 < len(s) && digit(s[j+1])) {
			if s[j] == '.' {
				dots++
			}
			j++
		}
		if dots == 3 && (j >= len(s) || s[j] != '.' || j+1 >= len(s) || !digit(s[j+1])) {
			if _, err := netip.ParseAddr(s[i:j]); err == nil {
				hit(i, j, s[i:j])
				i = j
			}
		}
	}
}
