package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
)

// velociraptorPath decodes uploads/ACCESSOR/COMPONENT..., whose components
// are percent-encoded. The first is a drive ("C%3A"), a device
// ("%5C%5C.%5CC%3A") or a shadow copy, whichever the accessor.
func velociraptorPath(parts []string) string {
	for i, p := range parts {
		if p != "uploads" || i+3 >= len(parts) {
			continue
		}
		var out []string
		for _, c := range parts[i+2:] {
			out = append(out, unescape(c))
		}
		if drive := driveOf(out[0]); drive != "" && len(out[0]) > 1 {
			out[0] = drive
		} else if !strings.Contains(strings.ToLower(out[0]), "harddiskvolumeshadowcopy") {
			continue
		}
		return strings.Join(out, `\`)
	}
	return ""
}

// driveOf reads a component that stands for a drive, as "C:", "" for another:
// the letter, with or without colon, also behind a device's prefix.
func driveOf(c string) string {
	c = strings.TrimPrefix(strings.TrimPrefix(c, `\\.\`), `\\?\`)
	if c == "" || len(c) > 2 || upper(c[0]) < 'A' || upper(c[0]) > 'Z' || len(c) == 2 && c[1] != ':' {
		return ""
	}
	return string(upper(c[0])) + ":"
}

// upload is one line of Velociraptor's uploads.json. The collector's own
// container and the server's export use different names.
type upload struct {
	Components  []string `json:"Components"`
	Components2 []string `json:"_Components"`
	StoredName  string   `json:"StoredName"`
	Path        string   `json:"Path"`
	VFSPath     string   `json:"vfs_path"`
	Type        string   `json:"Type"`
}

// learnUploads notes the Windows paths of uploads whose stored name does not
// tell them: those stored under another name, or of paths without a drive.
// The record is JSON, an object a line or an array of objects.
func (c *collection) learnUploads(dir string, data []byte) {
	found := map[string]string{}
	note := func(u upload) {
		parts := u.Components
		if len(parts) == 0 {
			parts = u.Components2
		}
		if u.StoredName != "" {
			parts = nil
			for _, p := range strings.Split(strings.Trim(u.StoredName, "/"), "/") {
				parts = append(parts, unescape(p))
			}
		}
		for i, p := range parts {
			if p == "uploads" {
				parts = parts[i:]
				break
			}
		}
		path := windowsPath(u.Path)
		if path == "" {
			path = windowsPath(u.VFSPath)
		}
		if u.Type != "" || path == "" || len(parts) < 2 || parts[0] != "uploads" {
			return // an index of holes, or nothing that a path could be learned from
		}
		if strings.EqualFold(velociraptorPath(parts), path) {
			return
		}
		found[storedKey(parts)] = path
	}
	if data = bytes.TrimSpace(data); len(data) > 0 && data[0] == '[' {
		var list []upload
		if json.Unmarshal(data, &list) == nil {
			for _, u := range list {
				note(u)
			}
		}
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var u upload
		if json.Unmarshal(lines.Bytes(), &u) == nil {
			note(u)
		}
	}
	if len(found) > 0 {
		c.stored[dir] = found
	}
}

// windowsPath is a path that begins with a drive, without a device's prefix;
// "" for any other text.
func windowsPath(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, `\\.\`), `\\?\`)
	if len(s) < 4 || driveOf(s[:2]) == "" || s[2] != '\\' && s[2] != '/' || strings.ContainsAny(s, "\x00\n") {
		return ""
	}
	return driveOf(s[:2]) + `\` + strings.ReplaceAll(s[3:], "/", `\`)
}

// storedKey is a stored name in a form in which encoded and decoded
// components are the same.
func storedKey(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strings.ToLower(unescape(p)))
		b.WriteByte(0)
	}
	return b.String()
}

// unescape decodes %XX; what is not an escape stays.
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

// drivePath finds a drive's folder (C, C:, C%3A) with a folder that Windows
// drives have below it: [HOST/][VSSn/]C/Windows/... From the place at which a
// collector's record says that a tree begins, every letter is a drive,
// whatever lies below. host is the place of the folder above it, -1 where
// that is the collection's own top or named after the work.
func drivePath(parts []string, tree int) (original string, host int) {
	for i, p := range parts {
		decoded := unescape(p)
		drive := driveOf(decoded)
		if drive == "" || i+1 > len(parts)-1 {
			continue
		}
		above := i - 1
		for above >= 0 && isShadow(parts[above]) {
			above--
		}
		if known := above < tree && i >= tree; !known && (i+2 > len(parts)-1 || !onDrive(parts[i+1])) {
			continue
		}
		rest := strings.Join(parts[i+1:], `\`)
		if decoded != p { // who encodes the colon encodes the rest
			rest = unescape(rest)
		}
		if above < 0 || !isHostName(parts[above]) || isPlaceName(parts[above]) {
			above = -1
		}
		return drive + `\` + rest, above
	}
	return "", -1
}

// onDrive knows folders that lie right below a Windows drive.
func onDrive(name string) bool {
	switch strings.ToLower(unescape(name)) {
	case "windows", "inetpub", "program files", "program files (x86)", "programdata", "users", "exchange", "$extend", "$recycle.bin", "perflogs":
		return true
	}
	return false
}

func isShadow(name string) bool {
	low := strings.ToLower(name)
	return strings.HasPrefix(low, "vss") && strings.Trim(low[3:], "0123456789") == ""
}

// isPlaceName knows folders that are named after the work, not the host.
func isPlaceName(name string) bool {
	switch strings.ToLower(name) {
	case "kape", "cylr", "evidence", "collected", "collection", "triage", "target", "targets", "tdest", "output", "out", "data", "fs", "files", "export", "mnt", "image", "logs", "uploads":
		return true
	}
	return false
}
