// Package actor holds what is publicly known about threat groups: their
// names, the techniques and software each is reported to use, the reports
// that say so with their dates, the vulnerabilities each is tied to, and who
// is said to stand behind it.
//
// Vocabulary. An Actor is one entry of one source; the same people may have
// an entry in every source and these are never merged. An Alias is an edge
// from a name to an actor, with who coined the name and which source says so.
// A Use is an edge from an actor, campaign or software to a technique or
// software, with the Reports that state it. A Report is a publication that
// one address identifies. A Tie links an actor to another actor, to a
// company, an organ or a state, as some source puts it.
//
// The knowledge holds facts only: ids, names, relations, dates and addresses,
// never a source's prose. Decode treats its input as hostile: it allocates
// in proportion to the bytes present, checks every index, and returns an
// error, never a panic, for anything that is not well formed.
package actor

import "fmt"

// Knowledge is everything in one knowledge file. It is read-only and safe
// for concurrent use.
type Knowledge struct {
	Sources    []Source
	Reports    []Report
	Techniques []Technique
	Software   []Software
	Actors     []Actor
	Campaigns  []Campaign
	Uses       []Use
	Aliases    []Alias
	Exploits   []Exploit
	Ties       []Tie
	Parties    []Party
	Facts      []Fact

	index index
}

// Source is a file the knowledge was built from.
type Source struct {
	ID      string // "attack", "misp", "microsoft", "360", "spoor"
	Name    string
	Version string
	SHA256  string // of the file as read
	Licence string
}

// Report is one publication. Addresses that differ only in scheme, "www.",
// an archive's prefix, a closing slash or a fragment are the same report.
type Report struct {
	URL       string   // as the source gives it; empty when it gives none
	OtherURLs []string // further spellings of the same address
	Names     []string // the names sources cite it by
	Date      Date     // publication
	DateFrom  string   // "text", "name", "url" or "" when unknown
	Publisher string   // guessed from the host; empty when unknown
}

// Technique is an ATT&CK technique or sub-technique.
type Technique struct {
	ID      string // "T1505.003"
	Name    string
	Tactics []string // short names, "initial-access"
	Parent  string   // "T1505" for a sub-technique, else empty
	Status  string   // "", "revoked" or "deprecated"
	Now     string   // for a revoked technique the id that replaced it
}

// Software is malware or a tool in ATT&CK.
type Software struct {
	ID      string // "S0020"
	Name    string
	Aliases []string
	Kind    string // "malware" or "tool"
	Status  string
	Now     string
}

// Actor is one source's entry for a threat group.
type Actor struct {
	ID      string // "G0125", "misp:4f05d6c1", "microsoft:9728610a", "360:…"
	UUID    string
	Source  string // Source.ID
	Name    string // the source's main name
	Status  string // "", "revoked" or "deprecated"
	Now     string
	Reports []int32 // publications the source lists for the entry
}

// Campaign is an ATT&CK campaign.
type Campaign struct {
	ID        string // "C0049"
	Name      string
	Aliases   []string
	FirstSeen Date
	LastSeen  Date
	Status    string
	Reports   []int32
}

// Use says that From uses To, stated in Reports.
type Use struct {
	From    string // group, campaign or software id
	To      string // technique or software id, mapped forward
	Reports []int32
}

// Relation says how a name stands to an actor.
type Relation string

// The relations of a name to an actor.
const (
	Same     Relation = "same"     // the source gives it as another name of the actor
	Overlaps Relation = "overlaps" // the activity under the name overlaps the actor's
	PartOf   Relation = "part-of"  // the name means a part of the actor
	Umbrella Relation = "umbrella" // the name covers this actor and others
	Disputed Relation = "disputed" // some source contradicts the edge, or it is a known error
	Malware  Relation = "malware"  // the name is software the actor uses
)

// Alias is an edge from a name to an actor.
type Alias struct {
	Name      string
	Actor     string
	Namer     string // who coined the name; empty when not known
	NamerFrom string // "stated", "scheme" or "" (see docs/actors.md)
	Source    string // Source.ID of who asserts the edge
	FirstSeen Date   // date of the earliest report cited for the edge
	Relation  Relation
	Main      bool // the actor's own main name in that source
	Note      string
	Reports   []int32
}

// Exploit says that Who is publicly tied to a vulnerability.
type Exploit struct {
	Who     string // group, campaign, software or other actor id
	CVE     string // "CVE-2021-26855", or a common name such as "ProxyLogon"
	Source  string
	Via     string // the id of the technique, software or campaign whose text says it; may be empty
	Reports []int32
}

// Tie is a source's statement about how two entries stand to each other. It
// is never followed further than one step by this package, except for the
// chain of command (see Chain).
type Tie struct {
	From       string
	To         string
	Relation   string // "similar", "overlaps", "part-of", "linked", "attributed-to", "named-in", "front-company", "organ-of", …
	Likelihood string // the source's estimative word, verbatim; may be empty
	Source     string
	Statement  string // who says it, in a few words; may be empty
	Date       Date
	Reports    []int32
}

// Party is a company, organ or state that a chain of command names.
type Party struct {
	ID   string // "organ:hainan-ssd"
	Name string
	Kind string // "company", "organ", "ministry", "state"
	Also []string
}

// Fact is one field that a source gives for an actor, verbatim: country,
// suspected sponsor, confidence, unit.
type Fact struct {
	Actor  string
	Field  string
	Value  string
	Source string
}

// Date is a day as yyyymmdd; month and day may be 00 when unknown, 0 is no
// date at all.
type Date int32

// Parts returns year, month and day; unknown parts are 0.
func (d Date) Parts() (year, month, day int) {
	return int(d) / 10000, int(d) / 100 % 100, int(d) % 100
}

// Year returns the date as a fractional year, January 1st 2021 being 2021.0.
// A date of which only the year is known counts as the middle of it, one
// without a day as the month's first. No date gives 0.
func (d Date) Year() float64 {
	y, m, day := d.Parts()
	switch {
	case y == 0:
		return 0
	case m == 0:
		return float64(y) + 0.5
	}
	return float64(y) + (float64(max(m, 1)-1)+float64(max(day, 1)-1)/31)/12
}

// String returns yyyy, yyyy-mm or yyyy-mm-dd, and "" for no date.
func (d Date) String() string {
	y, m, day := d.Parts()
	switch {
	case y == 0:
		return ""
	case m == 0:
		return fmt.Sprintf("%04d", y)
	case day == 0:
		return fmt.Sprintf("%04d-%02d", y, m)
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// Valid reports whether the parts are in range.
func (d Date) Valid() bool {
	y, m, day := d.Parts()
	return d == 0 || d > 0 && y >= 1900 && y < 2200 && m <= 12 && day <= 31 && (m > 0 || day == 0)
}
