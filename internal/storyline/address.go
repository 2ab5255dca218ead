package storyline

import (
	"net/netip"
	"strings"
)

// address is a client's address in one notation: without port, zone, brackets
// and quotes, an IPv4 address that was written as IPv6 as IPv4, and IPv6 as
// RFC 5952 writes it. What is no address stays as it is, but for blanks and
// quotes; the host itself and what is not stated are "".
func address(text string) string {
	v := strings.Trim(text, " \t\"'")
	switch v {
	case "", "-", "localhost":
		return ""
	}
	addr, err := netip.ParseAddr(strings.Trim(v, "[]"))
	if err != nil {
		port, perr := netip.ParseAddrPort(v)
		if perr != nil {
			return v
		}
		addr = port.Addr()
	}
	addr = addr.Unmap().WithZone("")
	if addr.IsLoopback() || addr.IsLinkLocalUnicast() || addr.IsUnspecified() {
		return ""
	}
	return addr.String()
}
