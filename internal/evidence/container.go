package evidence

import (
	"bufio"
	"compress/bzip2"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"

	"spoor/internal/fault"
)

// inside collects what is said of one container.
type inside struct {
	it      *Item
	pl      place // of its members
	c       *content
	b       *body
	members int64
	faults  []Problem
	more    int64
}

// maxFaults bounds the described faults of one container; all are counted.
const maxFaults = 100

func (in *inside) fault(code, format string, args ...any) {
	if len(in.faults) < maxFaults {
		in.faults = append(in.faults, Problem{code, fmt.Sprintf(format, args...)})
		return
	}
	in.more++
}

// container enters an archive and reports it after its members.
func (w *walker) container(it *Item, pl place, c *content, b *body) error {
	if pl.depth >= w.limits.Depth {
		it.decide(Unreadable, "depth", fmt.Sprintf("it is an archive inside %d archives; unpack the outer ones and hand over the folder", pl.depth))
		b.drain()
		it.content = b.content(it)
		it.body = nil
		return w.tell(it)
	}
	bud := &budget{w: w, parent: pl.budget, path: it.Path, size: c.size}
	if c.size < 0 {
		bud.size, bud.read = -1, func() int64 { return b.n }
	}
	in := &inside{it: it, c: c, b: b, pl: place{root: pl.root, depth: pl.depth + 1, budget: bud, hosts: newCollection(it.Origin.Host)}}
	in.pl.hosts.base, in.pl.hosts.namedBy = it.Path+"!/", it.Origin.NamedBy
	in.pl.hosts.name = strings.TrimSuffix(it.Name, path.Ext(it.Name))
	if it.Origin.Host == "" {
		if in.pl.hosts.inherited = hostFromArchiveName(it.Name); in.pl.hosts.inherited != "" {
			in.pl.hosts.namedBy = it.Path
		}
	}
	key := w.known.key(it.Head)
	k, rest, err := w.before(key, it, c, b)
	if err != nil {
		return err
	}
	if k != nil {
		it.Duplicate, it.DuplicateOf = true, k.id
		it.decide(Examined, "duplicate", "the same content as "+k.path+", which was read before")
		return w.tell(it)
	}
	if rest == nil {
		rest = b
	}
	r := &headed{it.Head, rest}
	if it.Fault = fault.Catch("read an archive", func() { err = w.members(in, r) }); it.Fault != nil {
		in.fault("internal", "a fault of spoor itself, not of the evidence (%v)", it.Fault)
	}
	if err != nil {
		return err
	}
	b.drain()
	if err := w.ctx.Err(); err != nil {
		return err
	}
	in.settle()
	it.content = b.content(it)
	it.body = nil
	if it.content.Problem == nil {
		w.known.add(key, it.content, it)
	}
	return w.tell(it)
}

// members visits what an archive holds.
func (w *walker) members(in *inside, r io.Reader) error {
	switch in.it.Kind {
	case Zip:
		return w.zip(in, r)
	case SevenZ:
		return w.sevenz(in, r)
	case Tar:
		s := w.buffers.stream(r)
		defer w.buffers.freeStream(s)
		return w.tar(in, s)
	}
	return w.compressed(in, r)
}

// settle decides the container's own outcome from what was wrong with it.
func (in *inside) settle() {
	if p := in.b.problem; p != nil {
		in.faults = append([]Problem{*p}, in.faults...)
	}
	if over := in.pl.budget.spent(); over != nil && len(in.faults) == 0 {
		in.faults = append(in.faults, *over)
	}
	if len(in.faults) == 0 {
		in.it.decide(Examined, "", fmt.Sprintf("archive with %d members", in.members))
		return
	}
	o := Partly
	if in.members == 0 {
		o = Unreadable
	}
	reason := in.faults[0].Reason
	if n := int64(len(in.faults)) - 1 + in.more; n > 0 {
		reason = fmt.Sprintf("%s, and %d more faults", reason, n)
	}
	in.it.decide(o, in.faults[0].Code, fmt.Sprintf("%s; members found: %d", reason, in.members))
}

// member counts one more member; false means that the budget is spent.
func (w *walker) member(in *inside) bool {
	if in.members >= w.limits.Entries {
		in.fault("budget-entries", "it has more than %d members; what follows was not read", w.limits.Entries)
		return false
	}
	if over := in.pl.budget.spent(); over != nil {
		return false
	}
	in.members++
	return true
}

// inflater opens the decompressor of a kind.
func inflater(kind Kind, r io.Reader) (io.Reader, error) {
	if kind == Bzip2 || kind == TarBz2 {
		return bzip2.NewReader(r), nil
	}
	return newGunzip(r)
}

// gunzip reads all members of a gzip stream, one after the other. Bytes after
// the last member are not content; maxEmptyMembers in a row end it.
type gunzip struct {
	src   *bufio.Reader
	z     *gzip.Reader
	n     int64
	empty int
}

// maxEmptyMembers bounds gzip members without content in a row: a stream of
// them costs time and gives nothing.
const maxEmptyMembers = 1000

func newGunzip(r io.Reader) (*gunzip, error) {
	src := bufio.NewReaderSize(r, 64<<10)
	z, err := gzip.NewReader(src)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gunzip{src: src, z: z}, nil
}

func (g *gunzip) Read(p []byte) (int, error) {
	for {
		n, err := g.z.Read(p)
		g.n += int64(n)
		if n > 0 || err != io.EOF {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		if g.n == 0 {
			if g.empty++; g.empty > maxEmptyMembers {
				return 0, &Problem{"damaged", fmt.Sprintf("more than %d gzip members without content follow each other", maxEmptyMembers)}
			}
		} else {
			g.empty = 0
		}
		g.n = 0
		if magic, _ := g.src.Peek(2); string(magic) != "\x1f\x8b" {
			return 0, g.trailing(magic)
		}
		if err := g.z.Reset(g.src); err != nil {
			return 0, &Problem{"damaged", "what follows its last whole gzip member cannot be read"}
		}
		g.z.Multistream(false)
	}
}

// trailing allows zero padding after the last member.
func (g *gunzip) trailing(next []byte) error {
	if len(next) == 0 || next[0] == 0 {
		return io.EOF
	}
	return &Problem{"damaged", "bytes that are no gzip member follow its content"}
}

// compressed reads gzip and bzip2: a tar inside is read as one archive with
// it, anything else is its one member.
func (w *walker) compressed(in *inside, r io.Reader) error {
	z, err := inflater(in.it.Kind, r)
	if err != nil {
		in.fault("damaged", "its %s header is damaged", in.it.Kind)
		return nil
	}
	plain := w.buffers.stream(charged{guarded{z}, in.pl.budget})
	defer w.buffers.freeStream(plain)
	start, _ := plain.Peek(tarBlock)
	if isTar(start) {
		in.it.Kind = map[Kind]Kind{Gzip: TarGzip, Bzip2: TarBz2}[in.it.Kind]
		return w.tar(in, plain)
	}
	if !w.member(in) {
		return nil
	}
	name := stem(in.it.Name)
	it := w.item(in.pl, in.it.Path+"!/"+name, name)
	c := &content{size: -1, once: plain, budget: in.pl.budget}
	if outer, kind := in.c.open, in.it.Kind; outer != nil {
		c.once = nil
		first := true
		c.open = func() (io.ReadCloser, error) {
			if first {
				first = false
				return io.NopCloser(plain), nil
			}
			rc, err := outer()
			if err != nil {
				return nil, err
			}
			z, err := inflater(kind, rc)
			if err != nil {
				rc.Close()
				return nil, err
			}
			return joined{guarded{z}, rc}, nil
		}
	}
	if err := w.content(it, in.pl, c); err != nil {
		return err
	}
	if p := it.content.Problem; p != nil {
		in.fault(p.Code, "%s", p.Reason)
	}
	return nil
}

// joined reads from one thing and closes another.
type joined struct {
	io.Reader
	io.Closer
}

// stem is the name of the one member: the archive's without its last ending.
func stem(name string) string {
	if ext := path.Ext(name); len(ext) > 1 && len(ext) < len(name) {
		return strings.TrimSuffix(name, ext)
	}
	return name + ".content"
}
