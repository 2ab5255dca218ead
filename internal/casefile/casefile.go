package casefile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"spoor/event"
	"spoor/internal/finding"
	"spoor/internal/storyline"
)

// MaxPerRuleHost is how many findings of one rule on one host are stored, in
// canonical order; all are counted and said.
const MaxPerRuleHost = 10_000

// marker is the file that makes a folder a case of ours.
const marker = "spoor-case.json"

// ErrOtherCase says that the folder holds a case already.
var ErrOtherCase = errors.New("the folder already holds a case")

// ErrNotEmpty says that the folder holds other files.
var ErrNotEmpty = errors.New("the folder is not empty and holds no case")

// Case is a case being written.
type Case struct {
	dir     string // where its files are now
	place   *place
	segment *os.File
	out     *bufio.Writer
	offset  int64
	light   []stored
	line    []byte // room for the one that is written
	markup  bytes.Buffer
	counts  map[ruleHost]int64
	fields  []string // that the storyline reads
}

type ruleHost struct{ rule, host string }

// stored is what stays in memory of a finding: enough for the storyline, for
// finding the frame again, and for its host, which is known at the end.
type stored struct {
	f             *finding.Finding
	offset        int64
	host, hostEnd int
}

// Create begins a case that will stand in the folder dir. It is written in a
// folder of its own beside it and put in its place by Finish, so that what dir
// held before is whole until then. A folder that holds another case is refused
// unless force, and one that holds other files always; one writer at a time
// works on a folder (ErrBusy).
func Create(dir string, force bool) (*Case, error) {
	p, err := claim(dir, force)
	if err != nil {
		return nil, err
	}
	seg, err := os.OpenFile(filepath.Join(p.work, segmentName), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		p.release()
		return nil, fmt.Errorf("create case segment: %w", err)
	}
	return &Case{dir: p.work, place: p, segment: seg, out: bufio.NewWriterSize(seg, 256<<10), counts: make(map[ruleHost]int64), fields: storyline.Fields()}, nil
}

const segmentName = "findings.seg"

func ownFiles() []string {
	return []string{segmentName, "findings.ndjson", "verdict.json", "hypotheses.json", "case.db", "report.html", "manifest.json", "run.json", "README.txt"}
}

// Dir is the folder that holds the case's files: until Finish the one in which
// they are written.
func (c *Case) Dir() string { return c.dir }

// Add stores a finding. Beyond MaxPerRuleHost of one rule on one host it is
// only counted.
func (c *Case) Add(f *finding.Finding) error {
	k := ruleHost{f.Rule.ID, f.Host}
	c.counts[k]++
	if c.counts[k] > MaxPerRuleHost {
		return nil
	}
	return c.store(f)
}

// store writes the finding's line, as it will stand in the case but for the
// host.
func (c *Case) store(f *finding.Finding) error {
	whole := *f
	whole.Event = c.forMarkup(f.Event)
	whole.Identity = f.ID() // of the event as it was
	line, at := whole.AppendLine(c.line[:0])
	c.line = line
	c.light = append(c.light, stored{c.trim(f), c.offset, at.Host, at.HostEnd})
	n, err := writeFrame(c.out, line)
	c.offset += int64(n)
	if err != nil {
		return fmt.Errorf("write case segment: %w", err)
	}
	return nil
}

// forMarkup writes the characters of an event's JSON that mean something in
// HTML as escapes: cases are opened in programs of all kinds.
func (c *Case) forMarkup(event []byte) []byte {
	if bytes.IndexByte(event, '<') < 0 && bytes.IndexByte(event, '>') < 0 && bytes.IndexByte(event, '&') < 0 {
		return event
	}
	c.markup.Reset()
	json.HTMLEscape(&c.markup, event)
	return c.markup.Bytes()
}

// trim drops what the storyline does not read.
func (c *Case) trim(f *finding.Finding) *finding.Finding {
	l := *f
	l.Event = nil
	l.Fields = make(map[string]string, 4)
	for _, name := range c.fields {
		if v, ok := f.Fields[name]; ok {
			l.Fields[name] = v
		}
	}
	return &l
}

// Findings returns the stored findings in the case's order (time, path,
// position), without their events, each with its host resolved by resolve.
func (c *Case) Findings(resolve func(stated string, item event.ItemID) string) []*finding.Finding {
	for i := range c.light {
		c.light[i].f.Host = resolve(c.light[i].f.Host, c.light[i].f.Item)
	}
	sortStored(c.light)
	list := make([]*finding.Finding, len(c.light))
	for i := range c.light {
		list[i] = c.light[i].f
	}
	return list
}

// Capped is a rule with more findings on a host than are stored.
type Capped struct {
	Rule, Host string
	Total      int64
}

// Capped lists what was only counted, by rule and stated host.
func (c *Case) Capped() []Capped {
	var list []Capped
	for k, n := range c.counts {
		if n > MaxPerRuleHost {
			list = append(list, Capped{k.rule, k.host, n})
		}
	}
	sortCapped(list)
	return list
}

// Abandon removes what an examination that failed has begun, and nothing else.
func (c *Case) Abandon() {
	c.segment.Close()
	c.place.release()
}

// Close ends the writing: the segment is removed, and the case is put in its
// place.
func (c *Case) Close() error {
	err := c.segment.Close()
	if rerr := os.Remove(filepath.Join(c.dir, segmentName)); err == nil {
		err = rerr
	}
	if err != nil {
		return fmt.Errorf("close case segment: %w", err)
	}
	if c.dir, err = c.place.install(); err != nil {
		return err
	}
	return nil
}

// Name chooses the folder of a case that was created without one: dir, or dir
// with a number behind it where that is taken.
func (c *Case) Name(dir string) { c.place.name = dir }
