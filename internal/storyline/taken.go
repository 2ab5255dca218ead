package storyline

import (
	"slices"
	"strconv"
	"strings"

	"spoor/internal/finding"
	"spoor/internal/message"
)

// taken says what was probably taken: what the chains and the later steps of
// an intruder handed out, with the numbers that the rows state. A row that
// states no size counts as none, so sizes are a lower bound.
func (h *Host) taken(after []*hit) {
	var mail sum
	for _, r := range h.Chains {
		for _, hit := range r.hits {
			if hit.step.ID == finding.StepMailRead && hit.grade.rank() >= Exploited.rank() && !mail.twice(hit) {
				mail.add(hit, responseBytes, scBytes)
			}
		}
	}
	if mail.n > 0 {
		h.Took = append(h.Took, message.New("taken.mail", "n", mail.n, "size", mail.size()))
	}
	counts := map[string]int{}
	boxes, cmdlets := map[string]bool{}, 0
	for _, hit := range after {
		name := hit.step.ID
		counts[name]++
		switch name {
		case finding.StepImpersonatedRead:
			reads, _ := strconv.Atoi(readsField.of(hit.f))
			owners, _ := strconv.Atoi(ownersField.of(hit.f))
			size, _ := strconv.ParseInt(bytesField.of(hit.f), 10, 64)
			h.Took = append(h.Took, message.New("taken.impersonated", "n", owners, "reads", reads, "user", authenticatedUser.of(hit.f), "size", sizeText(size)))
		case finding.StepMailboxExport:
			if box := mailboxOf(parameters.of(hit.f)); box != "" {
				boxes[box] = true
			} else {
				cmdlets++
			}
		}
	}
	if n := max(len(boxes), min(cmdlets, 1)); n > 0 {
		h.Took = append(h.Took, message.New("taken.export", "n", n))
	}
	for _, step := range [...]string{finding.StepCredentialDump, finding.StepArchive, finding.StepMailForwarded} {
		if counts[step] > 0 {
			h.Took = append(h.Took, message.New("taken."+step))
		}
	}
	if h.won(finding.ChainToolShell) || h.won(finding.ChainCVE20200688) {
		h.Took = append(h.Took, message.New("taken.keys"))
	}
}

// sum counts requests and the bytes that their rows state.
type sum struct {
	n     int
	bytes int64
	seen  []seen
}

type seen struct {
	sec    int64
	status string
	format string
}

// twice reports a request that another kind of log told of in the same second.
func (s *sum) twice(h *hit) bool {
	x := seen{h.f.At.Sec, status(h.f), h.f.Source.Kind}
	if slices.ContainsFunc(s.seen, func(o seen) bool {
		return o.format != x.format && o.status == x.status && x.sec-o.sec <= sameRequest && o.sec-x.sec <= sameRequest
	}) {
		return true
	}
	s.seen = append(s.seen, x)
	return false
}

func (s *sum) add(h *hit, names ...field) {
	s.n++
	for _, name := range names {
		if n, err := strconv.ParseInt(name.of(h.f), 10, 64); err == nil && n > 0 {
			s.bytes += n
			return
		}
	}
}

func (s *sum) size() message.Text { return sizeText(s.bytes) }

// sizeText says how much, or that the rows do not state it.
func sizeText(n int64) message.Text {
	switch {
	case n <= 0:
		return message.New("taken.no-size")
	case n < 1<<20:
		return message.New("taken.kilobytes", "size", max(n>>10, 1))
	}
	return message.New("taken.megabytes", "size", n>>20)
}

// mailboxOf is the mailbox that parameters of an export name, lower case.
func mailboxOf(parameters string) string {
	_, rest, ok := strings.Cut(parameters, "-Mailbox")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, ": ")
	quote := byte(' ')
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		quote, rest = rest[0], rest[1:]
	}
	if i := strings.IndexByte(rest, quote); i >= 0 {
		rest = rest[:i]
	}
	return strings.ToLower(rest)
}
