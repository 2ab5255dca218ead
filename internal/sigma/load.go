package sigma

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"

	"spoor/internal/engine"
)

// File is one rule file.
type File struct {
	Name     string
	Data     []byte
	Builtin  bool // may use the key "spoor"
	TooLarge bool // over the reader's size limit, Data is empty
}

// Options say how rules are compiled.
type Options struct {
	Placeholders Placeholders
	// Sources are log sources beside those that are known, and Fields are names
	// of fields for all sources: a field of rules to fields of records.
	Sources []Source
	Fields  map[string][]string
	// Cache, when set, gives the documents of the files that it holds, and
	// takes those that are parsed.
	Cache *Cache
	// Lint also looks for rules that can never fire or are slow.
	Lint bool
	// Each calls do with 0 to n-1, as many at once as it likes, and returns when
	// all are done; nil is one after the other. The files are worked on with it.
	// What comes out is the same.
	Each func(n int, do func(i int))
}

// Problem is a refusal or a warning.
type Problem struct {
	ID     string
	File   string
	Line   int
	Column int // of characters, from 1; 0 where only the line is known
	Code   string
	Reason string
}

// Error makes a problem an error of the compiler.
func (p *Problem) Error() string { return p.Code + ": " + p.Reason }

// Report says of every rule what became of it.
type Report struct {
	Loaded   int
	Refused  []Problem
	Warnings []Problem
	Hash     string // SHA-256 over all files, names and content
}

// Caps of one rule file; see docs/limits.md.
const (
	maxDocuments = 1_000
	maxFile      = 1 << 20
	maxNodes     = 100_000 // of a document, aliases counted each time
	maxFileNodes = 400_000 // of all documents, a global part counted each time
	maxDepth     = 100
)

// Load compiles all rules of the files, in order.
func Load(files []File, opts Options) (*engine.Ruleset, *Report) {
	if opts.Each == nil {
		opts.Each = inTurn
	}
	report := &Report{}
	var sources *Sources
	var err error
	opts.Each(2, func(i int) {
		if i == 0 {
			sources, err = builtinSources()
		} else if opts.Cache != nil {
			opts.Cache.open(files)
		}
	})
	if err != nil { // our own embedded data; a test loads it
		report.Refused = append(report.Refused, Problem{Code: "internal", Reason: err.Error()})
		return &engine.Ruleset{}, report
	}
	if err := checkSources(opts.Sources); err != nil {
		report.Refused = append(report.Refused, Problem{Code: "log-sources", Reason: err.Error()})
		return &engine.Ruleset{}, report
	}
	sources.own, sources.fields = opts.Sources, opts.Fields
	return load(files, opts, sources, report), report
}

func inTurn(n int, do func(i int)) {
	for i := range n {
		do(i)
	}
}

// hashFiles is the hash that a report states.
func hashFiles(files []File) []byte {
	h := sha256.New()
	var head []byte
	for _, f := range files {
		head = append(append(head[:0], f.Name...), 0)
		head = append(strconv.AppendInt(head, int64(len(f.Data)), 10), 0)
		h.Write(head)
		h.Write(f.Data)
	}
	return h.Sum(nil)
}

// load works on the files each by itself and joins what they give in their order.
// Hashing them all, which is one long calculation, runs beside: only then it is
// known whether the cache is of these files, and where it is not the work is done
// again without it.
func load(files []File, opts Options, sources *Sources, report *Report) *engine.Ruleset {
	l := &loader{opts: opts, sources: sources}
	outcomes := make([]outcome, len(files))
	var sum []byte
	opts.Each(len(files)+1, func(i int) {
		if i == 0 {
			sum = hashFiles(files)
			return
		}
		l.file(i-1, files[i-1], &outcomes[i-1])
	})
	report.Hash = hex.EncodeToString(sum)
	if opts.Cache != nil && !opts.Cache.seal(sum) {
		clear(outcomes)
		opts.Each(len(files), func(i int) { l.file(i, files[i], &outcomes[i]) })
	}
	set := &engine.Ruleset{Rules: make([]*engine.Rule, 0, len(files))}
	j := joining{set: set, report: report, seen: make(map[string]string, len(files))}
	for i := range outcomes {
		j.join(files[i].Name, &outcomes[i])
	}
	j.finish(l, outcomes)
	return set
}

// joining puts the parts of the files together.
type joining struct {
	set    *engine.Ruleset
	report *Report
	seen   map[string]string // id -> file
	// what refers to rules, which may stand in later files
	filters, correlations []pending
}

func (j *joining) join(file string, o *outcome) {
	j.report.Refused = append(j.report.Refused, o.refused...)
	for i := range o.rules {
		c := &o.rules[i]
		if id := c.rule.Meta.ID; id != "" {
			if first, twice := j.seen[id]; twice {
				j.report.Warnings = append(j.report.Warnings, Problem{ID: id, File: file, Line: c.line, Code: "same-id", Reason: "the id is that of the rule in " + first})
			}
			j.seen[id] = file
		}
		j.report.Warnings = append(j.report.Warnings, c.warnings...)
		j.set.Rules = append(j.set.Rules, c.rule)
		j.report.Loaded++
	}
	j.filters = append(j.filters, o.filters...)
	j.correlations = append(j.correlations, o.correlations...)
}

// finish joins what refers to rules to them: filters first, since they change
// which hits correlations see.
func (j *joining) finish(l *loader, outcomes []outcome) {
	if len(j.filters)+len(j.correlations) == 0 {
		return
	}
	x := &linker{set: j.set, report: j.report, rules: map[string][]*engine.Rule{}, later: map[string][]*correlation{}, spoken: map[*engine.Rule]bool{}, silent: map[*engine.Rule]bool{}}
	for _, r := range j.set.Rules {
		for _, n := range []string{r.Meta.ID, r.Meta.Name} {
			if n != "" && !slices.Contains(x.rules[n], r) {
				x.rules[n] = append(x.rules[n], r)
			}
		}
	}
	stated := map[*engine.Rule]logsource{}
	for _, o := range outcomes {
		for _, c := range o.rules {
			stated[c.rule] = c.source
		}
	}
	x.filters(j.filters, l, stated)
	x.correlations(j.correlations, l.opts)
}

func (r *Report) refuse(file string, line int, id string, err error) {
	r.Refused = append(r.Refused, refusal(file, line, id, err))
}

// refusal tells why a document is not read; line is where it begins.
func refusal(file string, line int, id string, err error) Problem {
	p := Problem{ID: id, File: file, Line: line, Code: "not-understood", Reason: err.Error()}
	var known *Problem
	if errors.As(err, &known) {
		p.Code, p.Reason = known.Code, known.Reason
		if known.Line > 0 {
			p.Line, p.Column = known.Line, known.Column
		}
	}
	return p
}
