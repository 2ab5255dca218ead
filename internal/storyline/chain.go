package storyline

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"spoor/event"
	"spoor/internal/exchange"
	"spoor/internal/finding"
)

//go:embed chains/*.yml
var chainFiles embed.FS

// Grade says how far a step goes.
type Grade string

// The grades, from nothing to the worst.
const (
	None        Grade = "none"
	Suspicious  Grade = "suspicious"
	Attempted   Grade = "attempted"
	Exploited   Grade = "exploited"
	Compromised Grade = "compromised"
)

func (g Grade) rank() int {
	return slices.Index([]Grade{None, Suspicious, Attempted, Exploited, Compromised}, g)
}

// Step is one place in a chain.
type Step struct {
	ID    string   `yaml:"id"`
	Grade Grade    `yaml:"grade"`
	CVEs  []string `yaml:"cves"`
	Says  string   `yaml:"says"`
	// Plain says the same for somebody who never heard of the chain; it
	// stands in the headline. Empty is Says.
	Plain  string `yaml:"plain"`
	Proves *Proof `yaml:"proves"`
	// Also names steps of other chains ("after/command") whose findings show
	// this step too.
	Also []string `yaml:"also"`
	// Refused is whether the record itself shows that the try was refused.
	Refused bool `yaml:"refused"`
	// ResultSources are the logs that would show that this step succeeded,
	// where they are others than the chain's.
	ResultSources []string `yaml:"result_sources"`
	order         int
}

// Proof raises a step whose place in a sequence proves more than its row: it
// needs the answers of the steps in After, seen in that order before it.
type Proof struct {
	After  []string      `yaml:"after"`
	Within time.Duration `yaml:"within"`
	Grade  Grade         `yaml:"grade"`
	// Anybody lets the earlier steps come from another address: what an
	// intruder placed, others may visit.
	Anybody bool `yaml:"anybody"`
	// Slack is how long after this step the last of the earlier ones may
	// stand: a web server notes a request at its end, a program it started
	// at its start.
	Slack time.Duration `yaml:"slack"`
}

// Chain is a known way in.
type Chain struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	Door    string   `yaml:"door"`
	Applies string   `yaml:"applies"` // "exchange": only servers that run it are exposed
	CVEs    []string `yaml:"cves"`
	// ClosedBy is the weakness whose fix shuts the door, "" where none is known.
	ClosedBy string `yaml:"closed_by"`
	// DoorSources are the logs that show a knock at this door; empty is the
	// web server's (IIS and HttpProxy).
	DoorSources []string `yaml:"door_sources"`
	// Earliest is the day of the earliest use reported in public, nil where
	// none was: from then on a server without the fix was exposed.
	Earliest *struct {
		Date    string   `yaml:"date"`
		Sources []string `yaml:"sources"`
	} `yaml:"earliest"`
	ResultSources []string `yaml:"result_sources"`
	// ErrorsRefuse is whether an answer of 500 and above means that the
	// request was refused; true where the data does not say.
	ErrorsRefuse *bool  `yaml:"errors_refuse"`
	Steps        []Step `yaml:"steps"`

	steps map[string]*Step
	also  map[string]*Step
	fix   *exchange.Fix
	start event.Time // of Earliest
}

// Chains returns the built-in chains, by id.
func Chains() (map[string]*Chain, error) {
	names, err := fs.Glob(chainFiles, "chains/*.yml")
	if err != nil {
		return nil, fmt.Errorf("list chains: %w", err)
	}
	chains := make(map[string]*Chain, len(names))
	for _, name := range names {
		data, err := chainFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read chain %s: %w", name, err)
		}
		c := &Chain{}
		if err := yaml.Unmarshal(data, c); err != nil {
			return nil, fmt.Errorf("parse chain %s: %w", name, err)
		}
		if err := c.index(); err != nil {
			return nil, fmt.Errorf("check chain %s: %w", name, err)
		}
		chains[c.ID] = c
	}
	return chains, nil
}

func (c *Chain) index() error {
	c.steps = make(map[string]*Step, len(c.Steps))
	c.also = map[string]*Step{}
	for i := range c.Steps {
		s := &c.Steps[i]
		s.order = i
		if s.Grade.rank() < 0 {
			return fmt.Errorf("step %s has the unknown grade %q", s.ID, s.Grade)
		}
		c.steps[s.ID] = s
		for _, name := range s.Also {
			c.also[name] = s
		}
	}
	if c.fix = exchange.FixOf(c.ClosedBy); c.fix == nil && c.ClosedBy != "" {
		return fmt.Errorf("no update is known to fix %s", c.ClosedBy)
	}
	if c.Earliest != nil {
		day, err := time.Parse(time.DateOnly, c.Earliest.Date)
		if err != nil {
			return fmt.Errorf("read the day of the earliest use: %w", err)
		}
		if len(c.Earliest.Sources) == 0 {
			return fmt.Errorf("no source tells of the earliest use")
		}
		c.start = event.TimeOf(day, 0, event.FromRecord)
	}
	return nil
}

// step is the place of a finding in the chain, nil for none.
func (c *Chain) step(f *finding.Finding) *Step {
	if f.Step.Chain == c.ID {
		return c.steps[f.Step.Name]
	}
	return c.also[f.Step.Chain+"/"+f.Step.Name]
}

// Patch is whether a build holds the fix for a chain.
type Patch = exchange.State

// The answers; PatchUnknown stands for builds of lines that are not known.
const (
	PatchUnknown = exchange.Unknown
	PatchMissing = exchange.NotFixed
	PatchPresent = exchange.Fixed
	NotAffected  = exchange.NotAffected
)

// Patched tells whether a build holds the chain's fix.
func (c *Chain) Patched(text string) Patch {
	b, ok := exchange.ParseBuild(text)
	if !ok {
		return PatchUnknown
	}
	return c.fix.State(b)
}
