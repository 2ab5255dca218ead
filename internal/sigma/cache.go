package sigma

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"go.yaml.in/yaml/v3"

	"spoor/internal/cursor"
)

// Cache keeps the documents of rule files as they were parsed, so that the next
// start need not read YAML again, which is half of loading. Everything behind the
// parser runs as without it. It is keyed by the content of every file and by the
// program's version, and what it holds is decoded as hostile input: a file that
// is wrong in any way is the same as none, and so is each part of it.
type Cache struct {
	dir, version string
	path         string
	names        [sha256.Size]byte // of version, names and sizes
	key          [sha256.Size]byte // of names and content
	found        bool              // parts were read
	parts        [][]byte          // by file; nil where nothing is kept
	made         atomic.Bool       // some of them come from this run
}

const cacheMagic = "spoor parsed rules 2\n"

// Caps of a cache file; see docs/limits.md.
const (
	maxCacheFile  = 256 << 20
	maxCacheDepth = 4 * maxDepth
)

// OpenCache is the cache in a folder, which Load reads and Save writes. version is
// the program's: another one may parse otherwise.
func OpenCache(dir, version string) *Cache { return &Cache{dir: dir, version: version} }

// open reads what is kept of files with these names and sizes. Whether it is of
// these files is known when their content is hashed.
func (c *Cache) open(files []File) {
	head := fmt.Appendf(nil, "%s%d %s\n", cacheMagic, len(c.version), c.version)
	for _, f := range files {
		head = append(binary.AppendUvarint(head, uint64(len(f.Name))), f.Name...)
		head = binary.AppendUvarint(head, uint64(len(f.Data)))
		if head = append(head, 0); f.TooLarge {
			head[len(head)-1] = 1
		}
	}
	c.names = sha256.Sum256(head)
	c.path = filepath.Join(c.dir, hex.EncodeToString(c.names[:16])+".rules")
	c.parts, c.found = make([][]byte, len(files)), false
	c.made.Store(false)
	if info, err := os.Stat(c.path); err != nil || info.Size() > maxCacheFile {
		return
	}
	data, err := os.ReadFile(c.path)
	if err != nil {
		return
	}
	if parts, ok := c.unpack(data, len(files)); ok {
		c.parts, c.found = parts, true
	}
}

// seal takes the hash of the files' content. It reports false, and forgets
// everything, where what was found is of other content.
func (c *Cache) seal(sum []byte) bool {
	found := c.key
	c.key = sha256.Sum256(append(c.names[:], sum...))
	if !c.found || found == c.key {
		return true
	}
	clear(c.parts)
	c.made.Store(false)
	return false
}

// Save writes the cache, if this run made some of it.
func (c *Cache) Save() error {
	if !c.made.Load() {
		return nil
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("write rule cache: %w", err)
	}
	tmp, err := os.CreateTemp(c.dir, "rules-*.tmp")
	if err != nil {
		return fmt.Errorf("write rule cache: %w", err)
	}
	_, err = tmp.Write(c.pack())
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

// pack writes the key, the length of each file's part, the parts, and a checksum,
// which finds damage: who changes a cache on purpose writes that too.
func (c *Cache) pack() []byte {
	out := append([]byte(cacheMagic), c.key[:]...)
	for _, p := range c.parts {
		out = binary.AppendUvarint(out, uint64(len(p)))
	}
	for _, p := range c.parts {
		out = append(out, p...)
	}
	return binary.LittleEndian.AppendUint32(out, checksum(out))
}

// unpack finds the parts that pack wrote.
func (c *Cache) unpack(data []byte, files int) ([][]byte, bool) {
	in := cursor.New(data)
	head, key := in.Bytes(len(cacheMagic)), in.Bytes(len(c.key))
	if !in.OK() || string(head) != cacheMagic {
		return nil, false
	}
	end := len(data) - 4
	if sum, ok := cursor.U32(data, end); !ok || sum != checksum(data[:end]) {
		return nil, false
	}
	copy(c.key[:], key)
	parts, sizes := make([][]byte, files), make([]int, files)
	for i := range sizes {
		n := in.Uvarint()
		if n > uint64(in.Left()) {
			return nil, false
		}
		sizes[i] = int(n)
	}
	for i := range parts {
		parts[i] = in.Bytes(sizes[i])
	}
	return parts, in.OK() && in.Offset() == end
}

func checksum(data []byte) uint32 { return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) }

// documents gives what is kept of a file, in a room's memory.
func (c *Cache) documents(i int, r *room) ([]*yaml.Node, bool) { return r.decode(c.parts[i]) }

// keep takes the documents of a file that was parsed without error; with one, or
// where they cannot be kept, the file is parsed again the next time.
func (c *Cache) keep(i int, docs []*yaml.Node, whole bool) {
	part := []byte{partLeft}
	if whole {
		if p, ok := encodeDocs(docs); ok {
			part = p
		}
	}
	if !bytes.Equal(part, c.parts[i]) {
		c.parts[i] = part
		c.made.Store(true)
	}
}
