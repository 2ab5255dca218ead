package evidence

import (
	"path/filepath"
	"strings"
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
		"u_ex210303.log":         {"velociraptor", "mail01.corp.example", `C:\inetpub\logs\LogFiles\W3SVC1\u_ex210303.log`, ""},
		"Security.evtx":          {"velociraptor", "mail01.corp.example", `C:\Windows\System32\winevt\Logs\Security.evtx`, ""},
		"Windows.EventLogs.json": {"", "mail01.corp.example", "", ""},
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
		"a.evtx": {"kape", "EX02", `C:\Windows\System32\winevt\logs\a.evtx`, filepath.Join(dir, "EX02")},
		"b.evtx": {"kape", "EX02", `C:\Windows\b.evtx`, filepath.Join(dir, "EX02")},
		"c.log":  {"kape", "EX03", `D:\inetpub\c.log`, ""},
	} {
		if s := find(list, suffix); s == nil || s.origin != want {
			t.Errorf("%s: got %+v, want %+v", suffix, s, want)
		}
	}
}

// The layouts follow the collectors' own source: CyLR writes the full path
// without its colons and a log of itself (Archive.cs, Program.cs), into an
// archive named after the machine; Velociraptor escapes what file systems
// refuse and lists what it stored in uploads.json (container.go, sanitize.go).
func TestWindowsPathsAreRecovered(t *testing.T) {
	t.Parallel()
	const log = "CyLR_Collection_Log_2021-03-05_10-10-10.log"
	const exchange = "Program Files/Microsoft/Exchange Server/V15/"
	uploads := `{"Timestamp":1,"vfs_path":"C:\\inetpub\\wwwroot\\renamed.aspx","_Components":["uploads","auto","kept","1.bin"],"file_size":4,"uploaded_size":4,"Type":""}
{"Timestamp":1,"vfs_path":"\\\\.\\D:\\Exchange\\Logging\\x.LOG","StoredName":"uploads/ntfs/odd%3Aname/x.LOG","Type":""}
{"Timestamp":1,"vfs_path":"C:\\hole.idx","_Components":["uploads","auto","kept","hole"],"Type":"idx"}
torn line
`
	for name, c := range map[string]struct {
		archive string
		members []member
		want    map[string]Origin // by the end of the member's name; NamedBy is "archive" for the archive's
	}{
		"CyLR": {"MAIL01.zip", []member{
			{"C/Windows/System32/winevt/Logs/Security.evtx", "1"}, {"D/" + exchange + "Logging/HttpProxy/Owa/a.LOG", "2"}, {"E/IISLogs/W3SVC1/u_ex.log", "3"}, {"C/$MFT", "4"}, {log, "5"},
		}, map[string]Origin{
			"Security.evtx": {"cylr", "MAIL01", `C:\Windows\System32\winevt\Logs\Security.evtx`, "archive"},
			"a.LOG":         {"cylr", "MAIL01", `D:\Program Files\Microsoft\Exchange Server\V15\Logging\HttpProxy\Owa\a.LOG`, "archive"},
			"u_ex.log":      {"cylr", "MAIL01", `E:\IISLogs\W3SVC1\u_ex.log`, "archive"},
			"$MFT":          {"cylr", "MAIL01", `C:\$MFT`, "archive"},
		}},
		"CyLR, under a name of the work": {"evidence.zip", []member{{"C/Windows/a.evtx", "1"}, {log, "2"}}, map[string]Origin{"a.evtx": {"cylr", "", `C:\Windows\a.evtx`, ""}}},
		"CyLR before it kept a log":      {"MAIL01.zip", []member{{"C/Windows/a.evtx", "1"}, {"E/IISLogs/b.log", "2"}}, map[string]Origin{"a.evtx": {"kape", "", `C:\Windows\a.evtx`, ""}, "b.log": {}}},
		"an archive by a program that writes backslashes": {"x.zip", []member{{`MAIL02\C\Windows\a.evtx`, "1"}, {`MAIL02\C%3A\Users\x%25y.txt`, "2"}}, map[string]Origin{
			"a.evtx": {"kape", "MAIL02", `C:\Windows\a.evtx`, "archive!/MAIL02"}, "y.txt": {"kape", "MAIL02", `C:\Users\x%y.txt`, "archive!/MAIL02"}}},
		"a percent sign in a plain name": {"x.zip", []member{{"C/Users/100%25.txt", "1"}}, map[string]Origin{"100%25.txt": {"kape", "", `C:\Users\100%25.txt`, ""}}},
		"drives with colons":             {"x.zip", []member{{"C:/inetpub/a.log", "1"}, {"%5C%5C.%5CD%3A/inetpub/b.log", "2"}}, map[string]Origin{"a.log": {"kape", "", `C:\inetpub\a.log`, ""}, "b.log": {"kape", "", `D:\inetpub\b.log`, ""}}},
		"a letter that is no drive":      {"x.zip", []member{{"a/b/c/windows.txt", "1"}, {"C/notes/x.txt", "2"}}, map[string]Origin{"windows.txt": {}, "x.txt": {}}},
		"Velociraptor": {"Collection-MAIL03-2021-07-16_06_56_50_-0700_PDT.zip", []member{
			{"uploads/raw_file/C%3A/Windows/x.evtx", "1"}, {"uploads/auto/kept/1.bin", "2"}, {"uploads/ntfs/odd%3Aname/x.LOG", "3"}, {"uploads/auto/kept/hole", "4"}, {"uploads/ntfs/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1/Windows/y.evtx", "6"}, {"uploads.json", uploads},
		}, map[string]Origin{
			"x.evtx": {"velociraptor", "MAIL03", `C:\Windows\x.evtx`, "archive"},
			"1.bin":  {"velociraptor", "MAIL03", `C:\inetpub\wwwroot\renamed.aspx`, "archive"},
			"x.LOG":  {"velociraptor", "MAIL03", `D:\Exchange\Logging\x.LOG`, "archive"},
			"hole":   {"", "MAIL03", "", "archive"},
			"y.evtx": {"velociraptor", "MAIL03", `\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\Windows\y.evtx`, "archive"},
		}},
	} {
		path := write(t, filepath.Join(t.TempDir(), c.archive), makeZip(t, c.members...))
		folder := t.TempDir()
		write(t, filepath.Join(folder, "note.txt"), []byte("who collected this"))
		for _, m := range c.members {
			if !strings.ContainsAny(m.name, `\:%`) { // what unpacks everywhere
				write(t, filepath.Join(folder, strings.TrimSuffix(c.archive, ".zip"), filepath.FromSlash(m.name)), []byte(m.data))
			}
		}
		zipped, _ := walk(t, Options{}, path)
		unpacked, _ := walk(t, Options{}, folder)
		for suffix, want := range c.want {
			inZip := want
			inZip.NamedBy = strings.Replace(want.NamedBy, "archive", path, 1)
			if s := find(zipped, suffix); s == nil || s.origin != inZip {
				t.Errorf("%s: %s is %+v, want %+v", name, suffix, s, inZip)
			}
			if s := find(unpacked, suffix); s != nil && s.origin.OriginalPath != want.OriginalPath {
				t.Errorf("%s, unpacked: %s is %+v, want %+v", name, suffix, s.origin, want)
			}
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

// The record of spoor's own script (internal/collection) states the host and
// makes every folder beside it that is one letter a drive.
func TestTheRecordOfACollectionNamesHostAndDrives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "spoor-LOGS", "spoor_collection.txt"), []byte("spoor collection 1\r\nMachine name: LOGS\r\n"))
	write(t, filepath.Join(dir, "spoor-LOGS", "E", "IISLogs", "W3SVC1", "a.log"), []byte("1"))
	write(t, filepath.Join(dir, "forged", "spoor_collection.txt"), []byte("Machine name: OTHER\r\n"))
	write(t, filepath.Join(dir, "forged", "x", "E", "IISLogs", "b.log"), []byte("2"))
	list, _ := walk(t, Options{}, dir)
	for suffix, want := range map[string]Origin{
		"a.log": {"spoor", "LOGS", `E:\IISLogs\W3SVC1\a.log`, ""},
		"b.log": {"", "", "", ""},
	} {
		if s := find(list, suffix); s == nil || s.origin != want {
			t.Errorf("%s: got %+v, want %+v", suffix, s, want)
		}
	}
}
