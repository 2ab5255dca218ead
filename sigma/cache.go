package sigma

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"spoor/internal/cursor"
)

// Cache keeps the documents of rule files as they were parsed, so that the next
// start need not read YAML again, which is four fifths of loading. Everything
// behind the parser runs as without it. It is keyed by the content of every file
// and by the program's version, and what it holds is decoded as hostile input: a
// file that is wrong in any way is the same as none.
type Cache struct {
	path string
	key  [sha256.Size]byte
	docs [][]*yaml.Node // by file; nil where a file is to be parsed
	made bool           // docs come from this run, not from the file
}

const cacheMagic = "spoor parsed rules 1\n"

// Caps of a cache file; see docs/limits.md.
const (
	maxCacheFile  = 256 << 20
	maxCacheDepth = 4 * maxDepth
)

// OpenCache reads the cache of these files from a folder, or prepares to make
// it. version is the program's: another one may parse otherwise.
func OpenCache(dir, version string, files []File) *Cache {
	h := sha256.New()
	fmt.Fprintf(h, "%s%d %s\n", cacheMagic, len(version), version)
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %d %v\n", len(f.Name), f.Name, len(f.Data), f.TooLarge)
		h.Write(f.Data)
	}
	c := &Cache{docs: make([][]*yaml.Node, len(files)), made: true}
	h.Sum(c.key[:0])
	c.path = filepath.Join(dir, hex.EncodeToString(c.key[:16])+".rules")
	if info, err := os.Stat(c.path); err != nil || info.Size() > maxCacheFile {
		return c
	}
	data, err := os.ReadFile(c.path)
	if err != nil {
		return c
	}
	if docs, ok := c.decode(data, len(files)); ok {
		c.docs, c.made = docs, false
	}
	return c
}

// Save writes the cache, if this run made it.
func (c *Cache) Save() error {
	if !c.made {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o700); err != nil {
		return fmt.Errorf("write rule cache: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(c.path), "rules-*.tmp")
	if err != nil {
		return fmt.Errorf("write rule cache: %w", err)
	}
	_, err = tmp.Write(c.encode())
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), c.path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		os.Remove(tmp.Name())
	}
	if err != nil {
		return fmt.Errorf("write rule cache: %w", err)
	}
	return nil
}

// tags are the types that values of rules have, by number; others are not kept.
func tags() []string {
	return []string{"", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!map", "!!seq"}
}

// encode writes the documents: the strings in one run, then for each file the
// number of its documents plus one, 0 where it is to be parsed, and the nodes of
// each document in the order of the text.
func (c *Cache) encode() []byte {
	var text, body []byte
	names := tags()
	put := func(n uint64) { body = binary.AppendUvarint(body, n) }
	for _, docs := range c.docs {
		mark, before := len(body), len(text)
		whole := docs != nil
		put(uint64(len(docs) + 1))
		for _, d := range docs {
			stack := []*yaml.Node{d}
			for len(stack) > 0 && whole {
				n := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				tag := slices.Index(names, n.Tag)
				whole = tag >= 0 && n.Alias == nil && n.Anchor == "" && n.Line >= 0 && n.Column >= 0
				if !whole {
					break
				}
				put(uint64(n.Kind))
				put(uint64(tag))
				put(uint64(n.Line))
				put(uint64(n.Column))
				put(uint64(len(n.Value)))
				text = append(text, n.Value...)
				put(uint64(len(n.Content)))
				for i := len(n.Content) - 1; i >= 0; i-- {
					stack = append(stack, n.Content[i])
				}
			}
		}
		if !whole { // anchors and types of one's own are left to the parser
			body, text = body[:mark], text[:before]
			put(0)
		}
	}
	out := append([]byte(cacheMagic), c.key[:]...)
	out = binary.AppendUvarint(out, uint64(len(text)))
	out = append(append(out, text...), body...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

// decode reads what encode wrote. Memory is bounded by the bytes there: a node
// takes at least six of them.
func (c *Cache) decode(data []byte, files int) ([][]*yaml.Node, bool) {
	if len(data) < len(cacheMagic)+2*sha256.Size || !bytes.HasPrefix(data, []byte(cacheMagic)) {
		return nil, false
	}
	end := len(data) - sha256.Size
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return nil, false
	}
	if !bytes.Equal(data[len(cacheMagic):len(cacheMagic)+sha256.Size], c.key[:]) {
		return nil, false
	}
	in := cursor.New(data[len(cacheMagic)+sha256.Size : end])
	size := in.Uvarint()
	if size > uint64(in.Left()) {
		return nil, false
	}
	text := string(in.Bytes(int(size)))
	names := tags()
	docs := make([][]*yaml.Node, files)
	var slab []yaml.Node
	for f := range docs {
		n := in.Uvarint()
		if n == 0 {
			continue
		}
		if n-1 > uint64(in.Left()) {
			return nil, false
		}
		docs[f] = make([]*yaml.Node, n-1)
		for d := range docs[f] {
			type open struct {
				n    *yaml.Node
				left int
			}
			var stack []open
			for {
				kind, tag, line, column, length, children := in.Uvarint(), in.Uvarint(), in.Uvarint(), in.Uvarint(), in.Uvarint(), in.Uvarint()
				if !in.OK() || tag >= uint64(len(names)) || length > uint64(len(text)) || children > uint64(in.Left()) || len(stack) > maxCacheDepth || line|column > 1<<31 {
					return nil, false
				}
				if len(slab) == 0 {
					slab = make([]yaml.Node, 4096)
				}
				node := &slab[0]
				slab = slab[1:]
				*node = yaml.Node{Kind: yaml.Kind(kind), Tag: names[tag], Value: text[:length], Line: int(line), Column: int(column)}
				text = text[length:]
				if len(stack) == 0 {
					docs[f][d] = node
				} else {
					top := &stack[len(stack)-1]
					top.n.Content = append(top.n.Content, node)
					top.left--
				}
				if children > 0 {
					node.Content = make([]*yaml.Node, 0, children)
					stack = append(stack, open{node, int(children)})
				}
				for len(stack) > 0 && stack[len(stack)-1].left == 0 {
					stack = stack[:len(stack)-1]
				}
				if len(stack) == 0 {
					break
				}
			}
		}
	}
	return docs, in.OK() && in.Left() == 0 && text == ""
}
