package sigma

import "strings"

// Details are what a rule says about itself beyond its id, title and level.
type Details struct {
	// What its tags name, as ATT&CK and CVE write it: T1059.001, G0016, S0002,
	// CVE-2021-26855.
	Techniques, Actors, Software, CVEs []string
	// Chain, Step, Shows and Message are set by built-in rules only: the step of an
	// intrusion that the rule is evidence of, and the sentence that says so.
	Chain, Step, Shows, Message string
}

// tag sorts one tag into techniques, CVEs, groups and software (Sigma tags
// appendix: namespaces attack, cve, detection, tlp, ...).
func (m *Details) tag(t string) {
	t = strings.ToLower(strings.TrimSpace(t))
	if id, ok := strings.CutPrefix(t, "attack."); ok && len(id) > 1 {
		rest := strings.TrimLeft(id[1:], "0123456789.")
		switch {
		case rest != "" || id[1] < '0' || id[1] > '9':
		case id[0] == 't':
			m.Techniques = append(m.Techniques, strings.ToUpper(id))
		case id[0] == 'g':
			m.Actors = append(m.Actors, strings.ToUpper(id))
		case id[0] == 's':
			m.Software = append(m.Software, strings.ToUpper(id))
		}
	}
	if id, ok := strings.CutPrefix(t, "cve."); ok {
		year, number, ok := strings.Cut(strings.ReplaceAll(id, ".", "-"), "-")
		if ok && len(year) == 4 && strings.Trim(year+number, "0123456789") == "" {
			m.CVEs = append(m.CVEs, "CVE-"+year+"-"+number)
		}
	}
}
