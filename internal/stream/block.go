package stream

import "spoor/event"

// Block is a work unit: consecutive bytes of one item that can be decoded on
// their own. The producer of a byte stream fills it; a decoder on any worker
// turns it into events. Data is pooled and overwritten after use.
type Block struct {
	Item   event.ItemID
	Seq    int   // 0-based position among the item's blocks
	Offset int64 // of Data[0] in the item's content
	Line   int64 // 1-based number of the first line, 0 without lines
	Data   []byte
	// Carry is what the block cannot know alone: the header in force, an
	// open quote, the date of an earlier line. Its type is the format's own,
	// and it is read-only once the block is handed on.
	Carry any
}

// Grow returns Data with length n, reusing its array; the content is
// undefined.
func (b *Block) Grow(n int) []byte {
	if cap(b.Data) < n {
		b.Data = make([]byte, n)
	}
	b.Data = b.Data[:n]
	return b.Data
}

// Splitter cuts one byte stream into blocks, in order. Next fills b and
// returns io.EOF after the last block. A read error is returned once, after
// the blocks before it.
type Splitter interface {
	Next(b *Block) error
}

// Decoder turns blocks into events. It keeps caches between blocks and is
// used by one goroutine at a time. Events are valid until yield returns.
type Decoder interface {
	Decode(b *Block, yield func(*event.Event)) Summary
}

// Lines counts the physical lines of a text log: Total is always the sum of
// the others.
type Lines struct {
	Total, Header, Comment, Blank, Parsed, Damaged int64
}

// Add adds another count.
func (l *Lines) Add(m Lines) {
	l.Total += m.Total
	l.Header += m.Header
	l.Comment += m.Comment
	l.Blank += m.Blank
	l.Parsed += m.Parsed
	l.Damaged += m.Damaged
}

// Summary is what stays of a block after its events were handed on: counts,
// times and damage.
type Summary struct {
	Records  int64      // events yielded
	From, To event.Time // earliest and latest time among the events
	Lines    Lines
	Inferred int64 // events whose layout no header stated
	Damage   []event.Damage
	// DamageMore counts damage beyond MaxDamagePerBlock, which is counted
	// but not described.
	DamageMore int64
}

// MaxDamagePerBlock bounds the described damage of one block.
const MaxDamagePerBlock = 256

// AddDamage notes damage, describing at most MaxDamagePerBlock of it.
func (s *Summary) AddDamage(d event.Damage) {
	if len(s.Damage) < MaxDamagePerBlock {
		s.Damage = append(s.Damage, d)
		return
	}
	s.DamageMore++
}

// Count notes one event of the block.
func (s *Summary) Count(e *event.Event) {
	s.Records++
	if e.Shape.Inferred() {
		s.Inferred++
	}
	if !e.Time.Known() {
		return
	}
	if !s.From.Known() || e.Time.Compare(s.From) < 0 {
		s.From = e.Time
	}
	if !s.To.Known() || e.Time.Compare(s.To) > 0 {
		s.To = e.Time
	}
}
