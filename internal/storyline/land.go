package storyline

import (
	"slices"
	"strings"

	"spoor/internal/finding"
)

// land gives what was done on another server than the one that logged it to
// that server: a front end that was made to call the back end of another
// server opened its own door, and everything behind it happened over there.
// Only servers of this examination are taken, so that a name which evidence
// chose makes no host. It returns the findings that landed elsewhere.
func land(byHost map[string][]*finding.Finding, names []string, chains map[string]*Chain) map[*finding.Finding]bool {
	away := map[*finding.Finding]bool{}
	moved, told := map[string][]*finding.Finding{}, map[*finding.Finding]bool{}
	for _, host := range names {
		for _, f := range byHost[host] {
			if f.Step == nil || chains[f.Step.Chain] == nil || f.Step.Chain == finding.ChainWebShell || f.Step.Chain == finding.ChainAfter {
				continue
			}
			step := chains[f.Step.Chain].step(f)
			if step == nil || step.Grade.rank() < Exploited.rank() {
				continue
			}
			to := serverCalled(f)
			if to == "" || strings.EqualFold(label(to), label(host)) {
				continue
			}
			for _, name := range names {
				if strings.EqualFold(label(name), label(to)) {
					away[f] = true
					moved[name] = append(moved[name], f)
				}
			}
			told[f] = away[f] && objectDN.of(f) != ""
		}
	}
	for host, list := range byHost { // a directory only tells of it
		byHost[host] = slices.DeleteFunc(list, func(f *finding.Finding) bool { return told[f] })
	}
	for name, list := range moved {
		for _, f := range list {
			there := *f
			there.Host = name
			byHost[name] = append(byHost[name], &there)
		}
	}
	return away
}

// label is the first label of a server's name.
func label(name string) string {
	first, _, _ := strings.Cut(name, ".")
	return first
}

// serverCalled is the back end that a front end's row says it called, or the
// server whose object a directory says was changed.
func serverCalled(f *finding.Finding) string {
	if dn, _, ok := strings.Cut(objectDN.of(f), ",CN=Servers,"); ok {
		return strings.TrimPrefix(dn[strings.LastIndexByte(dn, ',')+1:], "CN=")
	}
	if v := targetServer.of(f); v != "" {
		return v
	}
	_, rest, ok := strings.Cut(anchorMailbox.of(f), "ServerInfo~")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "/")
	rest = rest[strings.LastIndexAny(rest, "]@")+1:]
	rest, _, _ = strings.Cut(rest, ":")
	return rest
}
