package storyline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"spoor/internal/finding"
)

// maxValues bounds the values of a kind that a host states, maxValue the
// bytes of one: a longer one is left out, since half of it is another value.
const (
	maxValues = 64
	maxValue  = 512
)

// Values are what the steps that the verdict rests on have in common with
// other hosts, if anything: whoever compares cases reads them here. Each list
// is sorted; LeftOut counts what was beyond maxValues or too long.
type Values struct {
	Addresses  []string `json:"addresses"`   // who asked, without the host's own
	ShellKeys  []string `json:"shell_keys"`  // names by which a web shell is called
	Files      []string `json:"files"`       // SHA-256 of web shells
	Accounts   []string `json:"accounts"`    // as stated, without the host's own machine account
	UserAgents []string `json:"user_agents"` // in one form for all logs, see userAgent
	LeftOut    int      `json:"left_out,omitempty"`
}

// share collects the values of a host. What a refused request for a page says
// counts for nothing: every server on the net gets those.
func (h *Host) share(found []*finding.Finding) {
	var told [5]map[string]int // value: findings that state it
	for i := range told {
		told[i] = map[string]int{}
	}
	note := func(kind int, value string) {
		if value != "" && value != "-" {
			told[kind][value]++
		}
	}
	for _, s := range h.Webshells {
		if s.structural {
			note(2, s.SHA256)
		}
	}
	joined := h.succeeded() != ""
	for _, f := range found {
		if f.Step == nil || f.Step.Name == finding.StepPageRefused || f.Step.Chain == finding.ChainAfter && !joined {
			continue
		}
		note(0, source(f))
		note(1, keyField.of(f))
		for _, name := range [...]field{authenticatedUser, csUsername, targetUserName, subjectUserName, userField} {
			v := name.of(f)
			if name == csUsername {
				v = strings.ReplaceAll(v, "+", " ") // as IIS writes blanks
			}
			if !h.own(v) {
				note(3, v)
			}
		}
		for _, name := range [...]field{userAgentField, csUserAgent, clientInfo} {
			note(4, userAgent(name.of(f)))
		}
	}
	h.Values.Addresses = h.keep(told[0])
	h.Values.ShellKeys = h.keep(told[1])
	h.Values.Files = h.keep(told[2])
	h.Values.Accounts = h.keep(told[3])
	h.Values.UserAgents = h.keep(told[4])
}

// keep chooses the values that most findings state, of equal ones the first.
func (h *Host) keep(told map[string]int) []string {
	list := slices.Sorted(maps.Keys(told))
	n := len(list)
	list = slices.DeleteFunc(list, func(v string) bool { return len(v) > maxValue })
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(told[b], told[a]) })
	list = list[:min(len(list), maxValues)]
	h.Values.LeftOut += n - len(list)
	slices.Sort(list)
	if list == nil {
		list = []string{}
	}
	return list
}

// own reports the machine account of the host itself.
func (h *Host) own(account string) bool {
	name, machine := strings.CutSuffix(account[strings.LastIndexByte(account, '\\')+1:], "$")
	if !machine {
		return false
	}
	for _, n := range append([]string{h.Host}, h.Aliases...) {
		if short, _, _ := strings.Cut(n, "."); strings.EqualFold(short, name) {
			return true
		}
	}
	return false
}

// userAgent is one form for what IIS writes with plus signs and Exchange
// without commas.
func userAgent(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '+' || r == ',' || r == ' ' }), " ")
}
