package engine

// trie finds which of many texts another one begins with: a walk over a hash
// table of edges that ends at the first byte no text goes on with. Walked from
// the end it finds suffixes.
type trie struct {
	keys  []uint64 // node<<8 | byte, plus 1; 0 is a free place
	next  []uint32
	atoms [][]uint32 // by node: what has been read in full
	nodes uint32
	edges int
}

func (t *trie) empty() bool { return t.nodes == 0 }

// add enters one text, reversed for suffixes.
func (t *trie) add(text string, fromEnd bool, atoms []uint32) {
	if t.nodes == 0 {
		t.nodes, t.atoms = 1, make([][]uint32, 1)
	}
	node := uint32(0)
	for i := range len(text) {
		b := text[i]
		if fromEnd {
			b = text[len(text)-1-i]
		}
		node = t.step(node, b)
	}
	t.atoms[node] = with(t.atoms[node], atoms)
}

// step returns the node behind an edge, made if it is not there.
func (t *trie) step(node uint32, b byte) uint32 {
	if t.edges*2 >= len(t.keys) {
		t.grow()
	}
	key := uint64(node)<<8 | uint64(b) + 1
	for i := t.place(key); ; i = (i + 1) & (len(t.keys) - 1) {
		switch t.keys[i] {
		case key:
			return t.next[i]
		case 0:
			t.keys[i], t.next[i] = key, t.nodes
			t.atoms = append(t.atoms, nil)
			t.nodes++
			t.edges++
			return t.next[i]
		}
	}
}

func (t *trie) grow() {
	keys, next := t.keys, t.next
	n := max(64, 4*len(keys))
	t.keys, t.next = make([]uint64, n), make([]uint32, n)
	for j, key := range keys {
		if key == 0 {
			continue
		}
		i := t.place(key)
		for t.keys[i] != 0 {
			i = (i + 1) & (n - 1)
		}
		t.keys[i], t.next[i] = key, next[j]
	}
}

func (t *trie) place(key uint64) int {
	return int(key*0x9e3779b97f4a7c15>>32) & (len(t.keys) - 1)
}

// find appends the atoms of all texts that text begins, or ends, with.
func (t *trie) find(text []byte, fromEnd bool, out []uint32) []uint32 {
	node := uint32(0)
	for i := range text {
		b := text[i]
		if fromEnd {
			b = text[len(text)-1-i]
		}
		key := uint64(node)<<8 | uint64(b) + 1
		j := t.place(key)
		for t.keys[j] != key {
			if t.keys[j] == 0 {
				return out
			}
			j = (j + 1) & (len(t.keys) - 1)
		}
		node = t.next[j]
		out = append(out, t.atoms[node]...)
	}
	return out
}
