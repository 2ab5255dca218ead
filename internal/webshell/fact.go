package webshell

import "strings"

// fact is one thing that a page was seen to do, as a set.
type fact uint64

const (
	runsRequest    fact = 1 << iota // evaluates request data as code
	runsHidden                      // evaluates code that it decodes from itself
	runsFetched                     // evaluates code that it fetches
	runsOther                       // evaluates something that is computed
	startsRequest                   // starts what the request says
	startsFixed                     // starts a fixed program with request data
	startsOther                     // starts a program
	loadsRequest                    // loads, compiles or defines code of the request
	loadsHidden                     // loads code that it decodes from itself
	callsRequest                    // calls what the request names, with what it sends
	callsChosen                     // calls what the request names
	createsRequest                  // has a formatter create what the request describes
	writesRequest                   // writes request data where the request says, or into a page
	writesHidden                    // writes code that it decodes from itself into a page
	takesUpload                     // saves an upload under its own name beside the page
	savesUpload                     // saves an upload elsewhere
	writesFixed                     // writes request data to a fixed file
	keepsSecrets                    // writes passwords of the request to a file
	listsChosen                     // lists the folder that the request names
	listsDrives                     // lists drives
	readsChosen                     // reads the file that the request names
	deletesChosen                   // deletes it
	movesChosen                     // moves, copies, renames or changes it
	connectsChosen                  // connects to where the request says
	movesData                       // sends or receives over such a connection
	relaysHeader                    // fetches what a header of the request names and passes data on
	relaysRequest                   // fetches what the request names
	opensDatabase                   // opens the database that the request names
	runsQuery                       // runs the query that the request sends
	includesPart                    // includes a file that the request names in part
	readsKeys                       // reads the machine keys
	answers                         // writes an answer
	readsRequest                    // reads the request at all
	allocatesCode                   // asks for memory that can be executed
	copiesCode                      // copies bytes into memory
	runsMemory                      // runs memory
	hidesCall                       // calls a name that it built with a variable that it built
	startsUnknown                   // starts a program that is computed, nobody can say from what
)

// runFact says what evaluating a text means for a page.
func runFact(v value) fact {
	switch {
	case v.mark&(tainted|loadedCode) != 0 && !v.head && strings.HasPrefix(v.text, "class "):
		return runsOther // a class with a chosen name, as styles of products are made
	case v.mark&(tainted|loadedCode) != 0:
		return runsRequest
	case v.mark&wroteRequest != 0:
		return runsRequest
	case v.mark&fromNetwork != 0:
		return runsFetched
	case v.mark&decoded != 0 && v.mark&blob != 0:
		return runsHidden
	case v.whole:
		return literalFact(v.text)
	case !v.known:
		return 0
	}
	return runsOther
}

// lineFact judges a command line given as one text.
func lineFact(v value) fact {
	if v.mark&tainted == 0 {
		if v.whole {
			return startsOther
		}
		return startsOther | startsUnknown
	}
	if v.head || openLine(v.text) && v.text != "" {
		return startsRequest
	}
	return startsFixed
}

// literalFact judges constant text that is evaluated: code that evaluates
// what a request sends hides there, while the look-up of one value does not.
func literalFact(code string) fact {
	low := strings.ToLower(code)
	if !namesRequest(low) {
		return 0
	}
	for _, act := range [...]string{"eval", "execute", "assembly.load", "process", "wscript.shell", "assert(", "system(", "exec("} {
		if strings.Contains(low, act) {
			return runsRequest
		}
	}
	return 0
}

// namesRequest reports code in lower case that reads from the request.
func namesRequest(low string) bool {
	for _, name := range [...]string{"$_post", "$_get", "$_request", "$_cookie", "php://input"} {
		if strings.Contains(low, name) {
			return true
		}
	}
	for rest := low; ; {
		i := strings.Index(rest, "request")
		if i < 0 {
			return false
		}
		rest = strings.TrimLeft(rest[i+len("request"):], " \t")
		if rest != "" && strings.IndexByte("([.", rest[0]) >= 0 {
			return true
		}
	}
}

// sheetFact judges a literal that is a transformation with script: the script
// runs when the transformation is loaded.
func sheetFact(s string) fact {
	if len(s) < 40 || !strings.Contains(s, ":script") {
		return 0
	}
	low := strings.ToLower(s)
	if !strings.Contains(low, "<xsl:") {
		return 0
	}
	for _, act := range [...]string{"activexobject", "diagnostics.process", "eval(", "assembly.load", "httpcontext"} {
		if strings.Contains(low, act) {
			return loadsHidden
		}
	}
	return 0
}
