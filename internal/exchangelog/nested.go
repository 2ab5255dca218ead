package exchangelog

import (
	"bytes"

	"spoor/event"
	"spoor/internal/limits"
)

// maxItems bounds the S: items of one row that become fields; ECP writes ten.
// The rest stays in EventData.
const maxItems = 32

// maxVariants bounds the key sequences whose shapes are kept.
const maxVariants = max(256>>limits.Shrink, 1)

// nested keeps the shapes of rows with S:KEY=value items. The sequence of the
// keys in the row decides the shape, so that equal rows have equal shapes in
// every run.
type nested struct {
	variants map[nestedKey]*event.Shape
	keys     []byte // of the current row, each ended by a NUL
}

type nestedKey struct {
	base *layout
	keys string
}

func newNested() nested { return nested{variants: make(map[nestedKey]*event.Shape)} }

// expand appends a value for every S: item of EventData and returns the shape
// that has their names.
func (d *decoder) expand(l *layout, line []byte) *event.Shape {
	data := d.values[l.items].Raw
	if need := len(d.arena) + len(data); cap(d.arena) < need {
		d.arena = append(make([]byte, 0, need+len(line)), d.arena...)
	}
	n := &d.nested
	n.keys = n.keys[:0]
	for count := 0; len(data) > 0 && count < maxItems; {
		var item []byte
		item, data = d.item(data)
		key, value, ok := bytes.Cut(item, []byte{'='})
		if !ok || !bytes.HasPrefix(key, []byte("S:")) || !isWordLike(key[2:]) {
			continue
		}
		count++
		n.keys = append(append(n.keys, key...), 0)
		d.values = append(d.values, event.TextValue(value))
	}
	if len(n.keys) == 0 {
		return l.shape
	}
	if shape, ok := n.variants[nestedKey{l, string(n.keys)}]; ok {
		return shape
	}
	if len(n.variants) >= maxVariants {
		clear(n.variants)
	}
	var fields []event.Field
	for i := range l.shape.Len() {
		fields = append(fields, l.shape.Field(event.Slot(i)))
	}
	for _, key := range bytes.Split(n.keys[:len(n.keys)-1], []byte{0}) {
		fields = append(fields, event.Field{Name: string(key), Path: "EventData/" + string(key), Claimed: claimed(string(key))})
	}
	shape := event.NewShape(l.shape.Format(), fields, l.shape.Inferred())
	n.variants[nestedKey{l, string(n.keys)}] = shape
	return shape
}

// item takes the first item of EventData. Items are separated by semicolons;
// one that holds special characters stands in single quotes, doubled inside.
// The result is a window, or in the arena where quotes were doubled.
func (d *decoder) item(data []byte) (item, rest []byte) {
	if data[0] != '\'' {
		i := bytes.IndexByte(data, ';')
		if i < 0 {
			return data, nil
		}
		return data[:i:i], data[i+1:]
	}
	data = data[1:]
	twice := false
	p := 0
	for {
		i := bytes.IndexByte(data[p:], '\'')
		if i < 0 {
			p = len(data)
			break
		}
		p += i
		if p+1 < len(data) && data[p+1] == '\'' {
			twice = true
			p += 2
			continue
		}
		break
	}
	item, rest = data[:p:p], data[min(p+1, len(data)):]
	if i := bytes.IndexByte(rest, ';'); i >= 0 {
		rest = rest[i+1:]
	} else {
		rest = nil
	}
	if twice {
		start := len(d.arena)
		d.arena = undouble(d.arena, item, '\'')
		item = d.arena[start:len(d.arena):len(d.arena)]
	}
	return item, rest
}
