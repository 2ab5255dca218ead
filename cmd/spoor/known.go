package main

import (
	"fmt"
	"net/netip"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/finding"
)

// known is what the organisation knows to be its own: addresses of its
// scanners, accounts of its administrators, pages it installed. Findings on
// them are left out and counted.
type known struct {
	Addresses []string `yaml:"addresses"`
	Accounts  []string `yaml:"accounts"`
	Pages     []string `yaml:"pages"`
	Hashes    []string `yaml:"hashes"`
	Reason    string   `yaml:"reason"`

	prefixes []netip.Prefix
}

// maxKnownFile bounds the file of known things.
const maxKnownFile = 1 << 20

func readKnown(path string) (*known, error) {
	k := &known{}
	if path == "" {
		return k, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, wrongUse("--known takes a YAML file", "open known things: %w", err)
	}
	if info.Size() > maxKnownFile {
		return nil, wrongUse("", "read known things: %s is larger than %s", path, size(maxKnownFile))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read known things: %w", err)
	}
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(true)
	if err := dec.Decode(k); err != nil {
		return nil, wrongUse("the keys are addresses, accounts, pages, hashes and reason", "read known things in %s: %w", path, err)
	}
	for _, a := range k.Addresses {
		p, err := netip.ParsePrefix(a)
		if err != nil {
			addr, aerr := netip.ParseAddr(a)
			if aerr != nil {
				return nil, wrongUse("write 192.0.2.7 or 192.0.2.0/24", "read known things in %s: %q is no address", path, a)
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		k.prefixes = append(k.prefixes, p)
	}
	return k, nil
}

// excludes reports whether a finding is about something known. The address
// must be the connection's own; what a client claims does not count.
func (k *known) excludes(f *finding.Finding) bool {
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
