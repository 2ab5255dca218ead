package indicator

import (
	"strings"
	"time"

	"spoor/internal/finding"
)

// Indicator is one value with what its source says of it.
type Indicator struct {
	Kind  Kind
	Value string // in the form that is compared
	Label string // what the source calls it, at most maxLabel bytes
	// From and Until bound the time for which the source states it; zero is
	// open. FirstUse and LastUse are the days between which it says that it
	// was used, zero where it does not say.
	From, Until       time.Time
	FirstUse, LastUse time.Time
	Sightings         int // how often the source says it was seen, 0 if it does not say
	Level             finding.Level
	Stated            bool // the source states the level itself
	Context           Context
	Also              []Indicator // the other parts of a clause, without context
	Port              uint16      // of a clause, 0 if none
}

// Context is what several indicators of one source share.
type Context struct {
	Publisher string
	Feed      string // title of the event, bundle or list
	Link      string
	TLP       string   // "clear", "green", "amber", "amber+strict", "red" or ""
	Actors    []string // ATT&CK group ids where the source gives them, else its names
	Software  []string // ATT&CK software ids
	File      string   // the file it was read from
}

// Refusal is one value that is not looked for, or a warning about one that is.
type Refusal struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"` // 1-based, 0 where the format has none
	Value  string `json:"value"`          // as stated, shortened
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// FileReport is what became of one file.
type FileReport struct {
	File    string `json:"file"`
	Format  string `json:"format"` // "stix", "misp", "openioc", "csv", "list", "misp manifest" or "" if none
	Loaded  int    `json:"loaded"`
	Refused int    `json:"refused"`
	Damaged int    `json:"damaged"` // lines or objects that could not be read
	Left    int    `json:"left"`    // what the source itself marks as not to be looked for
}

// Report says what was loaded and what was not. The lists end at maxListed;
// the counts are complete.
type Report struct {
	Loaded   int            `json:"loaded"`
	Kinds    map[string]int `json:"kinds"`
	Files    []FileReport   `json:"files"`
	Refused  int            `json:"refused"`
	Codes    map[string]int `json:"codes"` // refusals by code
	Refusals []Refusal      `json:"refusals"`
	Warned   int            `json:"warned"`
	Warnings []Refusal      `json:"warnings"`
	Damaged  int            `json:"damaged"`
	Left     int            `json:"left"`
}

// Named reports whether a file that is not built in gave an indicator.
func (r *Report) Named() bool {
	for _, f := range r.Files {
		if f.Loaded > 0 && !strings.HasPrefix(f.File, Builtin) {
			return true
		}
	}
	return false
}

// Builtin begins the names of the lists that are part of spoor.
const Builtin = "builtin/"

// Caps of loading; see docs/limits.md.
const (
	maxListed     = 1000      // refusals and warnings that are listed; all are counted
	maxIndicators = 4_000_000 // values of a set; about 100 bytes each
	maxFileBytes  = 2 << 30   // one file of indicators
	maxFiles      = 100_000   // files of one folder
	maxValue      = 4096      // bytes of one value
	maxLabel      = 120       // bytes kept of what a source says about a value
	maxLine       = 64 << 10  // bytes of one line of a list
	maxTies       = 16        // actors or programs kept of one source
)
