// Package statement holds the public record of attribution: who said what
// about whom, when, in which words, how strongly, on what basis and with which
// legal act and consequence. It loads, checks, searches and compares it.
// Package draft proposes statements from a text, package importer takes them
// from other collections.
//
// Vocabulary: a Source is something that was read, with a stored excerpt; an
// Incident is an attack or campaign with its own period; a Statement has one
// speaker, one target, at most one incident, and either words (with a
// strength) or a legal act (with a status), never both. Words and legal acts
// are separate axes, so no act is ever drawn as "stronger words". A File holds
// some of each, and a Set is all files that were loaded together. Users know
// the whole as "the record" (spoor record, the folder record/); in the code a
// record is what a log holds, and a statement is never called one.
//
// Files are hostile input: decoding is strict and bounded, an unknown key or
// value is an error with file and line, and nothing is dropped silently.
package statement

// FormatVersion is the value of the `record` key of a file this code reads.
const FormatVersion = 1

// File is one record file: a day, an act or an import. Ids are unique over
// all files that are loaded together, and may be used across files.
type File struct {
	Record     int         `yaml:"record" json:"record"`
	Sources    []Source    `yaml:"sources,omitempty" json:"sources,omitempty"`
	Incidents  []Incident  `yaml:"incidents,omitempty" json:"incidents,omitempty"`
	Statements []Statement `yaml:"statements,omitempty" json:"statements,omitempty"`
}

// Source is what was read: an address, the day it was read, and the excerpt
// in which every quote of its rows is found verbatim.
type Source struct {
	ID        string `yaml:"id" json:"id"`
	URL       string `yaml:"url" json:"url"`
	Archived  string `yaml:"archived,omitempty" json:"archived,omitempty"`
	Publisher string `yaml:"publisher" json:"publisher"`
	Title     string `yaml:"title,omitempty" json:"title,omitempty"`
	Published Date   `yaml:"published,omitempty" json:"published,omitempty"`
	// Read is the day the excerpt was taken from the address or its copy.
	Read Date `yaml:"read" json:"read"`
	// Medium is primary (the speaker's own publication), secondary (press,
	// a data set, someone else's account) or translation.
	Medium   string `yaml:"medium" json:"medium"`
	Language string `yaml:"language" json:"language"`
	// Via says how it was read where not at its address: "stored copy",
	// "data set", "repository".
	Via     string `yaml:"via,omitempty" json:"via,omitempty"`
	Excerpt string `yaml:"excerpt" json:"excerpt"`

	Where Position `yaml:"-" json:"-"`
}

// Incident is an attack, a campaign or a course of conduct with its own
// period. A legal act binds to its own incident, not to the one in the news.
type Incident struct {
	ID   string `yaml:"id" json:"id"`
	Name string `yaml:"name" json:"name"`
	From Date   `yaml:"from" json:"from"`
	// Until is empty while the end is not known.
	Until Date `yaml:"until,omitempty" json:"until,omitempty"`
	// CVEs and Chains bind an incident to a case: Chains are the verdict's
	// chain ids (proxylogon, proxyshell ...).
	CVEs   []string `yaml:"cves,omitempty" json:"cves,omitempty"`
	Chains []string `yaml:"chains,omitempty" json:"chains,omitempty"`
	Note   string   `yaml:"note,omitempty" json:"note,omitempty"`

	Where Position `yaml:"-" json:"-"`
}

// Statement is one row: speaker x target x incident.
type Statement struct {
	ID      string  `yaml:"id" json:"id"`
	Speaker Speaker `yaml:"speaker" json:"speaker"`
	Date    Date    `yaml:"date" json:"date"`
	// Addressee is whom the words were said to, where that is known.
	Addressee string `yaml:"addressee,omitempty" json:"addressee,omitempty"`

	// Wording says whose words the source holds: quoted (the speaker's),
	// reported (a reporter's indirect speech) or none (the speaker is only
	// named; then verb, quote and strength are absent).
	Wording string `yaml:"wording" json:"wording"`
	// Verb is the verbatim verb or verb phrase, found in Quote.
	Verb string `yaml:"verb,omitempty" json:"verb,omitempty"`
	// Quote is verbatim from the source's excerpt; More holds further
	// verbatim pieces of the same row.
	Quote string   `yaml:"quote,omitempty" json:"quote,omitempty"`
	More  []string `yaml:"more,omitempty" json:"more,omitempty"`
	// Span is the byte range [start, end) of Quote in the text that was
	// read, for rows made from a file.
	Span []int `yaml:"span,omitempty,flow" json:"span,omitempty"`

	Target   Target   `yaml:"target" json:"target"`
	Incident string   `yaml:"incident,omitempty" json:"incident,omitempty"`
	Groups   []string `yaml:"groups,omitempty,flow" json:"groups,omitempty"`
	Persons  []Person `yaml:"persons,omitempty" json:"persons,omitempty"`

	// Strength is the strength of the words, -1 to 6; absent on a legal act
	// and where there is no wording. See docs/strength.md.
	Strength *int `yaml:"strength,omitempty" json:"strength,omitempty"`
	// Responsibility is the state's claimed part on Healey's spectrum.
	Responsibility string      `yaml:"responsibility,omitempty" json:"responsibility,omitempty"`
	Confidence     *Confidence `yaml:"confidence,omitempty" json:"confidence,omitempty"`
	// Finding says whether the speaker speaks from an own finding, endorses
	// another's, or neither.
	Finding      string   `yaml:"finding,omitempty" json:"finding,omitempty"`
	Endorses     []string `yaml:"endorses,omitempty,flow" json:"endorses,omitempty"`
	Condemnation string   `yaml:"condemnation,omitempty" json:"condemnation,omitempty"`
	Demand       string   `yaml:"demand,omitempty" json:"demand,omitempty"`
	Basis        string   `yaml:"basis,omitempty" json:"basis,omitempty"`

	Legal       *Legal   `yaml:"legal,omitempty" json:"legal,omitempty"`
	Consequence string   `yaml:"consequence,omitempty" json:"consequence,omitempty"`
	Victims     []Victim `yaml:"victims,omitempty" json:"victims,omitempty"`

	Source      string   `yaml:"source" json:"source"`
	Joint       string   `yaml:"joint,omitempty" json:"joint,omitempty"`
	Contradicts []string `yaml:"contradicts,omitempty,flow" json:"contradicts,omitempty"`
	Supersedes  []string `yaml:"supersedes,omitempty,flow" json:"supersedes,omitempty"`
	Note        string   `yaml:"note,omitempty" json:"note,omitempty"`

	Where Position `yaml:"-" json:"-"`
}

// Speaker is who spoke and for whom. State is an ISO 3166 alpha-2 code, or
// EU, NATO, UN for bodies.
type Speaker struct {
	Name  string `yaml:"name" json:"name"`
	Kind  string `yaml:"kind" json:"kind"`
	State string `yaml:"state,omitempty" json:"state,omitempty"`
	Body  string `yaml:"body,omitempty" json:"body,omitempty"`
	Role  string `yaml:"role,omitempty" json:"role,omitempty"`
}

// Target is whom the words point at, at the level the words reach.
type Target struct {
	Name  string `yaml:"name" json:"name"`
	Level string `yaml:"level" json:"level"`
	State string `yaml:"state,omitempty" json:"state,omitempty"`
}

// Person is a named person and where the law stands on that person. Until a
// judgment the status never says more than charged.
type Person struct {
	Name   string `yaml:"name" json:"name"`
	Role   string `yaml:"role,omitempty" json:"role,omitempty"`
	Status string `yaml:"status" json:"status"`
}

// Confidence is the speaker's own phrase and the scale it belongs to. It is
// never turned into a number here.
type Confidence struct {
	Phrase string `yaml:"phrase" json:"phrase"`
	Scale  string `yaml:"scale" json:"scale"`
}

// Legal is a legal act with its status and the day of that status.
type Legal struct {
	Kind   string `yaml:"kind" json:"kind"`
	Status string `yaml:"status" json:"status"`
	Date   Date   `yaml:"date" json:"date"`
	Court  string `yaml:"court,omitempty" json:"court,omitempty"`
	Counts int    `yaml:"counts,omitempty" json:"counts,omitempty"`
}

// Victim is one figure or one named set of victims. Units never mix: 30,000
// organisations and tens of thousands of servers are two entries.
type Victim struct {
	// Count is zero where the source gives words only ("dozens"); Phrase is
	// then what it says.
	Count  int64  `yaml:"count,omitempty" json:"count,omitempty"`
	Bound  string `yaml:"bound,omitempty" json:"bound,omitempty"`
	Phrase string `yaml:"phrase" json:"phrase"`
	Unit   string `yaml:"unit" json:"unit"`
	Where  string `yaml:"where,omitempty" json:"where,omitempty"`
	// Source is who gives the figure; empty means the row's own source.
	Source string `yaml:"source,omitempty" json:"source,omitempty"`
}

// Position is where an entry stands in its file.
type Position struct {
	File string
	Line int
}
