package examine

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/s2"

	"spoor/internal/cursor"
	"spoor/internal/finding"
)

// Where findings are wanted as lines of JSON only, workers write them, all at
// once, and what waits for the hash of its item is bytes. Findings by the
// hundred thousand would else be encoded, decoded and written on one core.

// waitingLines bounds the bytes of lines that wait in memory.
const waitingLines = maxWaiting / 4

// noSum holds the place of a hash that is not known yet.
const noSum = "0000000000000000000000000000000000000000000000000000000000000000"

// mark is a line of a job.
type mark struct {
	end, sum int    // in the job's lines: behind the line, and where its hash stands
	key      uint64 // recognises a finding that was seen before, 0 for none
}

// render writes the findings of a job as lines and drops them.
func (w *workerState) render(j *job) {
	if len(j.findings) == 0 {
		return
	}
	if b, ok := w.p.lines.Get().(*[]byte); ok {
		j.lines = (*b)[:0]
	}
	slices.SortStableFunc(j.findings, finding.Compare)
	for _, f := range j.findings {
		j.lines, j.marks = w.p.line(j.lines, j.marks, f, j.item)
	}
	j.findings = nil
	w.copies.drop()
}

func (p *pipeline) line(dst []byte, marks []mark, f *finding.Finding, st *itemState) ([]byte, []mark) {
	m := mark{key: p.key(f)}
	f.Source.Path, f.Source.SHA256 = st.item.Path, noSum
	dst, at := f.AppendLine(dst)
	dst = append(dst, '\n')
	m.end, m.sum = len(dst), at.Sum
	return dst, append(marks, m)
}

// key recognises a finding on a record that was seen before: the same
// rule, computer, record id, time and content. Text logs have no record ids,
// and equal rows are separate requests there; they have no key. The hash is
// keyed and of 64 bits: two of four million findings are taken for one with a
// chance below one in a million.
func (p *pipeline) key(f *finding.Finding) uint64 {
	if f.Where.Record == 0 {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, part := range [...]string{f.Rule.ID, f.Host, f.Time} {
		h.WriteString(part)
		h.WriteByte(0)
	}
	maphash.WriteComparable(&h, f.Where.Record)
	h.Write(f.Event)
	return h.Sum64() | 1
}

// again reports, and remembers, whether a finding was seen before.
func (e *emitter) again(key uint64) bool {
	if key == 0 {
		return false
	}
	if _, ok := e.known[key]; ok {
		return true
	}
	if len(e.known) < maxKnownFindings {
		e.known[key] = struct{}{}
	}
	return false
}

// lined are lines that wait for the hash of their item: each with its length
// and the place of the hash before it, in memory and then in a file.
type lined struct {
	held    []byte
	n       int64 // lines in all
	spilled bool
	file    *os.File
	packed  *s2.Writer // to the file: lines of one log are alike, and a disk is slower than packing them
	room    []byte
	other   []byte // a line whose item has no hash
}

// wait keeps the lines of a job.
func (e *emitter) wait(j *job) error {
	l, start := &e.lined, 0
	for _, m := range j.marks {
		if e.again(m.key) {
			e.totals.TwiceFindings++
		} else {
			l.held = binary.LittleEndian.AppendUint32(l.held, uint32(m.end-start))
			l.held = binary.LittleEndian.AppendUint32(l.held, uint32(m.sum-start))
			l.held = append(l.held, j.lines[start:m.end]...)
			l.n++
		}
		start = m.end
	}
	if len(l.held) <= min(waitingLines, e.p.waiting) {
		return nil
	}
	if l.file == nil {
		f, err := os.CreateTemp(e.p.opts.SpillDir, "spoor-wait-*")
		if err != nil {
			return fmt.Errorf("create file for waiting findings: %w", err)
		}
		l.file, l.packed = f, s2.NewWriter(f, s2.WriterConcurrency(1))
	}
	if _, err := l.packed.Write(l.held); err != nil {
		return fmt.Errorf("write waiting findings: %w", err)
	}
	l.spilled, l.held = true, l.held[:0]
	return nil
}

// handLines passes on the lines that wait, those on the item as a whole first.
func (e *emitter) handLines(whole []*finding.Finding, st *itemState) error {
	l := &e.lined
	defer func() { l.held, l.n = l.held[:0], 0 }()
	if st.content.Duplicate {
		e.totals.TwiceFindings += int(l.n) + len(whole)
		return l.reset()
	}
	e.totals.Findings += l.n + int64(len(whole))
	slices.SortStableFunc(whole, finding.Compare)
	for _, f := range whole {
		f.Source.Path, f.Source.SHA256 = st.result.Item.Path, st.result.SHA256
		if err := e.sink.FindingLines(append(f.AppendJSON(l.room[:0]), '\n')); err != nil {
			return err
		}
	}
	if l.spilled {
		if err := l.packed.Close(); err != nil {
			return fmt.Errorf("write waiting findings: %w", err)
		}
		if _, err := l.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read waiting findings: %w", err)
		}
		if err := e.patched(bufio.NewReaderSize(s2.NewReader(l.file), 1<<20), st.result.SHA256); err != nil {
			return err
		}
		if err := l.reset(); err != nil {
			return err
		}
	}
	for rest := l.held; len(rest) > 0; {
		head := cursor.New(rest)
		n, at := head.U32(), head.U32()
		if err := e.sink.FindingLines(l.withSum(rest[8:8+n], int(at), st.result.SHA256)); err != nil {
			return err
		}
		rest = rest[8+n:]
	}
	return nil
}

// patched passes on the lines of the file.
func (e *emitter) patched(in *bufio.Reader, sum string) error {
	l := &e.lined
	var head [8]byte
	for {
		if _, err := io.ReadFull(in, head[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("read waiting findings: %w", err)
		}
		lengths := cursor.New(head[:])
		n, at := int(lengths.U32()), int(lengths.U32())
		l.room = slices.Grow(l.room[:0], n)[:n]
		if _, err := io.ReadFull(in, l.room); err != nil {
			return fmt.Errorf("read waiting findings: %w", err)
		}
		if err := e.sink.FindingLines(l.withSum(l.room, at, sum)); err != nil {
			return err
		}
	}
}

// withSum puts the hash where its place was held; an item that was not read to
// its end has none.
func (l *lined) withSum(line []byte, at int, sum string) []byte {
	if len(sum) == len(noSum) {
		copy(line[at:], sum)
		return line
	}
	l.other = append(append(append(l.other[:0], line[:at]...), sum...), line[at+len(noSum):]...)
	return l.other
}

func (l *lined) reset() error {
	if !l.spilled {
		return nil
	}
	l.spilled = false
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("reset waiting findings: %w", err)
	}
	if _, err := l.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reset waiting findings: %w", err)
	}
	l.packed.Reset(l.file)
	return nil
}

func (l *lined) close() {
	if l.file != nil {
		l.file.Close()
		os.Remove(l.file.Name())
	}
}
