package webshell

import (
	"math/bits"
	"path"
	"strings"

	"spoor/internal/exchange"
)

// Class names what was found.
type Class string

// The classes of web shells. The same names stand for a review where only a
// part of the structure is there.
const (
	Dump          Class = "virtual-directory-dump" // settings with script in an address, as CVE-2021-27065 writes them
	RunsRequest   Class = "runs-request"           // evaluates what the request sends, or calls what it names
	Starts        Class = "starts-process"         // starts the command that the request sends
	LoadsCode     Class = "loads-code"             // loads, compiles or defines code of the request
	CreatesAny    Class = "creates-objects"        // has a formatter create what the request describes
	RunsMemory    Class = "runs-memory"            // puts code into memory and runs it
	DecodesItself Class = "decodes-itself"         // runs or writes code that it carries encoded, or fetches
	WritesFile    Class = "writes-file"            // writes what the request sends where the request says
	ManagesFiles  Class = "manages-files"          // lists, reads, changes files that the request names
	Tunnels       Class = "tunnels"                // passes data on to where the request says
	Queries       Class = "queries-database"       // runs the request's query on the request's database
	ShowsKeys     Class = "shows-keys"             // answers with the machine keys
	KeepsSecrets  Class = "keeps-passwords"        // writes passwords that were typed to a file
	// Classes that are only ever a review.
	TakesUpload   Class = "takes-upload"
	Answer        Class = "virtual-directory-answer" // a dump whose address is what is left when script is cut out
	OddPlace      Class = "code-in-odd-place"
	ChangedPage   Class = "changed-product-page"
	ReportedName  Class = "reported-name"
	EncodedScript Class = "encoded-script"
	MapsStatic    Class = "maps-static-files"
	// Compiled is what the server leaves of a page that was asked for.
	Compiled Class = "compiled-page"
)

// reason is why a page is judged as it is.
type reason struct {
	class Class
	says  string
}

func (f fact) has(any fact) bool { return f&any != 0 }

const fileActs = readsChosen | deletesChosen | movesChosen | writesRequest

// shell is why facts make a web shell, an empty class when they do not.
func shell(f fact) reason {
	acts := bits.OnesCount64(uint64(f & fileActs))
	switch {
	case f.has(runsRequest):
		return reason{RunsRequest, "runs what a request sends"}
	case f.has(startsRequest):
		return reason{Starts, "starts the command that a request sends"}
	case f.has(loadsRequest):
		return reason{LoadsCode, "loads code that a request sends"}
	case f.has(callsRequest):
		return reason{RunsRequest, "calls what a request names with what it sends"}
	case f.has(createsRequest):
		return reason{CreatesAny, "lets a request create any object, which runs code"}
	case f.has(allocatesCode) && f.has(copiesCode|runsMemory):
		return reason{RunsMemory, "copies code into memory and runs it"}
	case f.has(listsChosen|listsDrives) && acts >= 2, acts >= 3:
		return reason{ManagesFiles, "lists, reads and changes the files that a request names"}
	case f.has(startsUnknown) && f.has(listsDrives) && f.has(readsRequest):
		return reason{ManagesFiles, "starts programs and lists the server's drives for a request"}
	case f.has(connectsChosen) && f.has(movesData), f.has(relaysHeader):
		return reason{Tunnels, "passes data on to the machine that a request names"}
	case f.has(opensDatabase) && f.has(runsQuery):
		return reason{Queries, "runs a request's query on the database that it names"}
	case f.has(writesRequest):
		return reason{WritesFile, "writes what a request sends to the file that it names, or to a page"}
	case f.has(runsHidden | loadsHidden | hidesCall):
		return reason{DecodesItself, "runs code that it carries encoded"}
	case f.has(writesHidden):
		return reason{DecodesItself, "writes a server page that it carries"}
	case f.has(runsFetched):
		return reason{DecodesItself, "runs code that it fetches from elsewhere"}
	case f.has(readsKeys) && f.has(answers):
		return reason{ShowsKeys, "answers with the server's machine keys, which sign what the server trusts"}
	case f.has(keepsSecrets):
		return reason{KeepsSecrets, "writes passwords that people type to a file"}
	}
	return reason{}
}

// doubt is why facts make a review.
func doubt(f fact) reason {
	switch {
	case f.has(startsFixed):
		return reason{Starts, "starts a fixed program with what a request sends"}
	case f.has(callsChosen):
		return reason{RunsRequest, "uses a type or function that a request names"}
	case f.has(runsOther) && f.has(readsRequest):
		return reason{RunsRequest, "evaluates text that it puts together, and reads requests"}
	case f.has(includesPart):
		return reason{RunsRequest, "includes a file that a request names in part"}
	case f.has(takesUpload):
		return reason{TakesUpload, "saves uploads beside itself under the name that the client states"}
	case f.has(connectsChosen | relaysRequest):
		return reason{Tunnels, "connects to the address that a request names"}
	case f.has(deletesChosen | movesChosen | readsChosen | listsChosen):
		return reason{ManagesFiles, "reads or changes a file that a request names"}
	case f.has(opensDatabase | runsQuery):
		return reason{Queries, "passes a request's text to a database as it is"}
	case f.has(startsOther) && f.has(readsRequest):
		return reason{Starts, "starts a program, and reads requests"}
	}
	return reason{}
}

// judge weighs what a page does with where it stands.
func judge(pg *page, f fact, p, carrier string) Result {
	r := Result{Carrier: carrier}
	if s := shell(f); s.class != "" {
		r.Outcome, r.Class, r.Why = WebShell, s.class, subject(pg, p, carrier)+" that "+s.says
		return r
	}
	review := func(c Class, grave bool, why string) Result {
		r.Outcome, r.Class, r.Grave, r.Why = Review, c, grave, why
		return r
	}
	switch d := doubt(f); {
	case carrier != "" && len(pg.pieces) > 0 && (inServedFolder(p) || pageEnding(p)):
		return review(OddPlace, true, "server code inside "+carrier)
	case pg.encoded:
		return review(EncodedScript, true, "a server page whose script is encoded, so that nobody can read it")
	case d.class != "":
		return review(d.class, false, subject(pg, p, carrier)+" that "+d.says)
	case pg.mapped && inServedFolder(p):
		return review(MapsStatic, true, "a configuration that has files run as script which servers otherwise hand out as they are")
	case exchange.ShipsFile(p) && inServedFolder(p) && !strings.HasPrefix(pg.inherits, "microsoft.exchange"):
		return review(ChangedPage, true, "a page with the name of one that Exchange ships, but without the class that stands behind Exchange's")
	}
	return Result{}
}

// subject names the page in the sentence that says why.
func subject(pg *page, p, carrier string) string {
	switch {
	case carrier != "":
		return "server code inside " + carrier
	case exchange.ShipsFile(p):
		return "a page that Exchange ships, with code added"
	case pg.config:
		return "server code in a configuration file"
	case pg.family == familySheet:
		return "a stylesheet with script"
	case pg.handler:
		return "a server handler"
	}
	return "a server page"
}

// withName adds what the name alone says.
func withName(p string, r Result) Result {
	if r.Outcome == Nothing && reportedName(p) && inServedFolder(p) {
		return Result{Outcome: Review, Class: ReportedName, Grave: true, Why: "a page with a name that public reports tie to web shells (" + path.Base(p) + ")"}
	}
	return r
}
