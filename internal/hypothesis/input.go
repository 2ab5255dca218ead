package hypothesis

import "spoor/internal/message"

// Input is what a case holds as evidence about its actor. The order of its
// lists does not matter.
type Input struct {
	Techniques []Sighting
	Software   []Sighting
	Indicators []Indicator
	CVEs       []string // of doors that were opened or tried; common names too
}

// How says what a sighting rests on.
type How string

// Observed is a technique or program that the evidence itself shows, such as
// a chain's step; RuleTagged one that only a rule's tag claims, the weakest
// input there is.
const (
	Observed   How = "observed"
	RuleTagged How = "rule-tagged"
)

// Sighting is one technique or software with the findings behind it.
type Sighting struct {
	ID       string // "T1505.003", "S0020"
	How      How
	Findings []string
}

// Indicator is an address, name or key that a public source ties to a group.
type Indicator struct {
	Value     string
	Kind      string // "infrastructure" or "operator-key"
	Group     string // ATT&CK group id
	Publisher string
	URL       string
	InWindow  bool // seen within the time for which the source says so
	Findings  []string
}

// The answers, weakest first.
const (
	NothingToSay   = "nothing-to-say"
	ConsistentWith = "consistent-with"
	PointsTo       = "points-to"
)

// Assessment is the hedged answer to one Input. Its sentences are English and
// ready to be printed; nothing stronger may be made of them.
type Assessment struct {
	Schema   string `json:"schema"`
	Answer   string `json:"answer"`
	Sentence string `json:"sentence"`
	// Named is the group that the evidence points to; nil for every other
	// answer.
	Named *GroupName `json:"named,omitempty"`
	// Basis says on what the answer rests: "rule tags only", "techniques",
	// "software", "indicators".
	Basis  string      `json:"basis"`
	Groups []Candidate `json:"groups"` // the set that covered Coverage of past cases, best first
	// Coverage is the share of past cases whose true group such a set held.
	Coverage       float64      `json:"coverage"`
	Evidence       []Evidence   `json:"evidence"`
	Contradictions []string     `json:"contradictions"`
	Missing        []Missing    `json:"missing"`
	Without        []Without    `json:"without"`
	Planted        string       `json:"planted"`
	ErrorRate      string       `json:"error_rate"`
	Inseparable    []string     `json:"inseparable"` // ids at the head that technique evidence cannot order
	Doors          []Door       `json:"doors"`
	LookAlikes     []GroupName  `json:"look_alikes"` // by technique alone, best first; by name where techniques are few
	AlikeNote      string       `json:"look_alikes_note"`
	Ignored        []string     `json:"ignored"` // ids no group is known for
	Knowledge      []SourceName `json:"knowledge"`
	// What the sentences above were written from.
	SentenceMessage       message.Text   `json:"sentence_message"`
	ErrorRateMessage      message.Text   `json:"error_rate_message"`
	PlantedMessage        message.Text   `json:"planted_message"`
	AlikeMessage          message.Text   `json:"look_alikes_message,omitzero"`
	ContradictionMessages []message.Text `json:"contradiction_messages"`
}

// GroupName is a group's id and its main name in ATT&CK.
type GroupName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SourceName is a source of the knowledge with its version.
type SourceName struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Candidate is one group of the set.
type Candidate struct {
	GroupName
	Score         float64        `json:"score"`
	Word          string         `json:"word"` // how it stands to the first
	Contributions []Contribution `json:"contributions"`
	NotKnownFor   []string       `json:"not_known_for"` // evidence outside its profile: weak against it
	WordMessage   message.Text   `json:"word_message"`
}

// Contribution is what one piece of evidence adds to a group's score.
type Contribution struct {
	ID      string   `json:"id"`
	Weight  float64  `json:"weight"`
	Reports []string `json:"reports"` // addresses that tie it to the group
}

// Evidence is one piece of evidence and what it is worth in general.
type Evidence struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	How      How      `json:"how"`
	Class    string   `json:"class"` // "exclusive", "characteristic", "common"
	KnownFor int      `json:"known_for"`
	Meaning  string   `json:"meaning"`
	Findings []string `json:"findings"`

	MeaningMessage message.Text `json:"meaning_message"`
}

// Missing is evidence that would tell the first two groups apart.
type Missing struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	For  GroupName `json:"for"`
}

// Without is the answer when one piece of evidence is left out.
type Without struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Answer string    `json:"answer"`
	First  GroupName `json:"first"`
	Says   string    `json:"says"`

	SaysMessage message.Text `json:"says_message"`
}

// Door lists who is publicly tied to a vulnerability of the case.
type Door struct {
	CVEs []string `json:"cves"`
	Tied []Tied   `json:"tied"`
}

// Tied is one actor with the sources that say so. Entries of several sources
// that carry the other's main name are counted once.
type Tied struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Also    []string `json:"also"` // entries counted with it
	Sources []string `json:"sources"`
}
