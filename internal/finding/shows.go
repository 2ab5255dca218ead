package finding

import "slices"

// Shows is what the record of a step proves: what somebody sent, what the
// server answered, or a trace that only a success leaves and that no sender
// can write.
type Shows string

// What a record can show. All but the first two are effects.
const (
	ShowsRequest Shows = "request" // what a sender wrote, wherever it is written down
	ShowsAnswer  Shows = "answer"  // the status that a front end answered with
	ShowsBackend Shows = "backend" // a back end of the server took the call and answered
	ShowsCmdlet  Shows = "cmdlet"  // the server ran a cmdlet
	ShowsFile    Shows = "file"    // a file was there or was written
	ShowsProcess Shows = "process" // a program ran or touched another
	ShowsEvent   Shows = "event"   // a service reported what it did
	ShowsSetting Shows = "setting" // a stored setting holds it
)

// AllShows lists what a record can show, the weakest first.
func AllShows() []Shows {
	return []Shows{ShowsRequest, ShowsAnswer, ShowsBackend, ShowsCmdlet, ShowsFile, ShowsProcess, ShowsEvent, ShowsSetting}
}

// Effect reports a trace that only a success leaves. Words that are not known
// are none.
func (s Shows) Effect() bool { return slices.Contains(AllShows()[2:], s) }
