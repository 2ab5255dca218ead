package evidence

import (
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
	Tool         string // "velociraptor", "kape" or ""
	Host         string // by the collection's own records, "" if none
	OriginalPath string // Windows path, "" if unknown
}

// collection knows the hosts of one folder tree or archive.
type collection struct {
	base      string // start of its items' paths, cut off before looking
	inherited string
	byDir     map[string]string
}

func newCollection(host string) *collection {
	return &collection{inherited: host, byDir: map[string]string{}}
}

// maxMetadata bounds how much of a collector's record is read for the host.
const maxMetadata = 1 << 20

// isMetadata recognises files in which collectors name the host. Their name
// only says where to look; what is found there must have the right form.
func isMetadata(name string) bool {
	switch strings.ToLower(name) {
	case "client_info.json", "collection_context.json":
		return true
	}
	return strings.HasSuffix(name, "_ConsoleLog.txt")
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

// learnMember notes the host that a metadata member names.
func (c *collection) learnMember(name string, data func() []byte) {
	if base := path.Base(name); isMetadata(base) {
		if host := hostFromMetadata(base, data()); host != "" {
			c.byDir[path.Dir(strings.TrimPrefix(name, "./"))] = host
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
	for _, re := range []string{
		`^Collection-(.+?)-\d{4}-\d\d-\d\dT.*\.zip$`,
		`^\d{4}-\d\d-\d\dT\d{6}_(.+?)\.zip$`,
	} {
		if m := regexp.MustCompile(re).FindStringSubmatch(name); m != nil && isHostName(m[1]) {
			return m[1]
		}
	}
	return ""
}

func isHostName(s string) bool {
	return len(s) > 0 && len(s) <= 255 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

// origin reads what an item's path below the collection says.
func (c *collection) origin(rel string) Origin {
	rel = strings.TrimPrefix(strings.TrimLeft(filepath.ToSlash(rel), "/"), "./")
	o := Origin{Host: c.inherited}
	for d := path.Dir(rel); ; d = path.Dir(d) {
		if h, ok := c.byDir[d]; ok {
			o.Host = h
			break
		}
		if d == "." || d == "/" {
			break
		}
	}
	parts := strings.Split(rel, "/")
	if p := velociraptorPath(parts); p != "" {
		o.Tool, o.OriginalPath = "velociraptor", p
		return o
	}
	if p, folder := kapePath(parts); p != "" {
		o.Tool, o.OriginalPath = "kape", p
		if o.Host == "" && folder != "" {
			o.Host = folder
		}
	}
	return o
}

// velociraptorPath decodes uploads/ACCESSOR/COMPONENT..., whose components
// are percent-encoded.
func velociraptorPath(parts []string) string {
	for i, p := range parts {
		if p != "uploads" || i+3 >= len(parts) {
			continue
		}
		switch parts[i+1] {
		case "auto", "file", "ntfs", "lazy_ntfs", "raw_ntfs", "ntfs_vss", "vss", "mft":
		default:
			continue
		}
		var out []string
		for _, c := range parts[i+2:] {
			out = append(out, unescape(c))
		}
		device := strings.TrimPrefix(strings.TrimPrefix(out[0], `\\.\`), `\\?\`)
		if len(device) == 2 && device[1] == ':' {
			out[0] = device
		} else if !strings.Contains(strings.ToLower(device), "harddiskvolumeshadowcopy") {
			continue
		}
		return strings.Join(out, `\`)
	}
	return ""
}

// unescape decodes %XX; what is no escape stays.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := strings.IndexByte(hexUpper, upper(s[i+1])), strings.IndexByte(hexUpper, upper(s[i+2]))
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

const hexUpper = "0123456789ABCDEF"

func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - 'a' + 'A'
	}
	return b
}

// kapePath finds a drive letter's folder with a folder that Windows drives
// have below it: [HOST/][VSSn/]C/Windows/... The folder above it is taken
// for a host only where it is not the collection's own top.
func kapePath(parts []string) (original, host string) {
	for i, p := range parts {
		if len(p) != 1 || upper(p[0]) < 'A' || upper(p[0]) > 'Z' || i+2 > len(parts)-1 {
			continue
		}
		switch strings.ToLower(parts[i+1]) {
		case "windows", "inetpub", "program files", "program files (x86)", "programdata", "users", "exchange", "$extend", "$recycle.bin", "perflogs":
		default:
			continue
		}
		above := i - 1
		for above >= 0 && isShadow(parts[above]) {
			above--
		}
		if above >= 0 && isHostName(parts[above]) && !isPlaceName(parts[above]) {
			host = parts[above]
		}
		return strings.ToUpper(p) + `:\` + strings.Join(parts[i+1:], `\`), host
	}
	return "", ""
}

func isShadow(name string) bool {
	low := strings.ToLower(name)
	return strings.HasPrefix(low, "vss") && strings.Trim(low[3:], "0123456789") == ""
}

// isPlaceName knows folders that are named after the work, not the host.
func isPlaceName(name string) bool {
	switch strings.ToLower(name) {
	case "kape", "evidence", "collected", "collection", "triage", "target", "targets", "tdest", "output", "out", "data", "fs", "files", "export", "mnt", "image", "logs", "uploads":
		return true
	}
	return false
}
