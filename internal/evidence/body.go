package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
)

// body is an item's content while it is visited: it hashes what passes, and
// turns every error into a problem and the end of the content.
type body struct {
	ctx     context.Context
	r       io.Reader
	hash    hash.Hash // nil where nobody asks for it
	n       int64
	done    bool
	problem *Problem
	dup     func(sum string, n int64) (*known, bool)
}

func newBody(ctx context.Context, r io.Reader) *body {
	return &body{ctx: ctx, r: r, hash: sha256.New()}
}

// Read ends with io.EOF whatever happens to the evidence; only the end of the
// context is an error.
func (b *body) Read(p []byte) (int, error) {
	if b.done {
		return 0, io.EOF
	}
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	if b.hash != nil {
		b.hash.Write(p[:n])
	}
	b.n += int64(n)
	if err != nil {
		b.done = true
		if !errors.Is(err, io.EOF) {
			b.problem = problemOf(err)
		}
		if n > 0 {
			return n, nil
		}
		return 0, io.EOF
	}
	return n, nil
}

func (b *body) drain() {
	if !b.done {
		io.Copy(io.Discard, struct{ io.Reader }{b})
	}
}

func (b *body) sum() string {
	if b.hash == nil {
		return ""
	}
	return hex.EncodeToString(b.hash.Sum(nil))
}

func (b *body) content(it *Item) Content {
	c := Content{SHA256: b.sum(), Bytes: b.n, Problem: b.problem}
	if b.ctx.Err() != nil && !b.done {
		c.SHA256, c.Problem = "", &Problem{"interrupted", "the examination was ended here"}
	}
	if b.dup != nil && !it.Duplicate {
		if k, ok := b.dup(c.SHA256, c.Bytes); ok && k.id != it.ID {
			c.Duplicate, c.DuplicateOf = true, k.id
		}
	}
	return c
}

// problemOf gives an error of reading its code.
func problemOf(err error) *Problem {
	var p *Problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, fs.ErrPermission):
		return &Problem{"permission", "no permission to read it"}
	case errors.Is(err, fs.ErrNotExist):
		return &Problem{"vanished", "it vanished before it was read"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Problem{"truncated", "its end is missing"}
	}
	return &Problem{"read-error", fmt.Sprintf("reading it failed: %v", err)}
}

// guarded runs a decompressor behind a recover: a panic is damage of the
// item that it reads.
type guarded struct{ r io.Reader }

func (g guarded) Read(p []byte) (n int, err error) {
	defer func() {
		if x := recover(); x != nil {
			n, err = 0, &Problem{"damaged", fmt.Sprintf("its compressed data made the decompressor fail (%v)", x)}
		}
	}()
	n, err = g.r.Read(p)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		var p *Problem
		if !errors.As(err, &p) && !errors.Is(err, context.Canceled) {
			err = &Problem{"damaged", fmt.Sprintf("its compressed data is damaged (%v)", err)}
		}
	}
	return n, err
}

// budget bounds how much a container and what lies in it may grow.
type budget struct {
	w      *walker
	parent *budget
	path   string
	size   int64        // bytes of the container, -1 if it is a stream
	read   func() int64 // bytes of the container read so far, for streams
	out    int64
	over   *Problem
}

// charge notes n unpacked bytes against the container and all around it.
func (b *budget) charge(n int) *Problem {
	b.w.unpacked += int64(n)
	if b.w.unpacked > b.w.limits.Total {
		return &Problem{"budget-total", fmt.Sprintf("the archives together unpack to more than %d bytes", b.w.limits.Total)}
	}
	for c := b; c != nil; c = c.parent {
		c.out += int64(n)
		in := c.size
		if in < 0 {
			in = c.read()
		}
		if c.over == nil && c.out > c.w.limits.Grace && c.out/c.w.limits.Ratio > in {
			c.over = &Problem{"budget-ratio", fmt.Sprintf("the archive unpacks to more than %d times its size; what follows was not read", c.w.limits.Ratio)}
		}
		if c.over != nil {
			b.over = c.over
		}
	}
	return b.over
}

// spent returns the problem of the container or of one around it.
func (b *budget) spent() *Problem {
	for c := b; c != nil; c = c.parent {
		if c.over != nil {
			return c.over
		}
	}
	return nil
}

// charged counts what a decompressor gives.
type charged struct {
	r io.Reader
	b *budget
}

func (c charged) Read(p []byte) (int, error) {
	if over := c.b.spent(); over != nil {
		return 0, over
	}
	n, err := c.r.Read(p)
	if over := c.b.charge(n); over != nil {
		return n, over
	}
	return n, err
}
