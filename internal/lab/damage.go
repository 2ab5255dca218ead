package lab

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// Damage is one way in which a file may be broken. Make returns a damaged
// copy of whole; it never changes its argument.
type Damage struct {
	Name string
	Make func(whole []byte) []byte
}

// chunkAt is the offset of chunk n, recordAt that of record i in it (0 when
// there is none).
func chunkAt(n int) int { return FileHeaderSize + n*ChunkSize }

func recordAt(file []byte, chunk, i int) int {
	at := chunkAt(chunk) + chunkTables
	for ; i > 0 && at+8 < len(file); i-- {
		size := int(binary.LittleEndian.Uint32(file[at+4:]))
		if size < 28 {
			return 0
		}
		at += size
	}
	if at+28 > len(file) {
		return 0
	}
	return at
}

func edit(f func(b []byte)) func([]byte) []byte {
	return func(whole []byte) []byte {
		b := bytes.Clone(whole)
		f(b)
		return b
	}
}

// EventLogDamages are damages of an event log with at least one chunk of ten
// records. The comments name what a careful reader still gets.
func EventLogDamages() []Damage {
	le := binary.LittleEndian
	return []Damage{
		{"cut in the middle of the first chunk", func(w []byte) []byte { return Truncate(w, chunkAt(0)+ChunkSize/2) }},
		{"cut inside the file header", func(w []byte) []byte { return Truncate(w, 100) }},
		{"cut inside a record of the last chunk", func(w []byte) []byte { return Truncate(w, len(w)-ChunkSize+chunkTables+700) }},
		{"file header is zero", edit(func(b []byte) { clear(b[:FileHeaderSize]) })},
		{"wrong file header checksum", edit(func(b []byte) { b[0x7c] ^= 0xff })},
		{"header counts one chunk too few", edit(func(b []byte) { le.PutUint16(b[42:], le.Uint16(b[42:])-1) })},
		{"bad chunk magic", edit(func(b []byte) { copy(b[chunkAt(0):], "ElfChxx\x00") })},
		{"wrong chunk header checksum", edit(func(b []byte) { b[chunkAt(0)+0x7c] ^= 0xff })},
		{"wrong records checksum", edit(func(b []byte) { b[chunkAt(0)+52] ^= 0xff })},
		{"zero sector in the middle of the first chunk", func(w []byte) []byte { return ZeroSector(w, chunkAt(0)+0x4000) }},
		{"one chunk is zero", edit(func(b []byte) { clear(b[chunkAt(0):chunkAt(1)]) })},
		{"record magic destroyed", edit(func(b []byte) { clear(b[recordAt(b, 0, 3):][:4]) })},
		{"record size is too large", edit(func(b []byte) { le.PutUint32(b[recordAt(b, 0, 3)+4:], 0x7fffffff) })},
		{"record size is zero", edit(func(b []byte) { le.PutUint32(b[recordAt(b, 0, 3)+4:], 0) })},
		{"record size copy differs", edit(func(b []byte) { b[recordAt(b, 0, 4)-4] ^= 0x40 })},
		{"record overlaps the next", edit(func(b []byte) {
			at, next := recordAt(b, 0, 3), recordAt(b, 0, 5)
			le.PutUint32(b[at+4:], uint32(next-at-16))
			SealChunk(b[chunkAt(0):chunkAt(1)])
		})},
		{"template definition destroyed", edit(func(b []byte) {
			at := recordAt(b, 0, 0) + 24 + 14 // behind fragment header, token, version, id, offset
			clear(b[at : at+64])
		})},
		{"substitution count is huge", edit(func(b []byte) {
			// the second record refers to the first one's template
			at := recordAt(b, 0, 1) + 24 + 14
			le.PutUint32(b[at:], 0xffffffff)
			SealChunk(b[chunkAt(0):chunkAt(1)])
		})},
		{"free space offset beyond the chunk", edit(func(b []byte) { le.PutUint32(b[chunkAt(0)+48:], 0xfffffff0) })},
		{"string table points outside", edit(func(b []byte) {
			for i := range 64 {
				le.PutUint32(b[chunkAt(0)+nameTable+4*i:], 0xfffffff0)
			}
			SealChunk(b[chunkAt(0):chunkAt(1)])
		})},
		{"first chunk twice", func(w []byte) []byte { return append(bytes.Clone(w), w[chunkAt(0):chunkAt(1)]...) }},
		{"bits flipped", func(w []byte) []byte { return FlipBits(w, 1, len(w)/500) }},
	}
}

// TextDamages are damages of a text log with a header and ten rows.
func TextDamages() []Damage {
	return []Damage{
		{"head cut in the middle of a row", func(w []byte) []byte { return bytes.Clone(w[lineAt(w, 7)+9:]) }},
		{"tail cut in the middle of a row", func(w []byte) []byte { return Truncate(w, len(w)-11) }},
		{"header gone", func(w []byte) []byte { return bytes.Clone(w[firstRow(w):]) }},
		{"a row too short", func(w []byte) []byte { return cutRow(w, 8, true) }},
		{"a row too long", func(w []byte) []byte { return cutRow(w, 8, false) }},
		{"zero bytes between rows", func(w []byte) []byte { return insert(w, lineAt(w, 8), make([]byte, 512)) }},
		{"a row in UTF-16 among UTF-8", func(w []byte) []byte {
			from, to := lineAt(w, 8), lineAt(w, 9)
			row := wide(string(w[from:to]))
			return append(append(bytes.Clone(w[:from]), row...), w[to:]...)
		}},
		{"whole file in UTF-16 with a mark", func(w []byte) []byte { return append([]byte{0xff, 0xfe}, wide(string(w))...) }},
		{"byte order mark", func(w []byte) []byte { return insert(w, 0, []byte("\xef\xbb\xbf")) }},
		{"bytes that are not UTF-8", func(w []byte) []byte { return insert(w, lineAt(w, 8)+25, []byte{0xff, 0xc3, 0x28}) }},
		{"a name in ISO 8859-1 among UTF-8", func(w []byte) []byte { return insert(w, lineAt(w, 8)+25, Latin1("Müller")) }},
		{"bare line feeds", func(w []byte) []byte { return bytes.ReplaceAll(w, []byte("\r\n"), []byte("\n")) }},
		{"bare carriage returns", func(w []byte) []byte { return bytes.ReplaceAll(w, []byte("\r\n"), []byte("\r")) }},
		{"an open quote", func(w []byte) []byte { return insert(w, lineAt(w, 9)-3, []byte(`,"`)) }},
		{"a blank line and a comment among rows", func(w []byte) []byte { return insert(w, lineAt(w, 8), []byte("\r\n#Remark: rotated\r\n")) }},
	}
}

// Truncate keeps the first n bytes.
func Truncate(whole []byte, n int) []byte { return bytes.Clone(whole[:max(0, min(n, len(whole)))]) }

// ZeroSector clears the 512 bytes of the sector that holds offset at.
func ZeroSector(whole []byte, at int) []byte {
	b := bytes.Clone(whole)
	from := min(at&^511, len(b))
	clear(b[from:min(from+512, len(b))])
	return b
}

// FlipBits flips n bits chosen by the seed.
func FlipBits(whole []byte, seed uint64, n int) []byte {
	b, p := bytes.Clone(whole), newPRNG(seed)
	for range n {
		b[p.below(len(b))] ^= 1 << p.below(8)
	}
	return b
}

// Latin1 is the text in ISO 8859-1, with "?" for what it does not hold.
func Latin1(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if u > 0xff {
			u = '?'
		}
		b = append(b, byte(u))
	}
	return b
}

// lineAt is the offset of line n, counted from 0.
func lineAt(b []byte, n int) int {
	at := 0
	for ; n > 0; n-- {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return len(b)
		}
		at += i + 1
	}
	return at
}

func firstRow(b []byte) int {
	at := 0
	for at < len(b) && b[at] == '#' {
		at += lineAt(b[at:], 1)
	}
	return at
}

func insert(b []byte, at int, what []byte) []byte {
	at = min(max(at, 0), len(b))
	return append(append(bytes.Clone(b[:at]), what...), b[at:]...)
}

// cutRow takes the last value of line n away, or adds two.
func cutRow(b []byte, n int, short bool) []byte {
	from, to := lineAt(b, n), lineAt(b, n+1)
	row := bytes.TrimRight(b[from:to], "\r\n")
	sep := byte(' ')
	if bytes.Count(row, []byte{','}) > bytes.Count(row, []byte{' '}) {
		sep = ','
	}
	if short {
		row = bytes.Clone(row[:max(bytes.LastIndexByte(row, sep), 0)])
	} else {
		row = append(bytes.Clone(row), sep, 'x', sep, 'y')
	}
	return append(append(append(bytes.Clone(b[:from]), row...), '\r', '\n'), b[to:]...)
}
