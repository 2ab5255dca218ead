package storyline

import (
	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/message"
)

// Schema names the contract of verdict.json. Fields may be added under the
// same name, never renamed. Its sentences are English; beside each that has
// values stands the message it was written from, and In writes them all in
// another language.
const Schema = "spoor.verdict/1"

// Verdict is the content of verdict.json.
type Verdict struct {
	Schema   string   `json:"schema"`
	Hosts    []*Host  `json:"hosts"`
	Evidence Evidence `json:"evidence"`
	Rules    Rules    `json:"rules"`
	// Indicators says which published indicators were looked for.
	Indicators *Indicators `json:"indicators,omitempty"`
}

// Evidence counts the items handed over.
type Evidence struct {
	Items      int        `json:"items"`
	Examined   int        `json:"examined"`
	Partly     int        `json:"partly"`
	Unreadable int        `json:"unreadable"`
	Ignored    int        `json:"ignored"`
	Bytes      int64      `json:"bytes"`
	Twice      Twice      `json:"handed_over_twice"`
	NotWhole   []NotWhole `json:"not_fully_examined"`
	Known      Known      `json:"known"`
	// Untold counts events beyond the caps of the coverage: they were
	// examined, but the periods above do not rest on them.
	Untold int64 `json:"beyond_coverage"`
	// NotFollowed counts requests for pages, and readers of mail, beyond the
	// caps of what is remembered of them: rules saw them, sums did not.
	NotFollowed int64 `json:"not_followed,omitempty"`
	// Dropped is what other observers left out at their limits.
	Dropped []Dropped `json:"dropped,omitempty"`
	// Interrupted says what an interrupted examination left out, "" when it
	// came to its end.
	Interrupted string       `json:"interrupted,omitempty"`
	Stopped     message.Text `json:"interrupted_message,omitzero"`
	Period      Period       `json:"period"`
}

// Dropped counts events that an observer left out.
type Dropped struct {
	By     string `json:"by"`
	Events int64  `json:"events"`
}

// Period is what the user limited the examination to; empty bounds are open.
type Period struct {
	From    string `json:"from"`
	To      string `json:"to"`
	LeftOut int64  `json:"left_out"` // events outside
}

// Known counts the findings left out because the user named them as known.
type Known struct {
	Findings int64  `json:"findings"`
	Reason   string `json:"reason"`
}

// Twice is what was handed over more than once and examined once.
type Twice struct {
	Items    int   `json:"items"`
	Blocks   int   `json:"blocks"`
	Findings int   `json:"findings"`
	Bytes    int64 `json:"bytes"`
}

// NotWhole names an item that was not fully examined, and why.
type NotWhole struct {
	Path    string `json:"path"`
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
}

// Rules says which rules ran.
type Rules struct {
	Loaded  int           `json:"loaded"`
	Refused []RefusedRule `json:"refused"`
	Version string        `json:"version"` // date of the built-in rules
	// Capped lists rules with more findings on a host than are stored.
	Capped []CappedRule `json:"capped,omitempty"`
}

// RefusedRule is a rule that could not be honoured exactly.
type RefusedRule struct {
	ID     string `json:"id"`
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// Indicators counts the indicators that were loaded and those that were not.
type Indicators struct {
	Loaded  int            `json:"loaded"`
	Kinds   map[string]int `json:"kinds"`
	Refused int            `json:"refused"`
	Codes   map[string]int `json:"codes"` // refusals by code
	Damaged int            `json:"damaged"`
	Left    int            `json:"left"` // marked by their source as not to be looked for
	Warned  int            `json:"warned"`
	// Listed are the first refusals; the counts are complete.
	Listed []RefusedIndicator `json:"listed"`
}

// RefusedIndicator is an indicator that is not looked for.
type RefusedIndicator struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Value  string `json:"value"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// CappedRule counts the findings of a rule on a host beyond the stored ones.
type CappedRule struct {
	ID    string `json:"id"`
	Host  string `json:"host"`
	Total int64  `json:"total"`
}

// Word is a verdict.
type Word string

// The verdicts in their order of precedence.
const (
	IsCompromised Word = "compromised"
	IsSuspicious  Word = "suspicious"
	IsAttempted   Word = "attempted"
	NothingFound  Word = "nothing-found"
	CannotTell    Word = "cannot-tell"
)

// Outcomes of an attempt.
const (
	Failed    = "failed"
	NotSeen   = "not-seen"
	Undecided = "cannot-tell"
)

// Host is the verdict on one host.
type Host struct {
	Host          string         `json:"host"`
	Aliases       []string       `json:"aliases"`
	Verdict       Word           `json:"verdict"`
	Outcome       string         `json:"outcome"`
	Action        string         `json:"action,omitempty"` // AssumeBrokenInto or ""
	Reason        string         `json:"reason"`
	FirstAttempt  string         `json:"first_attempt"`
	FirstSuccess  string         `json:"first_success"`
	Last          string         `json:"last"`
	Ongoing       string         `json:"ongoing"`
	Build         string         `json:"build"`  // the newest seen
	Builds        []BuildSeen    `json:"builds"` // all of them, oldest first
	Fixed         []Fixed        `json:"fixed"`
	Windows       []*Window      `json:"windows"`
	Chains        []*ChainResult `json:"chains"`
	Webshells     []*Shell       `json:"webshells"`
	Story         []*Entry       `json:"story"`
	Leads         []*Lead        `json:"leads"`
	Coverage      []CoverageRow  `json:"coverage"`
	CannotRuleOut []string       `json:"cannot_rule_out"`
	NotChecked    []Door         `json:"not_checked"`
	Next          []Action       `json:"next"`
	// Taken says in plain words what was probably taken, with numbers.
	Taken      []string `json:"taken"`
	Hypotheses []any    `json:"hypotheses"`
	Values     Values   `json:"values"`
	// What Reason, Ongoing and CannotRuleOut were written from.
	Why    message.Text   `json:"reason_message,omitzero"`
	GoesOn message.Text   `json:"ongoing_message,omitzero"`
	Unseen []message.Text `json:"cannot_rule_out_messages"`
	Took   []message.Text `json:"taken_messages,omitempty"`

	loose     map[string]bool           // steps of "after" that no chain explains
	signs     coverage.Signs            // of what the server runs
	absentNow []wanted                  // logs that were not handed over
	away      map[*finding.Finding]bool // what landed on another server
	servers   servers                   // known in this examination
}

// BuildSeen is a build that rows state, from the first to the last of them.
type BuildSeen struct {
	Build string `json:"build"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// Fixed says whether the newest build seen holds a chain's fix.
type Fixed struct {
	Chain string `json:"chain"`
	Title string `json:"title"`
	Patch Patch  `json:"patch"`
	Since string `json:"since"` // first row that states a fixed build
}

// ChainResult is how far one chain went on a host.
type ChainResult struct {
	ID           string   `json:"id"`
	Title        string   `json:"title"`
	CVEs         []string `json:"cves"`
	Grade        Grade    `json:"grade"`
	Outcome      string   `json:"outcome"`
	Deepest      string   `json:"deepest"`
	DeepestSays  string   `json:"deepest_says"`
	FirstAttempt string   `json:"first_attempt"`
	FirstSuccess string   `json:"first_success"`
	Last         string   `json:"last"`
	Fixed        Patch    `json:"fixed"`
	Sources      []string `json:"sources"`
	Findings     []string `json:"findings"`
	Notes        []string `json:"notes,omitempty"`
	// Unproven says by codes why what has the form of a success is none.
	Unproven []string `json:"unproven,omitempty"`

	NoteMessages []message.Text `json:"note_messages,omitempty"`

	hits []*hit
}

// Shell is a page that is or may be a web shell.
type Shell struct {
	Path          string `json:"path"`
	SHA256        string `json:"sha256"`
	Written       bool   `json:"written"`
	Answered      bool   `json:"answered"`
	Used          bool   `json:"used"`
	Gone          bool   `json:"gone"`
	Returned      bool   `json:"returned,omitempty"` // visitors came back though they were refused
	Compiled      bool   `json:"compiled"`           // the server compiled it: it was there and was asked for
	FirstWritten  string `json:"first_written"`
	FirstAnswered string `json:"first_answered"`
	FirstUsed     string `json:"first_used"`
	LastSeen      string `json:"last_seen"`
	GoneAt        string `json:"gone_at"`
	// Reasons are why the page counts as a compromise (pageReasons); none
	// where it does not.
	Reasons  []string `json:"reasons"`
	Sources  []string `json:"sources"`
	Findings []string `json:"findings"`
	Says     string   `json:"says"`

	structural bool // the file itself was examined and is a shell
	alone      bool // its code is all in the file, as that of a planted page is
	inProduct  bool // it lies in a folder that only the product fills
}

// Entry is one line of the storyline.
type Entry struct {
	Time    string           `json:"time"`
	Until   string           `json:"until,omitempty"`
	Chain   string           `json:"chain"`
	Step    string           `json:"step"`
	Grade   Grade            `json:"grade"`
	Says    string           `json:"says"`
	Detail  string           `json:"detail"`
	Sources []string         `json:"sources"`
	Count   int              `json:"count"`
	Proof   []Proven         `json:"proof"`
	first   *finding.Finding `json:"-"`
}

// Proven points to a record.
type Proven struct {
	Path    string `json:"path"`
	Line    int64  `json:"line,omitempty"`
	Record  uint64 `json:"record,omitempty"`
	Offset  int64  `json:"offset"`
	Finding string `json:"finding"`
}

// Lead is a rule that fired outside every chain.
type Lead struct {
	Rule    string `json:"rule"`
	Title   string `json:"title"`
	Level   string `json:"level"`
	Count   int    `json:"count"`
	First   string `json:"first"`
	Last    string `json:"last"`
	Message string `json:"message"`
	Proof   Proven `json:"proof"`
}

// Span is a time without rows.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// CoverageRow is one kind of log of the host.
type CoverageRow struct {
	Kind    string `json:"kind"`
	From    string `json:"from"`
	To      string `json:"to"`
	Records int64  `json:"records"`
	Holes   []Span `json:"holes"`
	// Gaps are the first places where record numbers are missing, MissingIDs
	// how many are in all places.
	Gaps       []IDGap `json:"gaps,omitempty"`
	MissingIDs int64   `json:"missing_ids,omitempty"`
	// NoRule counts the records that no rule asks anything of.
	NoRule int64  `json:"no_rule"`
	Note   string `json:"note"`

	NoteMessages []message.Text `json:"note_messages,omitempty"`
}

// IDGap is a place where record numbers are missing, between the times of the
// two records around it.
type IDGap struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Missing int64  `json:"missing"`
}

// Door is a way in that this version does not check.
type Door struct {
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
	Says string `json:"says" yaml:"says"`
}

// Action is something to do next, with its reason. ID and Values are what
// both are written from.
type Action struct {
	Do     string         `json:"do"`
	Why    string         `json:"why"`
	ID     string         `json:"id"`
	Values map[string]any `json:"values,omitempty"`
}
