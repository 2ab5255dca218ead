package evidence

import (
	"io"

	"spoor/event"
	"spoor/internal/fault"
	"spoor/internal/limits"
)

// HeadBytes is how much of an item's start is kept for classification.
const HeadBytes = 64 << 10

// Kind says what the start of the content shows; names play no part.
type Kind string

// The kinds that this package knows. Whether text or binary content is a log
// is for the formats to say.
const (
	Empty   Kind = "empty"
	Text    Kind = "text"
	Binary  Kind = "binary"
	EVTX    Kind = "evtx"
	Zip     Kind = "zip"
	Gzip    Kind = "gzip"
	Tar     Kind = "tar"
	TarGzip Kind = "tar.gz"
	Bzip2   Kind = "bzip2"
	TarBz2  Kind = "tar.bz2"
	SevenZ  Kind = "7z"
	Rar     Kind = "rar"
	XZ      Kind = "xz"
	Zstd    Kind = "zstd"
	Cab     Kind = "cab"
	Link    Kind = "link"
	Special Kind = "special" // a device, pipe or socket
	Unknown Kind = "unknown" // the content could not be read
)

// Outcome is what became of an item.
type Outcome uint8

// The outcomes. Items with content that this package does not read itself
// are undecided until the examination says what became of them.
const (
	Undecided  Outcome = iota
	Examined           // all of it was read
	Partly             // a part was read; the reason says what is missing
	Unreadable         // nothing could be read
	Ignored            // there is nothing in it that spoor reads
)

// String names the outcome in reports.
func (o Outcome) String() string {
	switch o {
	case Examined:
		return "examined"
	case Partly:
		return "partly examined"
	case Unreadable:
		return "unreadable"
	case Ignored:
		return "ignored"
	}
	return "undecided"
}

// Problem is why something was not read whole: a stable code and a sentence.
type Problem struct {
	Code   string
	Reason string
}

// Error returns the sentence.
func (p *Problem) Error() string { return p.Reason }

// Item is one file, archive member or container.
type Item struct {
	ID    event.ItemID // position in the canonical order; a container comes before its members
	Path  string       // as given, with "!/" before what lies inside an archive
	Name  string       // last component, as the evidence states it
	Root  string       // the path as given that it lies below
	Size  int64        // bytes stated before reading, -1 where nothing states it
	Kind  Kind
	Head  []byte // first bytes of the content, at most HeadBytes; valid during the visit
	Depth int    // number of archives that it lies in

	Origin       Origin
	HostOverride string // by Options.Hosts, "" if none

	// Outcome, Code and Reason are set when the walk alone decides what
	// became of the item: containers, links, duplicates, unreadable things.
	// Such an item is visited with a nil reader.
	Outcome Outcome
	Code    string
	Reason  string
	// Duplicate says that DuplicateOf has the same content and was visited
	// before, so that this item needs no reading.
	Duplicate   bool
	DuplicateOf event.ItemID
	// Fault is the bug of this program that ended the reading of an archive,
	// nil for none.
	Fault *fault.Fault

	body    *body
	content Content
	alone   io.ReaderAt
}

// Alone is the item's file where it is all the evidence, so that only its own
// parts can repeat each other; else nil. It is valid during the visit.
func (it *Item) Alone() io.ReaderAt { return it.alone }

// Content is what is known of an item's bytes when they have been read.
type Content struct {
	SHA256 string // lower-case hexadecimal, "" if nothing was read
	Bytes  int64
	// Problem is what kept the rest from being read; nil if all was read or
	// nothing was expected.
	Problem *Problem
	// Duplicate says that the content turned out to be that of DuplicateOf
	// only while it was read, because it could be read only once.
	Duplicate   bool
	DuplicateOf event.ItemID
}

// Finish reads what the visitor left unread, within the budgets, and returns
// what is known of the content. It may be called more than once, and only
// during the visit.
func (it *Item) Finish() Content {
	if it.body != nil {
		it.body.drain()
		it.content = it.body.content(it)
	}
	return it.content
}

// decide sets the outcome.
func (it *Item) decide(o Outcome, code, reason string) {
	it.Outcome, it.Code, it.Reason = o, code, reason
}

// Options say how evidence is read.
type Options struct {
	Password string     // of encrypted archives
	Hosts    []HostPath // hosts named by the user
	Exclude  []string   // folders below the evidence that are left out, the case folder above all
	SpoolDir string     // private folder for archives that must be spooled; "" is the system's temporary folder
	Progress func(n int64)
	Limits   Limits
	// Unhashed leaves out the SHA-256 of evidence that is one file, which
	// nothing else can repeat: a sixth of the time of reading it.
	Unhashed bool
}

// Limits are the budgets; a zero field takes the default beside it.
type Limits struct {
	Entries int64 // members of one archive: MaxEntries
	Depth   int   // archives inside archives: MaxDepth
	Ratio   int64 // growth of one archive: MaxRatio
	Grace   int64 // bytes before the growth counts: RatioGrace
	Total   int64 // bytes out of all archives: MaxUnpacked
	Spool   int64 // bytes on disk at one time: MaxSpool
}

// The default budgets; see docs/limits.md.
const (
	MaxEntries  = 1_000_000
	MaxDepth    = 3
	MaxRatio    = 200
	RatioGrace  = 64 << 20
	MaxUnpacked = 1 << 40
	MaxSpool    = 16 << 30
	memorySpool = max(32<<20>>limits.Shrink, 1000) // an inner archive up to this size is kept in memory
	memoryTwice = 64 << 20                         // a member that can be read only once and may be a duplicate
)

func (l Limits) orDefault() Limits {
	set := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.Entries, MaxEntries)
	set(&l.Ratio, MaxRatio)
	set(&l.Grace, RatioGrace)
	set(&l.Total, MaxUnpacked)
	set(&l.Spool, MaxSpool)
	if l.Depth <= 0 {
		l.Depth = MaxDepth
	}
	return l
}

// Report sums a walk up.
type Report struct {
	Items      int
	Folders    int
	Bytes      int64 // of items with content, containers not counted
	Duplicates int
	TwiceBytes int64          // bytes that came again
	Kinds      map[Kind]int   // items by kind
	Problems   map[string]int // items by the code of their problem
}
