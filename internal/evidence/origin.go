package evidence

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Origin is where an item was before it was collected.
type Origin struct {
	Tool         string // "velociraptor", "kape", "cylr", "spoor" or ""
	Host         string // by the collection, "" if none
	OriginalPath string // Windows path, "" if unknown
	// NamedBy is the folder or archive whose name Host is, "" where a record
	// of the collector states it: a name may be the examiner's own.
	NamedBy string
}

// collection knows the hosts of one folder tree or archive.
type collection struct {
	base      string // start of its items' paths, cut off before looking
	name      string // of the folder or archive, without ending
	inherited string
	namedBy   string                       // whose name inherited is, "" for a record's
	byDir     map[string]string            // folders for which a record names the host
	trees     map[string]string            // folders whose single letters are drives, with the tool
	stored    map[string]map[string]string // by folder: stored name -> Windows path, where they differ
}

func newCollection(host string) *collection {
	return &collection{inherited: host, byDir: map[string]string{}, trees: map[string]string{}, stored: map[string]map[string]string{}}
}

// maxMetadata bounds how much of a collector's record is read.
const maxMetadata = 1 << 20

// isMetadata recognises the records of collectors. Their name only says where
// to look; what is found there must have the right form.
func isMetadata(name string) bool {
	switch strings.ToLower(name) {
	case "client_info.json", "collection_context.json", "uploads.json", spoorRecord:
		return true
	}
	return strings.HasSuffix(name, "_ConsoleLog.txt") || isCyLRLog(name)
}

// spoorRecord is the name of the record that the script of internal/collection
// leaves beside what it copied. It begins with "spoor collection 1", and its
// second line is "Machine name: HOST".
const spoorRecord = "spoor_collection.txt"

// isCyLRLog recognises the log that CyLR 2.2 puts into its archive
// (CyLR_Collection_Log_YYYY-MM-DD_HH-MM-SS.log).
func isCyLRLog(name string) bool {
	return startsAs(name, "CyLR_Collection_Log_0000-00-00_00-00-00.log")
}

// learn reads the metadata of one folder.
func (w *walker) learn(root *os.Root, rel string, names []string, pl place) {
	for _, name := range names {
		if !isMetadata(name) {
			continue
		}
		full := filepath.Join(rel, name)
		info, err := root.Lstat(full)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		f, err := root.OpenFile(full, readOnly, 0)
		if err != nil {
			continue
		}
		data, _ := io.ReadAll(io.LimitReader(f, maxMetadata))
		f.Close()
		pl.hosts.learnMember(filepath.ToSlash(full), func() []byte { return data })
	}
}

// learnMember notes what a metadata member states.
func (c *collection) learnMember(name string, data func() []byte) {
	name = strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "./")
	base, dir := path.Base(name), path.Dir(name)
	switch {
	case !isMetadata(base):
	case isCyLRLog(base):
		c.trees[dir] = "cylr"
	case strings.EqualFold(base, "uploads.json"):
		c.learnUploads(dir, data())
	case strings.EqualFold(base, spoorRecord):
		if text := data(); bytes.HasPrefix(text, []byte("spoor collection 1")) {
			c.trees[dir] = "spoor"
			if m := machineName().FindSubmatch(text); m != nil {
				c.byDir[dir] = string(m[1])
			}
		}
	default:
		if strings.HasSuffix(base, "_ConsoleLog.txt") {
			c.trees[dir] = "kape"
		}
		if host := hostFromMetadata(base, data()); host != "" {
			c.byDir[dir] = host
		}
	}
}

// hostFromMetadata finds the host in a collector's record: the JSON of
// Velociraptor's client information, or the console log of KAPE.
func hostFromMetadata(name string, data []byte) string {
	if strings.HasSuffix(name, "_ConsoleLog.txt") {
		if m := machineName().FindSubmatch(data); m != nil {
			return string(m[1])
		}
		return ""
	}
	var short, full string
	dec := json.NewDecoder(strings.NewReader(string(data)))
	for depth, key := 0, ""; ; {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		switch v := tok.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				depth++
			} else {
				depth--
			}
			key = ""
		case string:
			switch {
			case key == "hostname" && short == "":
				short = v
			case key == "fqdn" && full == "":
				full = v
			}
			if key == "" {
				key = strings.ToLower(v)
			} else {
				key = ""
			}
		default:
			key = ""
		}
	}
	if isHostName(full) && strings.Contains(full, ".") {
		return full
	}
	if isHostName(short) {
		return short
	}
	return ""
}

func machineName() *regexp.Regexp {
	return regexp.MustCompile(`Machine name: ([A-Za-z0-9._-]{1,255})`)
}

// hostFromArchiveName finds the host in the names that collectors give their
// archives: Collection-HOST-TIME.zip, TIME_HOST.zip.
func hostFromArchiveName(name string) string {
	stem, ok := strings.CutSuffix(name, ".zip")
	if !ok {
		return ""
	}
	host := ""
	if rest, ok := strings.CutPrefix(stem, "Collection-"); ok {
		for i := 1; i < len(rest) && host == ""; i++ {
			if startsAs(rest[i:], "-0000-00-00T") || startsAs(rest[i:], "-0000-00-00_") {
				host = rest[:i]
			}
		}
	} else if startsAs(stem, "0000-00-00T000000_") {
		host = stem[len("0000-00-00T000000_"):]
	}
	if !isHostName(host) {
		return ""
	}
	return host
}

// startsAs reports whether s starts like form, whose zeros are any digits.
func startsAs(s, form string) bool {
	if len(s) < len(form) {
		return false
	}
	for i := range len(form) {
		if digit := s[i] >= '0' && s[i] <= '9'; form[i] == '0' && !digit || form[i] != '0' && s[i] != form[i] {
			return false
		}
	}
	return true
}

func isHostName(s string) bool {
	return len(s) > 0 && len(s) <= 255 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

// origin reads what an item's path below the collection says.
func (c *collection) origin(rel string) Origin {
	rel = strings.TrimPrefix(strings.TrimLeft(strings.ReplaceAll(rel, `\`, "/"), "/"), "./")
	o := Origin{Host: c.inherited, NamedBy: c.namedBy}
	tree, tool := "", ""
	stated := false
	for d := path.Dir(rel); ; d = path.Dir(d) {
		if h, ok := c.byDir[d]; ok && !stated {
			o.Host, o.NamedBy, stated = h, "", true
		}
		if t, ok := c.trees[d]; ok && tool == "" {
			tree, tool = d, t
		}
		if o.OriginalPath == "" {
			if p := c.stored[d][storedKey(strings.Split(below(rel, d), "/"))]; p != "" {
				o.Tool, o.OriginalPath = "velociraptor", p
			}
		}
		if d == "." || d == "/" {
			break
		}
	}
	if o.OriginalPath != "" {
		return o
	}
	parts := strings.Split(rel, "/")
	if p := velociraptorPath(parts); p != "" {
		o.Tool, o.OriginalPath = "velociraptor", p
		return o
	}
	from := len(parts)
	if tool != "" {
		from = len(parts) - len(strings.Split(below(rel, tree), "/"))
	}
	p, folder := drivePath(parts, from)
	if p == "" {
		return o
	}
	o.Tool, o.OriginalPath = "kape", p
	if tool != "" {
		o.Tool = tool
	}
	if o.Host != "" {
		return o
	}
	switch {
	case folder >= 0:
		o.Host, o.NamedBy = parts[folder], joinPath(c.base, strings.Join(parts[:folder+1], "/"))
	case tool == "cylr" && tree == "." && isHostName(c.name) && !isPlaceName(c.name):
		// CyLR names its archive after the machine unless told otherwise.
		o.Host, o.NamedBy = c.name, strings.TrimSuffix(strings.TrimSuffix(c.base, "/"), "!")
	}
	return o
}

// below is the part of a path below one of its folders.
func below(rel, dir string) string {
	if dir == "." {
		return rel
	}
	return strings.TrimPrefix(strings.TrimPrefix(rel, dir), "/")
}
