// Package mailuse counts who read mail in whose name, from the logs of
// Exchange Web Services.
//
// A backup reads every mailbox every night in its owner's name, so a finding
// for each row would report nothing else. What matters is the sum: which
// account, from which address, how often, in the name of how many people, from
// when to when. The storyline reports it only where the address is that of an
// intruder.
//
// Memory is bounded by the constants below; of too many readers those with
// the lowest hashes stay, so that nothing depends on the order of events. No
// input makes it panic.
package mailuse

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spoor/event"
	"spoor/internal/finding"
)

// Caps of one examination; see docs/limits.md.
const (
	maxReaders = 5_000
	maxOwners  = 20_000 // owners that are told apart, of one reader
)

// key is one reader: an account at an address of one server.
type key struct {
	host         string
	item         event.ItemID // only where the record names no host
	user, client string
}

type reader struct {
	reads, bytes int64
	owners       map[uint64]bool
	more         bool // there are more owners than are told apart
	first, last  event.Time
	ref          event.Ref
}

// Collector counts on one worker.
type Collector struct {
	readers map[key]*reader
	plans   map[*event.Shape]*plan
	seen    int64 // reads, those of readers beyond maxReaders included
	// greatest is the hash of a reader that has to give way, 0 for none.
	greatest uint64
}

type plan struct{ action, other, acted, user, client, bytes event.Slot }

// NewCollector returns an empty collector.
func NewCollector() *Collector {
	return &Collector{readers: map[key]*reader{}, plans: map[*event.Shape]*plan{}}
}

func (c *Collector) plan(s *event.Shape) *plan {
	p := c.plans[s]
	if p == nil {
		slot := func(name string) event.Slot {
			if list := s.Slots(name); len(list) > 0 {
				return list[0]
			}
			return -1
		}
		p = &plan{slot("SoapAction"), slot("ImpersonatedUser"), slot("ActAsUser"), slot("AuthenticatedUser"), slot("ClientIpAddress"), slot("ResponseSize")}
		c.plans[s] = p
	}
	return p
}

// Add notes one event; those of other logs cost a comparison.
func (c *Collector) Add(e *event.Event, _ bool) {
	if e.Route.Format != "ews" {
		return
	}
	p := c.plan(e.Shape)
	owner := text(e.Value(p.other))
	if owner == "" {
		owner = text(e.Value(p.acted))
	}
	if owner == "" || !readsMail(e.Value(p.action).String()) {
		return
	}
	k := key{host: e.Host, user: text(e.Value(p.user)), client: text(e.Value(p.client))}
	if k.host == "" {
		k.item = e.Ref.Item
	}
	c.seen++
	r := c.readers[k]
	if r == nil {
		if c.greatest != 0 && k.hash() >= c.greatest {
			return
		}
		r = &reader{owners: map[uint64]bool{}, first: e.Time, last: e.Time, ref: e.Ref}
		c.readers[k] = r
		if len(c.readers) > 2*maxReaders {
			c.shrink()
		}
	}
	bytes, _ := strconv.ParseInt(text(e.Value(p.bytes)), 10, 64)
	one := reader{reads: 1, bytes: max(bytes, 0), owners: map[uint64]bool{hash(strings.ToLower(owner)): true}, first: e.Time, last: e.Time, ref: e.Ref}
	r.add(&one)
}

func text(v event.Value) string {
	if s := v.String(); v.Present() && s != "-" {
		return s
	}
	return ""
}

// readsMail reports calls that hand out mail or its list.
func readsMail(action string) bool {
	for _, a := range [...]string{"GetItem", "FindItem", "ExportItems", "GetAttachment", "SyncFolderItems", "FindConversation", "GetConversationItems", "SearchMailboxes"} {
		if strings.Contains(action, a) {
			return true
		}
	}
	return false
}

func (r *reader) add(o *reader) {
	r.reads += o.reads
	r.bytes += o.bytes
	r.more = r.more || o.more
	for h := range o.owners {
		switch {
		case r.owners[h]:
		case len(r.owners) < maxOwners:
			r.owners[h] = true
		default:
			r.more = true
		}
	}
	if earlier := cmp.Or(o.first.Compare(r.first), cmp.Compare(o.ref.Item, r.ref.Item), cmp.Compare(o.ref.Offset, r.ref.Offset)) < 0; earlier {
		r.first, r.ref = o.first, o.ref
	}
	if r.last.Compare(o.last) < 0 {
		r.last = o.last
	}
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func (k key) hash() uint64 { return hash(k.user + "\x00" + k.client) }

// shrink keeps the maxReaders readers with the lowest hashes, and none that had to
// give way before.
func (c *Collector) shrink() {
	if len(c.readers) > maxReaders {
		var hashes []uint64
		for k := range c.readers {
			hashes = append(hashes, k.hash())
		}
		slices.Sort(hashes)
		c.giveWay(hashes[maxReaders])
	}
	if c.greatest == 0 {
		return
	}
	for k := range c.readers {
		if k.hash() >= c.greatest {
			delete(c.readers, k)
		}
	}
}

// giveWay notes the lowest hash of a reader that has to give way, 0 for none.
func (c *Collector) giveWay(hash uint64) {
	if c.greatest == 0 || hash != 0 && hash < c.greatest {
		c.greatest = hash
	}
}

// Reads is what all workers saw.
type Reads struct {
	readers map[key]*reader
	dropped int64
}

// Dropped counts reads of readers beyond the cap.
func (r *Reads) Dropped() int64 { return r.dropped }

// Merge puts the collectors together; resolve names the host of a record.
func Merge(cols []*Collector, resolve func(stated string, item event.ItemID) string) *Reads {
	all := NewCollector()
	for _, c := range cols {
		all.seen += c.seen
		all.giveWay(c.greatest)
		for k, r := range c.readers {
			k.host, k.item = resolve(k.host, k.item), 0
			if all.readers[k] == nil {
				all.readers[k] = &reader{owners: map[uint64]bool{}, first: r.first, last: r.last, ref: r.ref}
			}
			all.readers[k].add(r)
		}
	}
	all.shrink()
	// A reader that is kept was kept by every worker: each keeps the lowest hashes
	// of those that it saw. So the sum does not depend on who saw what.
	reads := &Reads{readers: all.readers, dropped: all.seen}
	for _, r := range all.readers {
		reads.dropped -= r.reads
	}
	return reads
}

// Findings returns one finding for each reader, in the order of host, account and
// address.
func (r *Reads) Findings(item func(event.ItemID) finding.Source) (out []*finding.Finding) {
	keys := make([]key, 0, len(r.readers))
	for k := range r.readers {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(strings.Compare(a.host, b.host), strings.Compare(a.user, b.user), strings.Compare(a.client, b.client))
	})
	for _, k := range keys {
		out = append(out, r.readers[k].finding(k, item))
	}
	return out
}

func (r *reader) finding(k key, item func(event.ItemID) finding.Source) *finding.Finding {
	fields := map[string]string{"AuthenticatedUser": k.user, "ClientIpAddress": k.client, "reads": strconv.FormatInt(r.reads, 10), "owners": strconv.Itoa(len(r.owners)), "bytes": strconv.FormatInt(r.bytes, 10), "until": r.last.String()}
	f := finding.Finding{
		At: r.first, Host: k.host, Item: r.ref.Item, Where: finding.Where{Offset: r.ref.Offset, Line: r.ref.Line}, Source: item(r.ref.Item),
		Rule:       finding.Rule{ID: "spoor-impersonated-mail", Title: "Mail was read in the name of somebody else", Level: "informational", Kind: "sum", Source: "builtin"},
		Techniques: []string{"T1114.002"}, Fields: fields,
		Message: fmt.Sprintf("%s at %s read mail %d times in the name of %d people", k.user, k.client, r.reads, len(r.owners)),
		Step:    &finding.Step{Chain: finding.ChainAfter, Name: finding.StepImpersonatedRead, Shows: finding.ShowsBackend},
	}
	if r.more {
		f.Notes = []string{"in the name of more people than are told apart, which is the number given"}
	}
	return finding.New(f)
}
