package share

import (
	"slices"
	"strings"

	"spoor/internal/expression"
)

// everywhere are accounts, groups and domains that every Windows has; they
// tell nothing about anybody.
var everywhere = map[string]bool{
	"-": true, "": true, "*": true, "system": true, "local system": true, "localsystem": true, "network service": true, "networkservice": true, "local service": true, "localservice": true,
	"administrator": true, "administrators": true, "guest": true, "guests": true, "users": true, "everyone": true, "anonymous": true, "anonymous logon": true, "krbtgt": true,
	"defaultaccount": true, "wdagutilityaccount": true, "iusr": true, "iis_iusrs": true, "trustedinstaller": true, "domain admins": true, "domain users": true, "enterprise admins": true,
	"schema admins": true, "remote desktop users": true, "backup operators": true, "organization management": true, "exchange trusted subsystem": true, "exchange windows permissions": true,
	"exchange servers": true, "recipient management": true, "administratoren": true, "gast": true, "nt authority": true, "nt-autorität": true, "builtin": true, "vordefiniert": true,
	"workgroup": true, "iis apppool": true, "nt service": true, "window manager": true, "font driver host": true, "nt virtual machine": true, "localhost": true, "$": true, "(null)": true,
	"null": true, "unknown": true, "none": true, "<none>": true, "<null>": true, "autorite nt": true, "default": true, "public": true, "all users": true, "default user": true, "defaultapppool": true,
	"first organization": true, "umfd-0": true, "dwm-1": true, ".": true,
}

// services are first labels that name a service and no machine.
var services = map[string]bool{"www": true, "mail": true, "webmail": true, "owa": true, "autodiscover": true, "smtp": true, "exchange": true, "outlook": true, "remote": true, "mx": true}

// mailProviders are domains of everybody's mail; the person before the @ is
// replaced, the provider is not.
var mailProviders = map[string]bool{"gmail.com": true, "googlemail.com": true, "outlook.com": true, "hotmail.com": true, "live.com": true, "yahoo.com": true, "icloud.com": true,
	"protonmail.com": true, "proton.me": true, "tutanota.com": true, "mail.ru": true, "yandex.ru": true, "qq.com": true, "163.com": true, "aol.com": true, "gmx.de": true, "gmx.net": true, "web.de": true, "onionmail.org": true}

// inner are top-level names that the public name system does not have.
var inner = map[string]bool{"local": true, "lan": true, "intern": true, "internal": true, "corp": true, "localdomain": true, "intra": true, "loc": true, "priv": true, "private": true, "home": true, "domain": true}

func commonName(s string) bool {
	f := strings.ReplaceAll(fold(strings.TrimSpace(s)), "+", " ") // as W3C logs write blanks
	return everywhere[f] || strings.HasPrefix(f, "healthmailbox") && len(f) > 13 || strings.HasPrefix(f, "umfd-") || strings.HasPrefix(f, "dwm-") ||
		strings.HasSuffix(f, " (default web site)") || strings.HasSuffix(f, " (exchange back end)")
}

// user replaces the name of an account.
func (c *Copy) user(s string) string {
	name := strings.TrimSpace(s)
	if commonName(name) {
		return s
	}
	if host, ok := strings.CutSuffix(name, "$"); ok {
		return c.host(host) + "$"
	}
	return c.learnName(isUser, name)
}

// host replaces the name of a machine, with or without domain and port.
func (c *Copy) host(s string) string {
	name := strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(name, "unnamed host in "); ok {
		return "unnamed host in " + c.strict(rest)
	}
	if out, ok := c.address(name, false); ok {
		return out
	}
	body, port := name, ""
	if i := strings.LastIndexByte(name, ':'); i > 0 && strings.Trim(name[i+1:], "0123456789") == "" {
		body, port = name[:i], name[i:]
	}
	body = strings.Trim(body, `.\/`)
	f := fold(body)
	switch {
	case f == "" || everywhere[f] || c.indicators[f] && !c.innerName(f):
		return s
	case strings.ContainsAny(body, ` /\@,;="'<>|&?%`):
		return c.withhold(body) + port
	}
	first, rest, more := strings.Cut(body, ".")
	if !more {
		return c.learnName(isHost, strings.TrimSuffix(body, "$")) + port
	}
	if !strings.Contains(rest, ".") && !inner[fold(rest)] && !services[fold(first)] || strings.Count(body, ".") < 2 && inner[fold(rest)] {
		return c.domain(body) + port
	}
	if !services[fold(first)] {
		first = c.learnName(isHost, first)
	}
	return c.learn(isHost, body, first+"."+c.domain(rest)) + port
}

// target replaces the name of a machine that somebody asked for, unless it is
// a public one: an intruder lets the server call machines of the outside too.
// What is of the inside is known when everything was read.
func (c *Copy) target(s string) string {
	if _, _, ok := parseAddress(s); ok {
		return c.host(s)
	}
	if c.learning {
		if len(c.targets) < maxTerms {
			c.targets[s] = true
		}
		return s
	}
	if name, _, _ := strings.Cut(s, ":"); c.outside(name) {
		c.note("kept", isPublic, name, "")
		return s
	}
	return c.host(s)
}

func (c *Copy) innerName(f string) bool {
	return inner[f[strings.LastIndexByte(f, '.')+1:]]
}

// fileEnds are ends of file names with two letters, which look like a country.
var fileEnds = map[string]bool{"js": true, "py": true, "sh": true, "ps": true, "so": true, "cs": true, "vb": true, "pl": true, "rb": true, "gz": true, "md": true, "db": true, "rc": true, "pm": true, "tt": true, "ts": true, "is": true}

// generic are top-level names of more than two letters that are often seen.
var generic = map[string]bool{"com": true, "net": true, "org": true, "info": true, "biz": true, "edu": true, "gov": true, "mil": true, "int": true, "top": true, "xyz": true, "club": true, "online": true, "site": true,
	"shop": true, "app": true, "dev": true, "cloud": true, "tech": true, "space": true, "live": true, "pro": true, "icu": true, "vip": true, "onion": true, "example": true, "test": true, "link": true, "work": true,
	"click": true, "host": true, "website": true, "store": true, "fun": true, "life": true, "world": true, "today": true, "press": true, "team": true, "name": true, "mobi": true, "asia": true, "rest": true, "corp": true}

// abused are top-level names of two letters that attackers like.
var abused = map[string]bool{"ru": true, "su": true, "cn": true, "tk": true, "ml": true, "ga": true, "cf": true, "gq": true, "pw": true, "ws": true, "cc": true, "to": true, "ir": true, "io": true, "eu": true, "uk": true}

// topLevel reports a name that may end a public domain.
func topLevel(label string) bool {
	f := fold(label)
	return generic[f] || len(f) == 2 && !fileEnds[f] && strings.Trim(f, "abcdefghijklmnopqrstuvwxyz") == ""
}

// outside reports a full name that is public and not the owner's: it ends in
// a public top-level name, and no part of it was learned as internal.
func (c *Copy) outside(host string) bool {
	f := fold(strings.Trim(host, "."))
	if c.indicators[f] && !c.innerName(f) {
		return true
	}
	labels := strings.Split(f, ".")
	if len(labels) < 2 || !topLevel(labels[len(labels)-1]) || inner[labels[len(labels)-1]] {
		return false
	}
	for i := range labels {
		if t := c.learned[strings.Join(labels[i:], ".")]; t != nil && t.kind <= isMailbox {
			return false
		}
	}
	return true
}

// registrable is how many labels at the end a domain is registered with.
func registrable(labels []string) int {
	n := len(labels)
	if n > 2 && len(labels[n-1]) == 2 && slices.Contains([]string{"co", "com", "gov", "gob", "gouv", "gv", "org", "or", "net", "ne", "ac", "edu", "mil", "go", "kommune", "nhs", "police"}, fold(labels[n-2])) {
		return 3
	}
	return min(n, 2)
}

// domain replaces a domain of the name system; parts below the registered
// name keep their place.
func (c *Copy) domain(s string) string {
	name := strings.Trim(strings.TrimSpace(s), ".")
	f := fold(name)
	if f == "" || commonName(name) || mailProviders[f] || c.indicators[f] && !c.innerName(f) {
		return s
	}
	if _, ok := c.address(name, false); ok {
		return c.host(name)
	}
	labels := strings.Split(name, ".")
	if len(labels) == 1 {
		return c.learnName(isNetBIOS, name)
	}
	n := registrable(labels)
	base := strings.Join(labels[len(labels)-n:], ".")
	out := c.learn(isDomain, base, c.pseudonym(isDomain, base)+".example")
	if label := labels[len(labels)-n]; len(label) >= 4 && !c.words[fold(label)] {
		c.learn(isOrganisation, label, c.pseudonym(isOrganisation, label))
	}
	if len(labels) == n {
		return out
	}
	sub := labels[:len(labels)-n]
	for i, l := range sub {
		if !services[fold(l)] {
			sub[i] = "net-" + c.key.digits(l)
		}
	}
	return c.learn(isDomain, name, strings.Join(append(sub, out), "."))
}

// nameForm are texts that may be a name.
var nameForm = expression.Lazily(`^[\p{L}\p{M}\p{N} ._%+'&$(){}=-]+$`)

// mail replaces an e-mail address.
func (c *Copy) mail(s string) string {
	i := strings.LastIndexByte(s, '@')
	if i < 0 || c.indicators[fold(s)] {
		return s
	}
	local, domain := s[:i], s[i+1:]
	if !nameForm().MatchString(local) && local != "" || !nameForm().MatchString(domain) {
		return c.strict(s)
	}
	switch {
	case local == "" || commonName(local):
	case len(local) > 1:
		local = c.learnName(isUser, local)
	default:
		local = c.stand(isUser, local)
	}
	return c.learn(isMailbox, s, local+"@"+c.domain(domain))
}

// account replaces what stands in a field for accounts: a name, DOMAIN\name,
// name@domain, domain/unit/name, CN=name,... or a security identifier.
func (c *Copy) account(s string) string {
	name := strings.TrimSpace(s)
	switch {
	case name == "" || commonName(name):
		return s
	case sidForm().MatchString(name):
		return c.strict(name)
	case dnForm().MatchString(name):
		return c.strict(name)
	case strings.Contains(name, `\`):
		i := strings.LastIndexByte(name, '\\')
		d := strings.Trim(name[:i], `\`)
		if rest := name[i+1:]; fold(d) == "iis apppool" || fold(d) == "nt service" {
			return s
		} else if commonName(d) && !commonName(rest) {
			return name[:i+1] + c.user(rest)
		}
		return c.domain(d) + `\` + c.user(name[i+1:])
	case strings.Contains(name, "@"):
		return c.mail(name)
	case strings.Contains(name, "/"):
		parts := strings.Split(name, "/")
		for i, p := range parts {
			switch {
			case i == 0 && strings.Contains(p, "."):
				parts[i] = c.domain(p)
			case i == len(parts)-1 || !c.words[fold(p)]:
				parts[i] = c.user(p)
			}
		}
		return strings.Join(parts, "/")
	}
	if !nameForm().MatchString(name) {
		return c.strict(s)
	}
	return c.user(name)
}

// sid replaces the identifier of a machine, a domain or an account; the ones
// that every Windows has stay.
func (c *Copy) sid(s string) string {
	parts := strings.Split(s, "-")
	if !strings.EqualFold(strings.Join(parts[:4], "-"), "S-1-5-21") || len(parts) < 7 {
		return c.learn(isSID, s, "S-1-12-1-"+c.key.digits(s))
	}
	out := "S-1-5-21-" + c.key.digits(strings.Join(parts[:7], "-"))
	c.learn(isSID, strings.Join(parts[:7], "-"), out)
	for _, rid := range parts[7:] {
		if len(rid) > 3 { // below 1000 they mean the same everywhere
			rid = c.key.digits(s)
		}
		out += "-" + rid
	}
	return c.learn(isSID, s, out)
}

// wellKnownContainer are names of the directory that every forest has.
var wellKnownContainer = map[string]bool{"users": true, "computers": true, "builtin": true, "configuration": true, "services": true, "microsoft exchange": true, "administrative groups": true,
	"exchange administrative group (fydibohf23spdlt)": true, "servers": true, "databases": true, "domain controllers": true, "microsoft exchange security groups": true, "system": true, "protocols": true,
	"http": true, "first organization": true, "recipients": true, "schema": true, "sites": true, "default-first-site-name": true, "program data": true}

// withhold replaces a value as a whole.
func (c *Copy) withhold(s string) string {
	if strings.TrimSpace(s) == "" || s == "-" {
		return s
	}
	return c.stand(isWord, s)
}

// secret replaces a password or token and looks for it elsewhere.
func (c *Copy) secret(s string) string {
	if strings.TrimSpace(s) == "" || s == "-" || s == "*" {
		return s
	}
	return c.learnName(isSecret, s)
}

// inProfiles are folders beside the profiles of people.
var inProfiles = map[string]bool{"public": true, "default": true, "all users": true, "default user": true, "defaultapppool": true, "defaultuser0": true}

// profile replaces the name of a profile's folder: NAME, NAME.DOMAIN or
// NAME.001.
func (c *Copy) profile(s string) string {
	name, rest, more := strings.Cut(s, ".")
	if commonName(s) || inProfiles[fold(s)] || strings.HasPrefix(s, "%") {
		return s
	}
	if !more || strings.ContainsAny(rest, ". ") {
		return c.user(s)
	}
	if strings.Trim(rest, "0123456789") == "" {
		return c.user(name) + "." + rest
	}
	c.user(s) // first.last is one name
	return c.user(name) + "." + c.domain(rest)
}
