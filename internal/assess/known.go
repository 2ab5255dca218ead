package assess

import (
	"fmt"
	"net/netip"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/finding"
	"spoor/internal/refusal"
)

// Known is what the organisation knows to be its own: addresses of its
// scanners, accounts of its administrators, pages it installed. Findings on
// them are left out and counted.
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
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		k.prefixes = append(k.prefixes, p)
	}
	return k, nil
}

// excludes reports whether a finding is about something known. The address
// must be the connection's own; what a client claims does not count.
func (k *Known) reason() string {
	if k == nil {
		return ""
	}
	return k.Reason
}

func (k *Known) excludes(f *finding.Finding) bool {
	if k == nil {
		return false
	}
	for _, name := range [...]string{"ClientIpAddress", "c-ip", "IpAddress"} {
		if addr, err := netip.ParseAddr(f.Field(name)); err == nil {
			for _, p := range k.prefixes {
				if p.Contains(addr) {
					return true
				}
			}
		}
	}
	for _, account := range k.Accounts {
		for _, name := range [...]string{"SubjectUserName", "AuthenticatedUser"} {
			if strings.EqualFold(f.Field(name), account) {
				return true
			}
		}
	}
	for _, page := range k.Pages {
		for _, name := range [...]string{"cs-uri-stem", "UrlStem", "TargetFilename", "path"} {
			if strings.EqualFold(f.Field(name), page) {
				return true
			}
		}
	}
	for _, h := range k.Hashes {
		if strings.EqualFold(f.Field("sha256"), h) {
			return true
		}
	}
	return false
}
