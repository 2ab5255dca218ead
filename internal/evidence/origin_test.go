package evidence

import (
	"path/filepath"
	"testing"
)

func TestCollectionsNameHostAndOriginalPath(t *testing.T) {
	t.Parallel()
	data := makeZip(t,
		member{"uploads/auto/C%3A/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", "log\n"},
		member{"uploads/ntfs/%5C%5C.%5CC%3A/Windows/System32/winevt/Logs/Security.evtx", "ntfs\n"},
		member{"results/Windows.EventLogs.json", "{}\n"},
		member{"client_info.json", `[{"Hostname":"MAIL01","Fqdn":"mail01.corp.example","OS":"windows"}]`},
	)
	list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "Collection.zip"), data))
	for suffix, want := range map[string]Origin{
		"u_ex210303.log":         {"velociraptor", "mail01.corp.example", `C:\inetpub\logs\LogFiles\W3SVC1\u_ex210303.log`},
		"Security.evtx":          {"velociraptor", "mail01.corp.example", `C:\Windows\System32\winevt\Logs\Security.evtx`},
		"Windows.EventLogs.json": {"", "mail01.corp.example", ""},
	} {
		if s := find(list, suffix); s == nil || s.origin != want {
			t.Errorf("%s: got %+v, want %+v", suffix, s, want)
		}
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "EX02", "C", "Windows", "System32", "winevt", "logs", "a.evtx"), []byte("1"))
	write(t, filepath.Join(dir, "EX02", "VSS1", "C", "Windows", "b.evtx"), []byte("2"))
	write(t, filepath.Join(dir, "kape", "D", "inetpub", "c.log"), []byte("3"))
	write(t, filepath.Join(dir, "kape", "2021-03-05T10_10_10_ConsoleLog.txt"), []byte("System info: Machine name: EX03, 64-bit: True\n"))
	list, _ = walk(t, Options{}, dir)
	for suffix, want := range map[string]Origin{
		"a.evtx": {"kape", "EX02", `C:\Windows\System32\winevt\logs\a.evtx`},
		"b.evtx": {"kape", "EX02", `C:\Windows\b.evtx`},
		"c.log":  {"kape", "EX03", `D:\inetpub\c.log`},
	} {
		if s := find(list, suffix); s == nil || s.origin != want {
			t.Errorf("%s: got %+v, want %+v", suffix, s, want)
		}
	}
}

func TestTheUsersHostIsTheLongestWholePath(t *testing.T) {
	t.Parallel()
	hosts := []HostPath{{"A", "ev"}, {"B", "ev/mail/"}, {"C", "ev/z.zip"}}
	for path, want := range map[string]string{
		"ev/x": "A", "ev/mail/x": "B", "ev/mailbox": "A", "ev/z.zip!/m": "C", "evil": "", "./ev/x": "A",
	} {
		if got := HostFor(hosts, path); got != want {
			t.Errorf("%s belongs to %q, want %q", path, got, want)
		}
	}
}

func TestContentIsClassifiedByItsBytes(t *testing.T) {
	t.Parallel()
	for want, head := range map[Kind]string{
		EVTX: "ElfFile\x00rest", Zip: "PK\x03\x04....", Gzip: "\x1f\x8b\x08\x00", Text: "#Software: Microsoft\r\n",
		SevenZ: "7z\xbc\xaf\x27\x1c\x00\x04", Rar: "Rar!\x1a\x07\x01\x00", Binary: "MZ\x90\x00\x03\x00\x00\x00\x04\x00",
	} {
		if got := sniff([]byte(head)); got != want {
			t.Errorf("%q is %s, want %s", head, got, want)
		}
	}
	for head, want := range map[string]string{
		"plain": "utf-8", "\xff\xfea\x00": "utf-16le", "a\x00b\x00c\x00d\x00e\x00f\x00g\x00h\x00i\x00": "utf-16le",
		"Gr\xfc\xdfe aus dem Rathaus": "8-bit", "\x00\x01\x02\x03": "", "half \xe2\x82": "utf-8",
	} {
		if got := TextEncoding([]byte(head)); got != want {
			t.Errorf("%q is %q, want %q", head, got, want)
		}
	}
}
