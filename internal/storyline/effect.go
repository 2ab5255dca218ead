package storyline

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/message"
)

// Why a record that has the form of a success is none, as codes in
// verdict.json (chains[].unproven).
const (
	// AnswerAlone: a front end's status is all there is, and nothing shows
	// that this server refuses such requests otherwise.
	AnswerAlone = "answer-without-control"
	// AimedElsewhere: the request was sent on to a machine that is not known
	// to be a server of this case, and what that one answers shows nothing.
	AimedElsewhere = "aimed-elsewhere"
)

// servers are the names by which the servers of an examination are known.
type servers map[string]bool

func knownServers(names []string, hosts *coverage.Hosts) servers {
	s := servers{}
	for _, name := range names {
		s[strings.ToLower(label(name))] = true
		for _, alias := range hosts.Aliases(name) {
			s[strings.ToLower(label(alias))] = true
		}
	}
	return s
}

// called reports whether the back end that a row says was called is a server
// of ours. A row that names none was written by the back end itself.
func (s servers) called(f *finding.Finding) bool {
	to := serverCalled(f)
	switch strings.ToLower(to) {
	case "", "localhost", "127.0.0.1", "::1":
		return true
	}
	if own := serverHostName.of(f); own != "" {
		return strings.EqualFold(label(own), label(to)) || s[strings.ToLower(label(to))] && !foreign(to, urlHost.of(f))
	}
	// A listing that states no server of its own cannot be compared; a name
	// that only the inside of a network knows is taken for one of it.
	return !foreign(to, urlHost.of(f))
}

// foreign reports a name or an address that lies outside of the network of the
// server, which was asked under the name host.
func foreign(to, host string) bool {
	if addr, err := netip.ParseAddr(to); err == nil {
		return !addr.IsPrivate() && !addr.IsLoopback() && !addr.IsLinkLocalUnicast()
	}
	if !strings.Contains(to, ".") || host == "" { // a name of one part, or nothing to compare it with
		return false
	}
	domain := func(name string) string {
		parts := strings.Split(strings.ToLower(strings.TrimSuffix(name, ".")), ".")
		return strings.Join(parts[max(0, len(parts)-2):], ".")
	}
	last := to[strings.LastIndexByte(to, '.')+1:]
	// Names that the public tree does not have (RFC 6761, RFC 6762, RFC 8244
	// and the practice of domain controllers).
	private := []string{"local", "lan", "internal", "intra", "intern", "corp", "home", "priv", "private", "ad", "dom", "localdomain", "test", "arpa"}
	return !slices.Contains(private, strings.ToLower(last)) && domain(to) != domain(host)
}

// proves is what a record shows of its step: a call of a back end that is not
// ours shows no more than that it was sent.
func (s servers) proves(f *finding.Finding) (shows finding.Shows, why string) {
	shows = f.Step.Shows
	if shows == finding.ShowsBackend && !s.called(f) {
		return finding.ShowsRequest, AimedElsewhere
	}
	if !shows.Effect() && shows != finding.ShowsAnswer {
		return finding.ShowsRequest, ""
	}
	return shows, ""
}

// weigh gives a hit the grade that its record proves: that of its step for an
// effect, and an attempt for what a sender wrote or for an answer without
// anything that tells it apart.
func (s servers) weigh(f *finding.Finding, step *Step, controlled func(*finding.Finding) bool) *hit {
	h := &hit{f: f, step: step, grade: step.Grade}
	h.shows, h.unproven = s.proves(f)
	switch {
	case h.shows.Effect(), step.Grade == None, step.Grade == Attempted:
	case h.shows == finding.ShowsAnswer && controlled(f):
	case h.shows == finding.ShowsAnswer:
		h.grade, h.unproven = Attempted, AnswerAlone
	default:
		h.grade = Attempted
	}
	return h
}

// witnessTime is how far an effect may lie from the answer that it bears
// witness to, in seconds: the chains run in seconds, and logs of different
// services round their times differently.
const witnessTime = 60

// commandTime is the same for a program that the web server started, which no
// chain names: what a request runs starts while it is answered.
const commandTime = 10

// witness raises answers beside which an effect of the same chain stands, near
// in time and not from another address: the second record is one that the
// sender could not write. hits are sorted by time.
func witness(hits []*hit, commands []*finding.Finding) {
	var effects, started []*finding.Finding
	for _, h := range hits {
		if h.shows.Effect() && h.grade.rank() >= Exploited.rank() && h.f.At.Known() {
			effects = append(effects, h.f)
		}
	}
	for _, f := range commands {
		if f.Step.Name == finding.StepCommand && f.Step.Shows.Effect() && f.At.Known() {
			started = append(started, f)
		}
	}
	slices.SortFunc(started, func(a, b *finding.Finding) int { return a.At.Compare(b.At) })
	for _, h := range hits {
		if p := h.step.Proves; h.unproven == AnswerAlone && p != nil && len(effects) > 0 && h.f.At.Known() && effects[0].At.Compare(h.f.At) <= 0 {
			h.grade, h.unproven = p.Grade, "" // what it follows from is shown
		}
		if h.unproven == AnswerAlone && h.f.At.Known() && h.step.Grade.rank() >= Exploited.rank() && (standsBeside(effects, h.f, witnessTime) || standsBeside(started, h.f, commandTime)) {
			h.grade, h.unproven = h.step.Grade, ""
		}
	}
}

// standsBeside reports that one of the records, sorted by time, lies within so many
// seconds of f and does not name another address.
func standsBeside(sorted []*finding.Finding, f *finding.Finding, seconds int64) bool {
	first, _ := slices.BinarySearchFunc(sorted, f.At.Sec-seconds, func(e *finding.Finding, sec int64) int { return cmp.Compare(e.At.Sec, sec) })
	for _, e := range sorted[first:] {
		if e.At.Sec > f.At.Sec+seconds {
			return false
		}
		if sameSource(e, f) {
			return true
		}
	}
	return false
}

// orderCounts reports whether the place of a hit behind earlier ones can prove
// anything: an effect, an answer with a control, an answer of a back end of
// ours, or a request in a listing that keeps no answers.
func (s servers) orderCounts(h *hit, controlled func(*finding.Finding) bool) bool {
	switch {
	case h.shows.Effect():
		return true
	case h.shows == finding.ShowsAnswer:
		return controlled(h.f)
	}
	code := status(h.f)
	return s.called(h.f) && (code == "" || code[0] == '2')
}

// notes says in the chain's notes why what looks like a success is none.
func (r *ChainResult) noteUnproven() {
	if r.Grade.rank() >= Exploited.rank() {
		return
	}
	for _, h := range r.hits {
		if h.unproven != "" && !slices.Contains(r.Unproven, h.unproven) {
			r.Unproven = append(r.Unproven, h.unproven)
		}
	}
	slices.Sort(r.Unproven)
	for _, why := range r.Unproven {
		r.NoteMessages = append(r.NoteMessages, message.New("unproven."+why))
	}
}

// uncontrolled is the answer where no control is known.
func uncontrolled(*finding.Finding) bool { return false }
