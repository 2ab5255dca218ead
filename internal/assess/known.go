package assess

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/finding"
	"spoor/internal/refusal"
)

// Known is what the organisation knows to be its own: addresses of its
// scanners, accounts of its administrators, pages it installed, files by their
// hashes. Findings on them are left out and counted (docs/known.md).
type Known struct {
	Addresses []string `yaml:"addresses"`
	Accounts  []string `yaml:"accounts"`
	Pages     []string `yaml:"pages"`
	Hashes    []string `yaml:"hashes"`
	Reason    string   `yaml:"reason"`

	prefixes []netip.Prefix
}

// maxKnownFile bounds the file of known things.
const maxKnownFile = 1 << 20

// ReadKnown reads what is known from a YAML file; without a path nothing is.
// A file that cannot be used is a *refusal.Error.
func ReadKnown(path string) (*Known, error) {
	k := &Known{}
	if path == "" {
		return k, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, refusal.New("--known takes a YAML file", "open known things: %w", err)
	}
	if info.Size() > maxKnownFile {
		return nil, refusal.New("", "read known things: %s is larger than %s", path, "1 MiB")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read known things: %w", err)
	}
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(true)
	if err := dec.Decode(k); err != nil {
		return nil, refusal.New("the keys are addresses, accounts, pages, hashes and reason", "read known things in %s: %w", path, err)
	}
	for _, a := range k.Addresses {
		p, err := netip.ParsePrefix(a)
		if err != nil {
			addr, aerr := netip.ParseAddr(a)
			if aerr != nil {
				return nil, refusal.New("write 192.0.2.7 or 192.0.2.0/24", "read known things in %s: %q is no address", path, a)
			}
			addr = addr.Unmap()
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		k.prefixes = append(k.prefixes, p)
	}
	for _, h := range k.Hashes {
		if sum, err := hex.DecodeString(h); err != nil || len(sum) != 32 {
			return nil, refusal.New("write the SHA-256 of the file, 64 hexadecimal digits", "read known things in %s: %q is no SHA-256", path, h)
		}
	}
	return k, nil
}

func (k *Known) reason() string {
	if k == nil {
		return ""
	}
	return k.Reason
}

// excludes reports whether a finding is about something known. What a client
// claims does not count: the address is the connection's own, and an account is
// one that was let in.
func (k *Known) excludes(f *finding.Finding) bool {
	return k != nil && (k.address(f) || k.account(f) || k.page(f) || k.hash(f))
}

func (k *Known) address(f *finding.Finding) bool {
	if len(k.prefixes) == 0 {
		return false
	}
	for _, name := range [...]string{"ClientIpAddress", "c-ip", "IpAddress"} {
		addr, ok := clientAddress(f.Field(name))
		if ok && slices.ContainsFunc(k.prefixes, func(p netip.Prefix) bool { return p.Contains(addr) }) {
			return true
		}
	}
	return false
}

// clientAddress reads an address as logs write it: alone, with a port, in
// brackets, with a zone, or an IPv4 address inside an IPv6 one.
func clientAddress(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		port, perr := netip.ParseAddrPort(s)
		if perr != nil {
			return netip.Addr{}, false
		}
		addr = port.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

// account reports whether a known account did what the finding shows.
func (k *Known) account(f *finding.Finding) bool {
	if len(k.Accounts) == 0 {
		return false
	}
	did := []accountName{splitAccount(f.Field("AuthenticatedUser")), {name: f.Field("SubjectUserName"), domain: f.Field("SubjectDomainName")}}
	// IIS, which alone has the column sc-win32-status, writes the name of a
	// refused logon as well; other web servers write whatever name was sent.
	if f.Field("sc-win32-status") != "" && f.Field("sc-status") != "401" {
		did = append(did, splitAccount(f.Field("cs-username")))
	}
	for _, entry := range k.Accounts {
		known := splitAccount(entry)
		for _, a := range did {
			if a.name != "" && strings.EqualFold(a.name, known.name) && (known.domain == "" || strings.EqualFold(a.domain, known.domain)) {
				return true
			}
		}
	}
	return false
}

// accountName is an account with its domain, "" where none is stated.
type accountName struct{ domain, name string }

// splitAccount reads DOMAIN\name, name@domain and name.
func splitAccount(s string) accountName {
	if domain, name, ok := strings.Cut(s, `\`); ok {
		return accountName{domain, name}
	}
	name, domain, _ := strings.Cut(s, "@")
	return accountName{domain, name}
}

func (k *Known) page(f *finding.Finding) bool {
	for _, page := range k.Pages {
		for _, name := range [...]string{"cs-uri-stem", "UrlStem", "TargetFilename", "path"} {
			if strings.EqualFold(f.Field(name), page) {
				return true
			}
		}
	}
	return false
}

func (k *Known) hash(f *finding.Finding) bool {
	for _, h := range k.Hashes {
		if strings.EqualFold(f.Source.SHA256, h) {
			return true
		}
	}
	return false
}
