// Package finding says what fired, on which record or file, and why. A
// finding is a value of its own: it holds copies, never windows, so that it
// outlives the block it came from and stands alone in a report.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"spoor/event"
)

// Level is how much a rule's author says a hit matters.
type Level uint8

// The levels of the Sigma specification 2.1, least first.
const (
	Informational Level = iota
	Low
	Medium
	High
	Critical
)

// String is the level's name in rules and reports.
func (l Level) String() string {
	return [...]string{"informational", "low", "medium", "high", "critical"}[min(l, Critical)]
}

// ParseLevel reads a level's name; an unknown one is false.
func ParseLevel(s string) (Level, bool) {
	for l := Informational; l <= Critical; l++ {
		if l.String() == s {
			return l, true
		}
	}
	return Informational, false
}

// Rule identifies what fired.
type Rule struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Level  string `json:"level"`
	Kind   string `json:"kind"`   // sigma, indicator, webshell, yara
	Source string `json:"source"` // the pack and file it came from
}

// Source is the item of evidence.
type Source struct {
	Path   string `json:"path"` // as given, "!/" before what lies inside an archive
	Kind   string `json:"kind"` // the record format, or "file"
	SHA256 string `json:"sha256"`
}

// Where is the position in the source.
type Where struct {
	Record uint64 `json:"record,omitempty"` // event record id
	Offset int64  `json:"offset"`           // bytes
	Line   int64  `json:"line,omitempty"`   // 1-based
}

// Step names the place of a finding in a built-in chain; only built-in rules
// have one.
type Step struct {
	Chain string `json:"chain"` // ChainProxyLogon, ...
	Name  string `json:"step"`
	// Shows is what the record proves of the step.
	Shows Shows `json:"shows"`
}

// Tie is what a public source says about who used the thing that an indicator
// names. It is a statement about the thing, never about this host.
type Tie struct {
	Actor     string `json:"actor"`     // ATT&CK group id where there is one, else the source's name
	Kind      string `json:"kind"`      // "malware", "infrastructure", "operator-key" or "" when it is none of them
	Value     string `json:"value"`     // the address, name, hash or key
	Publisher string `json:"publisher"` // who says so, "" when not known
	URL       string `json:"url"`
	From      string `json:"from"`  // RFC 3339 day, first use that the source states; "" when open
	Until     string `json:"until"` // last use; "" when open
	// InWindow is true where both the source states a time of use and the
	// finding's own time lies within it.
	InWindow bool `json:"in_window"`
}

// Finding is one hit.
type Finding struct {
	Time       string   `json:"time"` // RFC 3339 UTC, "" when the record states none
	Host       string   `json:"host"`
	Rule       Rule     `json:"rule"`
	Techniques []string `json:"techniques"`
	CVEs       []string `json:"cves"`
	Actors     []string `json:"actors"`
	// Software are ATT&CK ids ("S0020") that a rule's tags or an indicator
	// name; Ties who is publicly said to have used what an indicator names.
	Software []string        `json:"software,omitempty"`
	Ties     []Tie           `json:"ties,omitempty"`
	Message  string          `json:"message"`
	Source   Source          `json:"source"`
	Where    Where           `json:"where"`
	Event    json.RawMessage `json:"event"` // {field: value, ...}
	Step     *Step           `json:"step,omitempty"`
	// Notes say what could not be tested ("filter could not be tested: ...").
	Notes []string `json:"notes,omitempty"`
	// Seen counts identical findings that came more than once; 0 is once.
	Seen int `json:"seen_again,omitempty"`
	// TLP is the marking of the Traffic Light Protocol that the user asked for.
	TLP string `json:"tlp,omitempty"`
	// Identity is ID, once Seal has computed it.
	Identity string `json:"id"`

	// At is Time for sorting and windows.
	At event.Time `json:"-"`
	// Order is the canonical position: item, then offset, then rule.
	Item event.ItemID `json:"-"`
	// Needs and Member are for correlations: the fields they read, and the
	// rule's place among the rules. Silent findings are for them alone.
	Needs  []string `json:"-"`
	Member int      `json:"-"`
	Silent bool     `json:"-"`
	// Correlated says that some correlation refers to the rule.
	Correlated bool `json:"-"`
	// Fields holds the event's text by field name, first value of a name.
	Fields map[string]string `json:"-"`
}

// Size is about how many bytes the finding takes in memory.
func (f *Finding) Size() int {
	n := 700 + len(f.Event) + len(f.Message)
	for k, v := range f.Fields {
		n += 64 + len(k) + len(v)
	}
	return n
}

// ID is stable over runs: it depends on what fired on which content, not on
// where the evidence lay or how its host was named. It is kept by Seal, so
// that it stays when the event is dropped.
func (f *Finding) ID() string {
	if f.Identity == "" {
		f.Seal()
	}
	return f.Identity
}

// Seal computes the identity from the content.
func (f *Finding) Seal() { f.SealIn(nil) }

// SealIn is Seal in room that the caller lends, and returns for the next one:
// findings by the million each took a dozen small pieces of memory.
func (f *Finding) SealIn(room []byte) []byte {
	room = room[:0]
	part := func(text string) {
		room = append(append(strconv.AppendInt(room, int64(len(text)), 10), ':'), text...)
	}
	var number [20]byte
	part(f.Rule.ID)
	part(f.Time)
	part(string(strconv.AppendUint(number[:0], f.Where.Record, 10)))
	part(string(strconv.AppendInt(number[:0], f.Where.Line, 10)))
	part(string(strconv.AppendInt(number[:0], f.Where.Offset, 10)))
	room = append(append(strconv.AppendInt(room, int64(len(f.Event)), 10), ':'), f.Event...)
	sum := sha256.Sum256(room)
	var text [24]byte
	hex.Encode(text[:], sum[:12])
	f.Identity = string(text[:])
	return room
}

// Field returns the text of a field of the record, "" if it has none.
func (f *Finding) Field(name string) string { return f.Fields[name] }

// Compare orders findings canonically: item, position, rule.
func Compare(a, b *Finding) int {
	return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Where.Offset, b.Where.Offset),
		cmp.Compare(a.Where.Record, b.Where.Record), cmp.Compare(a.Rule.ID, b.Rule.ID))
}
