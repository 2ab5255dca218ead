package jsonlog

import (
	"bytes"

	"spoor/event"
)

// MaxDepth is how deep objects and arrays may nest; exports of events need
// six levels.
const MaxDepth = 64

// MaxFields bounds the fields of one object; an event has at most some
// hundreds.
const MaxFields = 4096

// MaxKey bounds a key; field names are far below a hundred bytes.
const MaxKey = 512

// Marks of a signature: the keys of an object with its structure, without its
// values. Equal signatures have equal shapes. JSON allows no control
// characters in keys, so marks and keys cannot be confused.
const (
	markObject = 1
	markArray  = 2
	markEnd    = 3
	markLeaf   = 4
	markKey    = 5 // the key's bytes follow, then markStop
	markLabel  = 6 // the content of a Name inside Data follows, then markStop
	markStop   = 7
)

// flattener turns one JSON object into a signature and its leaf values.
type flattener struct {
	sig    []byte
	values []event.Value
	arena  []byte
	stack  [MaxDepth]level
	depth  int
	// inner reads the JSON that EvtxECmd puts into a string "Payload"; it
	// has no inner one itself.
	inner *flattener
	took  bool // inner holds windows of this object
	plain bool // the objects are of any program: no key means more than itself
}

type level struct {
	array bool
	data  bool // at or below a key "Data", where a Name labels the value
}

// object reads the object that data starts with. It returns the bytes it took
// and a damage code, empty when all went well. Values are windows into data or
// the arena, which holds until the next call.
//
// It is one loop on purpose: cut into a function for values and one for what
// stands between them, it takes a twentieth longer.
func (f *flattener) object(data []byte) (int, string) {
	f.sig, f.values, f.depth = f.sig[:0], f.values[:0], 0
	f.took = false
	if cap(f.arena) < len(data) {
		f.arena = make([]byte, 0, len(data))
	}
	f.arena = f.arena[:0]
	var key []byte
	i := 0
	for {
		// A value begins at i.
		i = skip(data, i)
		if i >= len(data) {
			return i, BadJSON
		}
		if len(f.values) > MaxFields {
			return i, TooMany
		}
		opened := false
		switch c := data[i]; c {
		case '{', '[':
			if f.depth == MaxDepth {
				return i, TooDeep
			}
			f.open(c == '[', key)
			opened = true
			i++
		case '"':
			raw, next := quoted(data, i)
			if next < 0 {
				return i, BadJSON
			}
			i = next
			f.text(raw, key)
		case 't', 'f', 'n':
			v, n := literal(data[i:])
			if n == 0 {
				return i, BadJSON
			}
			i += n
			f.leaf(v)
		default:
			n := number(data[i:])
			if n == 0 {
				return i, BadJSON
			}
			f.leaf(event.TextValue(data[i : i+n : i+n]))
			i += n
		}
		// What follows: the ends of containers, a comma, a key.
		for {
			i = skip(data, i)
			if f.depth == 0 {
				return i, ""
			}
			if i >= len(data) {
				return i, BadJSON
			}
			top := f.stack[f.depth-1]
			c := data[i]
			if c == '}' && !top.array || c == ']' && top.array {
				f.sig = append(f.sig, markEnd)
				f.depth--
				i++
				opened = false
				if f.depth == 0 {
					return i, ""
				}
				continue
			}
			if !opened {
				if c != ',' {
					return i, BadJSON
				}
				i = skip(data, i+1)
			}
			if !top.array {
				if i >= len(data) || data[i] != '"' {
					return i, BadJSON
				}
				raw, next := quoted(data, i)
				if next < 0 || !printable(raw) {
					return i, BadJSON
				}
				if len(raw) > MaxKey {
					return i, LongKey
				}
				key = raw
				f.sig = append(append(append(f.sig, markKey), raw...), markStop)
				i = skip(data, next)
				if i >= len(data) || data[i] != ':' {
					return i, BadJSON
				}
				i++
			}
			break
		}
	}
}

// open begins an object or array, the value of key.
func (f *flattener) open(array bool, key []byte) {
	l := level{array: array}
	if f.depth > 0 {
		l.data = f.stack[f.depth-1].data || string(key) == "Data"
	}
	f.stack[f.depth] = l
	f.depth++
	mark := byte(markObject)
	if array {
		mark = markArray
	}
	f.sig = append(f.sig, mark)
}

// text takes a string without its quotes: a value, the label of one, or an
// object in itself.
func (f *flattener) text(raw, key []byte) {
	if bytes.IndexByte(raw, '\\') >= 0 {
		start := len(f.arena)
		f.arena = unescape(f.arena, raw)
		raw = f.arena[start:len(f.arena):len(f.arena)]
	}
	if f.depth > 0 && !f.plain && f.stack[f.depth-1].data && (string(key) == "Name" || string(key) == "@Name") && len(raw) <= MaxKey && printable(raw) {
		f.sig = append(append(append(f.sig, markLabel), raw...), markStop)
	}
	if f.inner == nil || f.plain || string(key) != "Payload" || !f.payload(raw) {
		f.leaf(event.TextValue(raw))
	}
}

// payload takes an object inside a string as if it stood there itself.
func (f *flattener) payload(raw []byte) bool {
	if f.took || len(raw) == 0 || raw[0] != '{' {
		return false
	}
	f.took = true
	n, code := f.inner.object(raw)
	if code != "" || skip(raw, n) != len(raw) || len(f.inner.values) == 0 || len(f.values)+len(f.inner.values) > MaxFields {
		return false
	}
	f.sig = append(f.sig, f.inner.sig...)
	f.values = append(f.values, f.inner.values...)
	return true
}

func (f *flattener) leaf(v event.Value) {
	f.sig = append(f.sig, markLeaf)
	f.values = append(f.values, v)
}

// skip passes over white space.
func skip(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// quoted returns the raw content of the string that begins at i and the place
// after it, or -1.
func quoted(data []byte, i int) ([]byte, int) {
	start := i + 1
	p := start
	for {
		q := bytes.IndexByte(data[p:], '"')
		if q < 0 {
			return nil, -1
		}
		p += q
		slashes := p
		for slashes > start && data[slashes-1] == '\\' {
			slashes--
		}
		if (p-slashes)&1 == 0 {
			return data[start:p:p], p + 1
		}
		p++
	}
}

func printable(raw []byte) bool {
	for _, b := range raw {
		if b < 0x20 {
			return false
		}
	}
	return true
}

func literal(data []byte) (event.Value, int) {
	switch {
	case len(data) >= 4 && string(data[:4]) == "true":
		return event.Value{Kind: event.Bool, Bits: 1}, 4
	case len(data) >= 5 && string(data[:5]) == "false":
		return event.Value{Kind: event.Bool}, 5
	case len(data) >= 4 && string(data[:4]) == "null":
		return event.Value{Kind: event.Null}, 4
	}
	return event.Value{}, 0
}

// number returns the length of the number that data starts with, 0 for none.
func number(data []byte) int {
	n, digits := 0, 0
	for n < len(data) {
		switch b := data[n]; {
		case b >= '0' && b <= '9':
			digits++
		case b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E':
		default:
			if digits == 0 {
				return 0
			}
			return n
		}
		n++
	}
	if digits == 0 {
		return 0
	}
	return n
}
