package indicator

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// refuse is why a value is not looked for.
type refuse struct{ code, reason string }

func no(code, format string, args ...any) *refuse {
	return &refuse{code, fmt.Sprintf(format, args...)}
}

// refang undoes the forms in which indicators are made harmless for sending:
// hxxp, [.], (.), {.}, [dot], [:], [://], [@], [at], \. and blanks around.
func refang(v string) string {
	v = strings.TrimSpace(v)
	if strings.ContainsAny(v, "[({\\") {
		v = fangs.Replace(v)
	}
	if len(v) > 4 && (v[0]|0x20 == 'h' || v[0]|0x20 == 'f') {
		scheme, rest, ok := strings.Cut(v, "://")
		if !ok {
			return v
		}
		switch strings.ToLower(scheme) {
		case "hxxp", "hxtp", "htxp", "h**p", "xxxp":
			return "http://" + rest
		case "hxxps", "hxtps", "htxps", "h**ps":
			return "https://" + rest
		case "fxp":
			return "ftp://" + rest
		}
	}
	return v
}

var fangs = strings.NewReplacer("[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "[DOT]", ".", "[.", ".", ".]", ".",
	"[:]", ":", "[://]", "://", "[:/]", ":/", "[/]", "/", "[@]", "@", "[at]", "@", "(at)", "@")

// normal turns a value into the form that is compared, or says why it cannot
// be looked for. The second result is a warning.
func normal(k Kind, v string) (string, *refuse, *refuse) {
	v = strings.TrimSpace(v)
	switch {
	case v == "" || v == "-":
		return "", nil, no("empty", "there is no value")
	case len(v) > maxValue:
		return "", nil, no("too-long", "the value has more than %d bytes", maxValue)
	case !utf8.ValidString(v):
		return "", nil, no("encoding", "the value is no UTF-8 text")
	}
	switch k {
	case Address:
		return normalAddress(refang(v))
	case Domain:
		return normalDomain(refang(v))
	case URL:
		return normalURL(refang(v))
	case SHA256, SHA1, MD5:
		return normalHash(k, v)
	case Email:
		return normalEmail(refang(v))
	case Name, Path:
		return normalPath(k, v)
	case UserAgent:
		a := string(appendAgent(nil, []byte(v)))
		if len(a) < 8 || generalAgent(a) {
			return "", nil, no("too-general", "ordinary programs send this user agent")
		}
		return a, nil, nil
	case port:
		n, err := strconv.ParseUint(v, 10, 16)
		if err != nil || n == 0 {
			return "", nil, no("no-port", "this is no port number")
		}
		return v, nil, nil
	}
	return v, nil, nil
}

func normalAddress(v string) (string, *refuse, *refuse) {
	p, ok := parsePrefix(v)
	if !ok {
		return "", nil, no("no-address", "this is no IPv4 or IPv6 address or network")
	}
	warn, bad := judgeAddress(p)
	if bad != nil {
		return "", nil, bad
	}
	if p.Addr().Is4() {
		p = netip.PrefixFrom(netip.AddrFrom16(p.Addr().As16()), p.Bits()+96)
	}
	var k key
	a := p.Addr().As16()
	copy(k[:], a[:])
	k = k.masked(uint8(p.Bits()))
	return string(k[:]), warn, nil
}

// parsePrefix reads an address, or a network as address/length.
func parsePrefix(v string) (netip.Prefix, bool) {
	v = strings.Trim(v, "[]")
	text, bits, cidr := strings.Cut(v, "/")
	text, _, _ = strings.Cut(text, "%") // a zone is local to one machine
	k, ok := parseAddress([]byte(text))
	if !ok {
		return netip.Prefix{}, false
	}
	a := netip.AddrFrom16([16]byte(k[:16])).Unmap()
	n := a.BitLen()
	if cidr {
		var err error
		if n, err = strconv.Atoi(bits); err != nil || n < 0 || n > a.BitLen() {
			return netip.Prefix{}, false
		}
	}
	return netip.PrefixFrom(a, n).Masked(), true
}

func normalDomain(v string) (string, *refuse, *refuse) {
	v = strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(v, ".")), "*.")
	if strings.ContainsAny(v, "*?") {
		return "", nil, no("wildcard", "a name with a wildcard cannot be compared exactly")
	}
	if _, ok := parseAddress([]byte(v)); ok {
		return "", nil, no("no-domain", "this is an address, not a domain")
	}
	labels := strings.Split(v, ".")
	if len(labels) < 2 {
		return "", nil, no("single-label", "a name without a dot fits every network")
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' {
			return "", nil, no("no-domain", "this is no domain name")
		}
		for i := range len(l) {
			if c := class[l[i]]; c == 0 || c == isAt {
				return "", nil, no("no-domain", "this is no domain name")
			}
		}
	}
	top := labels[len(labels)-1]
	if end := class[top[len(top)-1]]; len(v) > 253 || end&isDash != 0 || end&isDigit != 0 && !strings.HasPrefix(top, "xn--") {
		return "", nil, no("no-domain", "this is no domain name")
	}
	if general := generalDomain(v); general != "" {
		return "", nil, no("too-general", "%s", general)
	}
	for _, c := range v {
		if c > 127 {
			return v, no("international", "the name is compared as it is written here, not in its xn-- form"), nil
		}
	}
	return v, nil, nil
}

func normalURL(v string) (string, *refuse, *refuse) {
	b, ok := appendURL(nil, []byte(v))
	if !ok || strings.ContainsAny(v, " \t\"<>") {
		return "", nil, no("no-url", "this is no URL")
	}
	u := string(b)
	host := u
	if _, after, ok := strings.Cut(u, "://"); ok {
		host = after
	}
	host, path, _ := strings.Cut(host, "/")
	if !strings.Contains(host, ".") && !strings.Contains(host, ":") {
		return "", nil, no("single-label", "a host without a dot fits every network")
	}
	name, _, _ := strings.Cut(host, ":")
	if path == "" {
		if general := generalDomain(name); general != "" {
			return "", nil, no("too-general", "%s", general)
		}
	}
	if p, ok := parsePrefix(name); ok {
		warn, bad := judgeAddress(p)
		return u, warn, bad
	}
	return u, nil, nil
}

func normalHash(k Kind, v string) (string, *refuse, *refuse) {
	v = strings.ToLower(v)
	if len(v) != map[Kind]int{SHA256: 64, SHA1: 40, MD5: 32}[k] {
		return "", nil, no("no-hash", "this has not the length of a %s hash", k)
	}
	same := true
	for i := range len(v) {
		if _, ok := hexDigit(v[i]); !ok {
			return "", nil, no("no-hash", "this is no hexadecimal text")
		}
		same = same && v[i] == v[0]
	}
	if same {
		return "", nil, no("no-hash", "one digit repeated is a placeholder")
	}
	switch v {
	case "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "d41d8cd98f00b204e9800998ecf8427e":
		return "", nil, no("empty-file", "this is the hash of a file without content")
	}
	return v, nil, nil
}

func normalEmail(v string) (string, *refuse, *refuse) {
	v = strings.ToLower(strings.Trim(v, "<>"))
	user, host, ok := strings.Cut(v, "@")
	if !ok || user == "" || !strings.Contains(host, ".") || strings.Contains(host, "@") {
		return "", nil, no("no-email", "this is no mail address")
	}
	for i := range len(v) {
		if class[v[i]] == 0 || i == 0 && (v[i] == '.' || v[i] == '-') {
			return "", nil, no("unsupported", "a mail address with %q here cannot be told from the text around it", v[i])
		}
	}
	if _, _, bad := normalDomain(host); bad != nil && bad.code != "too-general" || strings.HasSuffix(host, ".") {
		return "", nil, no("no-email", "what follows the at sign is no domain")
	}
	return v, nil, nil
}

// normalPath folds a path: lower case, one kind of slash, none doubled. What
// begins with a variable is compared from the folder behind it.
func normalPath(k Kind, v string) (string, *refuse, *refuse) {
	v = strings.Trim(v, `"'`)
	if strings.ContainsAny(v, "*?<>|") {
		return "", nil, no("wildcard", "a path with a wildcard or pattern cannot be compared exactly")
	}
	v = strings.TrimPrefix(v, `\\?\`)
	if v != "" && (v[0] == '%' || v[0] == '$') {
		i := strings.IndexAny(v, `\/`)
		if i < 0 || k == Name {
			return "", nil, no("variable", "the name depends on a variable")
		}
		v = v[i:]
	}
	if strings.Contains(v, "%") && strings.Count(v, "%") > 1 {
		return "", nil, no("variable", "the path depends on a variable")
	}
	b := make([]byte, 0, len(v))
	for i := range len(v) {
		c := lower[v[i]]
		if c == '/' {
			c = '\\'
		}
		if c == '\\' && len(b) > 0 && b[len(b)-1] == '\\' {
			continue
		}
		b = append(b, c)
	}
	v = string(b)
	last := v[strings.LastIndexByte(v, '\\')+1:]
	switch {
	case last == "":
		return "", nil, no("folder", "a folder alone is no trace of a file")
	case len(lastWord([]byte(v))) < 3 || strings.HasSuffix(v, "."):
		return "", nil, no("unsupported", "a name that does not end in three letters or digits cannot be told from the text around it")
	case k == Name && last != v:
		return "", nil, no("no-name", "a file name has no folders")
	case k == Name && !strings.Contains(last, "."):
		return "", nil, no("no-ending", "a name without an ending is a word of ordinary text; state its path")
	case k == Name && generalName(last):
		return "", nil, no("too-general", "many systems have a file of this name")
	case k == Path && (last == v || strings.Count(v, `\`) == 1 && v[0] == '\\'):
		return "", nil, no("no-path", "a path has at least one folder")
	case k == Path && strings.Contains(v, `\system32\`) && generalName(last):
		return "", nil, no("too-general", "every Windows has this file")
	}
	return v, nil, nil
}
