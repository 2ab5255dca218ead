package indicator

import (
	"errors"
	"maps"
	"math"
	"strings"
	"time"

	"spoor/internal/finding"
	"spoor/internal/safetext"
)

// Loader reads files of indicators into one set.
type Loader struct {
	set    *Set
	report Report
	file   *FileReport
	last   int // the context that was added last
}

// NewLoader returns a loader of an empty set.
func NewLoader() *Loader {
	return &Loader{set: &Set{}, report: Report{Kinds: map[string]int{}, Codes: map[string]int{}, Files: []FileReport{}, Refusals: []Refusal{}, Warnings: []Refusal{}}, last: -1}
}

// Set closes the loader and returns the set and the report.
func (l *Loader) Set() (*Set, *Report) {
	l.set.seal()
	return l.set, &l.report
}

// begin starts the report on one file.
func (l *Loader) begin(name string) {
	l.report.Files = append(l.report.Files, FileReport{File: name})
	l.file = &l.report.Files[len(l.report.Files)-1]
}

// mark is a state of loading to go back to.
type mark struct {
	entries, arena, clauses, refusals, warnings, none int
	report                                            Report
	kinds, codes                                      map[string]int
}

func (l *Loader) mark() mark {
	return mark{
		entries: len(l.set.entries), arena: len(l.set.arena), clauses: len(l.set.clauses), refusals: len(l.report.Refusals), warnings: len(l.report.Warnings),
		none: l.report.Codes["unrecognised"], report: l.report, kinds: maps.Clone(l.report.Kinds), codes: maps.Clone(l.report.Codes),
	}
}

// back undoes what the file in progress has added.
func (l *Loader) back(m mark) {
	l.set.entries, l.set.arena, l.set.clauses = l.set.entries[:m.entries], l.set.arena[:m.arena], l.set.clauses[:m.clauses]
	r := &l.report
	r.Loaded, r.Refused, r.Warned, r.Damaged, r.Left = m.report.Loaded, m.report.Refused, m.report.Warned, m.report.Damaged, m.report.Left
	r.Kinds, r.Codes, r.Refusals, r.Warnings = m.kinds, m.codes, r.Refusals[:m.refusals], r.Warnings[:m.warnings]
	*l.file = FileReport{File: l.file.File}
}

// refuse counts a value that is not looked for.
func (l *Loader) refuse(line int, value string, r *refuse) {
	l.report.Refused++
	l.report.Codes[r.code]++
	l.file.Refused++
	if len(l.report.Refusals) < maxListed {
		l.report.Refusals = append(l.report.Refusals, Refusal{l.file.File, line, short(value), r.code, r.reason})
	}
}

func (l *Loader) warn(line int, value string, r *refuse) {
	l.report.Warned++
	if len(l.report.Warnings) < maxListed {
		l.report.Warnings = append(l.report.Warnings, Refusal{l.file.File, line, short(value), r.code, r.reason})
	}
}

// damage counts something that could not be read.
func (l *Loader) damage(line int, reason string) {
	l.report.Damaged++
	l.file.Damaged++
	if len(l.report.Warnings) < maxListed {
		l.report.Warnings = append(l.report.Warnings, Refusal{l.file.File, line, "", "damaged", reason})
	}
}

// left counts what the source marks as not to be looked for.
func (l *Loader) left() {
	l.report.Left++
	l.file.Left++
}

func short(v string) string {
	const most = 100
	if len(v) > most {
		v = v[:most] + "..."
	}
	return v
}

// add checks one indicator and takes it into the set. It returns the number
// of its entry.
func (l *Loader) add(i Indicator, line int) (uint32, bool) {
	v, warn, bad := normal(i.Kind, i.Value)
	if bad == nil && !l.room(len(v)) {
		bad = no("too-many", "the set holds as many indicators as it can")
	}
	if bad != nil {
		l.refuse(line, i.Value, bad)
		return 0, false
	}
	if warn != nil {
		l.warn(line, i.Value, warn)
	}
	n := l.enter(i.Kind, v, &i)
	l.loaded(i.Kind)
	return n, true
}

func (l *Loader) loaded(k Kind) {
	l.report.Loaded++
	l.report.Kinds[k.String()]++
	l.file.Loaded++
}

// room reports whether the set can take one more value. The arena's offsets
// have 32 bits.
func (l *Loader) room(n int) bool {
	return len(l.set.entries) < maxIndicators && uint64(len(l.set.arena)+n+maxLabel) < math.MaxUint32
}

func (l *Loader) enter(k Kind, v string, i *Indicator) uint32 {
	n := l.set.append(k, v, safetext.Terminal(i.Label[:min(len(i.Label), 4*maxLabel)]))
	e := &l.set.entries[n]
	e.context = l.context(i.Context)
	e.from, e.until = seconds64(i.From), seconds64(i.Until)
	e.sightings = uint32(min(uint64(max(i.Sightings, 0)), 1<<31))
	e.level = k.level()
	if i.Stated {
		e.level, e.flags = i.Level, e.flags|flagStated
	}
	e.first, e.last = daysTo(i.FirstUse), daysTo(i.LastUse)
	return n
}

func seconds64(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// context interns a context: indicators of one source come together.
func (l *Loader) context(c Context) uint32 {
	c.File = l.file.File
	c.Actors, c.Software = c.Actors[:min(len(c.Actors), maxTies)], c.Software[:min(len(c.Software), maxTies)]
	if l.last >= 0 && l.set.contexts[l.last].equal(c) {
		return uint32(l.last)
	}
	for n := max(len(l.set.contexts)-64, 0); n < len(l.set.contexts); n++ {
		if l.set.contexts[n].equal(c) {
			l.last = n
			return uint32(n)
		}
	}
	l.set.contexts = append(l.set.contexts, c)
	l.last = len(l.set.contexts) - 1
	return uint32(l.last)
}

// parseTime reads the times of feeds: RFC 3339, dates, "2021-03-03 10:51:16",
// or Unix seconds.
func parseTime(v string) (time.Time, error) {
	v = strings.TrimSpace(v)
	if v == "" {
		return time.Time{}, nil
	}
	if len(v) == len("2006-01-02") { // half of the time of loading goes into failed layouts
		if t, err := time.Parse("2006-01-02", v); err == nil {
			return t, nil
		}
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), nil
		}
	}
	n, ok := digits(v)
	if ok && len(v) >= 9 && len(v) <= 11 {
		return time.Unix(n, 0).UTC(), nil
	}
	return time.Time{}, errors.New("this is no time")
}

func digits(v string) (int64, bool) {
	var n int64
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' || i > 17 {
			return 0, false
		}
		n = n*10 + int64(v[i]-'0')
	}
	return n, v != ""
}

// until turns a bare date into the end of its day.
func until(v string, t time.Time) time.Time {
	if len(strings.TrimSpace(v)) == len("2006-01-02") && strings.Contains(v, "-") {
		return t.Add(24*time.Hour - time.Second)
	}
	return t
}

func parseLevel(v string) (finding.Level, bool) {
	return finding.ParseLevel(strings.ToLower(strings.TrimSpace(v)))
}

// tlp reads a Traffic Light Protocol marking (FIRST, version 2.0); white is
// the old word for clear.
func tlp(v string) string {
	v = strings.ToLower(strings.TrimSpace(v))
	v = strings.TrimPrefix(strings.TrimPrefix(v, "tlp:"), "tlp ")
	switch v {
	case "white", "clear":
		return "clear"
	case "green", "amber", "amber+strict", "red":
		return v
	}
	return ""
}
