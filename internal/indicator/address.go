package indicator

import (
	"net/netip"
)

// key is an address or network in the form that is compared: 16 bytes, IPv4
// as IPv4-mapped IPv6, and the prefix length of 128.
type key [17]byte

// parseAddress reads an address from text without allocating: four decimal
// parts of at most three digits, leading zeros allowed, or IPv6 (RFC 4291
// section 2.2). A zone is not part of it.
func parseAddress(b []byte) (k key, ok bool) {
	k[16] = 128
	for _, c := range b {
		if c == ':' {
			return k, parse6(b, &k)
		}
	}
	k[10], k[11] = 0xff, 0xff
	return k, parse4(b, k[12:16])
}

func parse4(b []byte, dst []byte) bool {
	part, n, digits := 0, 0, 0
	for i := 0; i <= len(b); i++ {
		if i == len(b) || b[i] == '.' {
			if digits == 0 || digits > 3 || n > 255 || part > 3 {
				return false
			}
			dst[part] = byte(n)
			part, n, digits = part+1, 0, 0
			continue
		}
		if b[i] < '0' || b[i] > '9' {
			return false
		}
		n = n*10 + int(b[i]-'0')
		if digits++; digits > 3 {
			return false
		}
	}
	return part == 4
}

func parse6(b []byte, k *key) bool {
	at, gap := 0, -1
	for i := 0; i < len(b); {
		if b[i] == ':' {
			if i+1 < len(b) && b[i+1] == ':' {
				if gap >= 0 {
					return false
				}
				gap = at
				i += 2
				continue
			}
			if i == 0 || at == 0 || i+1 == len(b) {
				return false
			}
			i++
		}
		start, n := i, 0
		for ; i < len(b); i++ {
			d, ok := hexDigit(b[i])
			if !ok {
				break
			}
			n = n<<4 | int(d)
			if i-start > 3 {
				return false
			}
		}
		if i < len(b) && b[i] == '.' {
			if at > 12 || !parse4(b[start:], k[at:at+4]) {
				return false
			}
			at += 4
			break
		}
		if i == start || at > 14 || i < len(b) && b[i] != ':' {
			return false
		}
		k[at], k[at+1] = byte(n>>8), byte(n)
		at += 2
	}
	if gap < 0 {
		return at == 16
	}
	if at > 14 {
		return false
	}
	copy(k[16-(at-gap):16], k[gap:at])
	clear(k[gap : 16-(at-gap)])
	return true
}

// masked keeps the first n bits.
func (k key) masked(n uint8) key {
	k[16] = n
	i := int(n / 8)
	if i < 16 {
		k[i] &= ^byte(0xff >> (n % 8))
		clear(k[i+1 : 16])
	}
	return k
}

// addressText writes a key as people do.
func addressText(k []byte) string {
	p := prefix(k)
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func prefix(k []byte) netip.Prefix {
	a, bits := netip.AddrFrom16([16]byte(k[:16])), int(k[16])
	if bits >= 96 && a.Is4In6() {
		return netip.PrefixFrom(a.Unmap(), bits-96)
	}
	return netip.PrefixFrom(a, bits)
}
