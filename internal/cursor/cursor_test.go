package cursor

import (
	"bytes"
	"testing"
)

func TestReadsAreLittleEndianAndInsideTheData(t *testing.T) {
	t.Parallel()
	c := New([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	if a, b, d, e := c.U8(), c.U16(), c.U32(), c.U64(); a != 1 || b != 0x0302 || d != 0x07060504 || e != 0x0f0e0d0c0b0a0908 {
		t.Fatalf("read %x %x %x %x", a, b, d, e)
	}
	if c.Left() != 1 || c.Offset() != 15 || !c.OK() {
		t.Fatalf("left %d at %d", c.Left(), c.Offset())
	}
	if c.U16() != 0 || c.OK() {
		t.Fatal("a read over the end gave a number or did not fail")
	}
	if c.U8() != 0 || c.Bytes(0) != nil || c.Left() != 0 {
		t.Fatal("a failed cursor reads on")
	}
}

func TestOddPositionsFail(t *testing.T) {
	t.Parallel()
	data := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	for name, move := range map[string]func(c *Cursor){
		"seek before the start": func(c *Cursor) { c.Seek(-1) },
		"seek after the end":    func(c *Cursor) { c.Seek(9) },
		"skip backwards":        func(c *Cursor) { c.Skip(-1) },
		"skip over the end":     func(c *Cursor) { c.Skip(9) },
		"a huge length":         func(c *Cursor) { c.Skip(1); c.Bytes(int(^uint(0) >> 1)) },
		"a start before":        func(c *Cursor) { *c = At(data, -1) },
		"a start after":         func(c *Cursor) { *c = At(data, 9) },
	} {
		c := New(data)
		move(&c)
		if c.OK() || c.U8() != 0 {
			t.Errorf("%s: the cursor still reads", name)
		}
	}
	c := At(data, 8)
	if !c.OK() || c.Left() != 0 {
		t.Error("the end itself is no failure")
	}
	c.Seek(6)
	if got := c.U16(); got != 0x0807 || !c.OK() {
		t.Errorf("read %x after a seek back", got)
	}
}

func TestAWindowCannotGrowOverItsNeighbour(t *testing.T) {
	t.Parallel()
	data := []byte{1, 2, 3}
	c := New(data)
	_ = append(c.Bytes(1), 0xff)
	if data[1] != 2 {
		t.Fatal("appending to a window changed the data")
	}
}

func TestSingleReadsKnowTheirBounds(t *testing.T) {
	t.Parallel()
	data := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	for off := -9; off < 12; off++ {
		_, a := U16(data, off)
		_, b := U32(data, off)
		_, c := U64(data, off)
		if a != (off >= 0 && off <= 6) || b != (off >= 0 && off <= 4) || c != (off == 0) {
			t.Errorf("at %d: %v %v %v", off, a, b, c)
		}
	}
	if n, _ := U64(data, 0); n != 0x0807060504030201 {
		t.Errorf("read %x", n)
	}
	if _, ok := U16(nil, 0); ok {
		t.Error("read from nothing")
	}
}

func TestTheFirstDifferenceIsFound(t *testing.T) {
	t.Parallel()
	for n := range 70 {
		a := make([]byte, n)
		if at := Differ(a, bytes.Clone(a), 0); at != n {
			t.Fatalf("equal slices of %d bytes differ at %d", n, at)
		}
		for diff := range n {
			for from := range n + 1 {
				b := bytes.Clone(a)
				b[diff] = 1
				if diff+3 < n {
					b[diff+3] = 1
				}
				want := diff
				if from > diff {
					want = n
					if diff+3 < n && from <= diff+3 {
						want = diff + 3
					}
				}
				if at := Differ(a, b, from); at != want {
					t.Fatalf("%d bytes that differ at %d, from %d: %d", n, diff, from, at)
				}
			}
		}
	}
	if at := Differ([]byte("ab"), []byte("abc"), 0); at != 2 {
		t.Errorf("slices of two lengths: %d", at)
	}
	for _, from := range []int{-1, 3} {
		if at := Differ([]byte("ab"), []byte("xy"), from); at != 2 {
			t.Errorf("from %d: %d", from, at)
		}
	}
}
