package actor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"spoor/internal/cursor"
)

// codec reads or writes the knowledge's rows. Both directions share one
// description of each row, so that they cannot drift apart. All integers are
// 32 bits, little-endian; text is an index into the string table.
type codec struct {
	// writing
	out     []byte
	strings map[string]uint32
	table   []string
	// reading
	in      *cursor.Cursor
	reading bool
	chunk   []int32 // report lists are cut from it
	known   int     // reports that lists may refer to
	err     error
}

func (c *codec) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

func (c *codec) u32(v *uint32) {
	if !c.reading {
		c.out = binary.LittleEndian.AppendUint32(c.out, *v)
		return
	}
	*v = c.in.U32()
	if !c.in.OK() && c.err == nil {
		c.err = errShort
	}
}

var errShort = errors.New("knowledge ends early")

func (c *codec) text(s *string) {
	if !c.reading {
		n, ok := c.strings[*s]
		if !ok {
			n = uint32(len(c.table))
			c.strings[*s] = n
			c.table = append(c.table, *s)
		}
		c.u32(&n)
		return
	}
	var n uint32
	c.u32(&n)
	if c.err != nil {
		return
	}
	if uint64(n) >= uint64(len(c.table)) {
		c.fail("text %d is not among %d", n, len(c.table))
		return
	}
	*s = c.table[n]
}

func (c *codec) date(d *Date) {
	n := uint32(*d)
	c.u32(&n)
	*d = Date(n)
	if c.reading && c.err == nil && (n > math.MaxInt32 || !d.Valid()) {
		c.fail("%d is not a date", n)
	}
}

func (c *codec) flag(b *bool) {
	var n uint32
	if *b {
		n = 1
	}
	c.u32(&n)
	*b = n == 1
	if n > 1 {
		c.fail("%d is not a flag", n)
	}
}

// list reads or writes a slice of rows that take at least least bytes each;
// a count that the bytes left cannot hold is refused before anything is
// allocated for it.
func list[T any](c *codec, rows *[]T, least int, row func(*codec, *T)) {
	n := uint32(len(*rows))
	c.u32(&n)
	if c.err != nil {
		return
	}
	if c.reading {
		if uint64(n)*uint64(least) > uint64(c.in.Left()) {
			c.fail("%d rows do not fit in %d bytes", n, c.in.Left())
			return
		}
		if n == 0 {
			return
		}
		*rows = make([]T, n)
	}
	for i := range *rows {
		if row(c, &(*rows)[i]); c.err != nil {
			return
		}
	}
}

func (c *codec) texts(s *[]string) { list(c, s, 4, (*codec).text) }

// reports is a list of indexes into Knowledge.Reports, which precede every
// row that refers to them. Lists are cut from shared chunks: one allocation
// for each of 20,000 short lists was half of the load time.
func (c *codec) reports(refs *[]int32) {
	n := uint32(len(*refs))
	c.u32(&n)
	if c.err != nil {
		return
	}
	if c.reading {
		if uint64(n)*4 > uint64(c.in.Left()) {
			c.fail("%d reports do not fit in %d bytes", n, c.in.Left())
			return
		}
		if n == 0 {
			return
		}
		if int(n) > len(c.chunk) {
			c.chunk = make([]int32, max(int(n), min(4096, c.in.Left()/4)))
		}
		*refs, c.chunk = c.chunk[:n:n], c.chunk[n:]
	}
	for i := range *refs {
		r := uint32((*refs)[i])
		c.u32(&r)
		if c.err == nil && uint64(r) >= uint64(c.known) {
			c.fail("report %d is not among %d", r, c.known)
		}
		if c.err != nil {
			return
		}
		(*refs)[i] = int32(r)
	}
}

// knowledge is the layout of the whole payload: its lists in their order, each
// with the fewest bytes that a row takes. Reports come before every row that
// refers to them.
func (c *codec) knowledge(k *Knowledge) {
	list(c, &k.Sources, 20, (*codec).source)
	list(c, &k.Reports, 24, (*codec).report)
	c.known = len(k.Reports)
	list(c, &k.Techniques, 24, (*codec).technique)
	list(c, &k.Software, 24, (*codec).software)
	list(c, &k.Actors, 28, (*codec).actor)
	list(c, &k.Campaigns, 28, (*codec).campaign)
	list(c, &k.Uses, 12, (*codec).use)
	list(c, &k.Aliases, 40, (*codec).alias)
	list(c, &k.Exploits, 20, (*codec).exploit)
	list(c, &k.Ties, 32, (*codec).tie)
	list(c, &k.Parties, 16, (*codec).party)
	list(c, &k.Facts, 16, (*codec).fact)
}

func (c *codec) source(s *Source) {
	c.text(&s.ID)
	c.text(&s.Name)
	c.text(&s.Version)
	c.text(&s.SHA256)
	c.text(&s.Licence)
}

func (c *codec) report(r *Report) {
	c.text(&r.URL)
	c.texts(&r.OtherURLs)
	c.texts(&r.Names)
	c.date(&r.Date)
	c.text(&r.DateFrom)
	c.text(&r.Publisher)
}

func (c *codec) technique(t *Technique) {
	c.text(&t.ID)
	c.text(&t.Name)
	c.texts(&t.Tactics)
	c.text(&t.Parent)
	c.text(&t.Status)
	c.text(&t.Now)
}

func (c *codec) software(s *Software) {
	c.text(&s.ID)
	c.text(&s.Name)
	c.texts(&s.Aliases)
	c.text(&s.Kind)
	c.text(&s.Status)
	c.text(&s.Now)
}

func (c *codec) actor(a *Actor) {
	c.text(&a.ID)
	c.text(&a.UUID)
	c.text(&a.Source)
	c.text(&a.Name)
	c.text(&a.Status)
	c.text(&a.Now)
	c.reports(&a.Reports)
}

func (c *codec) campaign(g *Campaign) {
	c.text(&g.ID)
	c.text(&g.Name)
	c.texts(&g.Aliases)
	c.date(&g.FirstSeen)
	c.date(&g.LastSeen)
	c.text(&g.Status)
	c.reports(&g.Reports)
}

func (c *codec) use(u *Use) {
	c.text(&u.From)
	c.text(&u.To)
	c.reports(&u.Reports)
}

func (c *codec) alias(a *Alias) {
	c.text(&a.Name)
	c.text(&a.Actor)
	c.text(&a.Namer)
	c.text(&a.NamerFrom)
	c.text(&a.Source)
	c.date(&a.FirstSeen)
	c.text((*string)(&a.Relation))
	c.flag(&a.Main)
	c.text(&a.Note)
	c.reports(&a.Reports)
}

func (c *codec) exploit(e *Exploit) {
	c.text(&e.Who)
	c.text(&e.CVE)
	c.text(&e.Source)
	c.text(&e.Via)
	c.reports(&e.Reports)
}

func (c *codec) tie(t *Tie) {
	c.text(&t.From)
	c.text(&t.To)
	c.text(&t.Relation)
	c.text(&t.Likelihood)
	c.text(&t.Source)
	c.text(&t.Statement)
	c.date(&t.Date)
	c.reports(&t.Reports)
}

func (c *codec) party(p *Party) {
	c.text(&p.ID)
	c.text(&p.Name)
	c.text(&p.Kind)
	c.texts(&p.Also)
}

func (c *codec) fact(f *Fact) {
	c.text(&f.Actor)
	c.text(&f.Field)
	c.text(&f.Value)
	c.text(&f.Source)
}
