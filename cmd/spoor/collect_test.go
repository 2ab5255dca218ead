package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"spoor/internal/lab"
)

// spread writes files below a folder.
func spread(t *testing.T, dir string, files []lab.File) {
	t.Helper()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// assessedHosts are the hosts of verdict.json, without the places of proofs.
func assessedHosts(t *testing.T, dir string) []map[string]any {
	t.Helper()
	var out, log bytes.Buffer
	if code := run([]string{"assess", dir, "-o", filepath.Join(t.TempDir(), "case"), "--format", "json", "--quiet"}, nil, &out, &log); code != exitDone {
		t.Fatalf("exit code %d: %s", code, log.String())
	}
	var v struct {
		Hosts []map[string]any `json:"hosts"`
	}
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	ordered := func(in any) { // equal times are ordered by path
		if list, ok := in.([]any); ok {
			slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		}
	}
	for _, h := range v.Hosts {
		for _, list := range []string{"story", "leads", "chains", "webshells"} {
			entries, _ := h[list].([]any)
			for _, e := range entries {
				delete(e.(map[string]any), "proof")
				ordered(e.(map[string]any)["findings"])
			}
		}
	}
	return v.Hosts
}

// What the collecting script leaves is assessed as the server's own tree is,
// with the logs of IIS on a drive of their own. The host's name stands in no
// folder here, only in the record.
func TestWhatTheScriptLeavesIsAssessedAsItIs(t *testing.T) {
	t.Parallel()
	list := lab.Scenarios()
	for _, name := range []string{"proxylogon-full", "proxyshell-full", "proxylogon-only-iis"} {
		i := slices.IndexFunc(list, func(s lab.Scenario) bool { return s.Name == name })
		if i < 0 {
			t.Errorf("there is no scenario %s", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, collected := t.TempDir(), t.TempDir()
			files := list[i].Files()
			spread(t, plain, files)
			moved := slices.Clone(files)
			for i := range moved {
				moved[i].Path = strings.Replace(moved[i].Path, "MAIL01/", "spoor-DATA/", 1)
				moved[i].Path = strings.Replace(moved[i].Path, "/C/inetpub/logs/LogFiles/", "/E/IISLogs/", 1)
			}
			var sums strings.Builder
			for _, f := range moved {
				sums.WriteString(strings.Repeat("0a", 32) + "\t1\t2021-03-04T00:00:00Z\t" + strings.ReplaceAll(strings.TrimPrefix(f.Path, "spoor-DATA/"), "/", `\`) + "\r\n")
			}
			spread(t, collected, append(moved,
				lab.File{Path: "spoor-DATA/spoor_collection.txt", Data: []byte("spoor collection 1\r\nMachine name: MAIL01\r\nWindows: 6.3\r\nTime zone: UTC\r\nExchange: 15.1.2176.2\r\nNot copied: 0\r\n")},
				lab.File{Path: "spoor-DATA/files.txt", Data: []byte(sums.String())},
				lab.File{Path: "spoor-DATA/collection/robocopy.log", Data: []byte("\xff\xfeN\x00e\x00w\x00 \x00F\x00i\x00l\x00e\x00\r\x00\n\x00")},
				lab.File{Path: "spoor-DATA/collection/not-copied.txt", Data: []byte(`C:\inetpub\wwwroot\aspnet_client\system_web\locked.aspx` + "\r\n")},
			))
			want, got := assessedHosts(t, plain), assessedHosts(t, collected)
			if len(got) != 1 || len(want) != 1 {
				t.Fatalf("%d hosts, %d of the plain tree", len(got), len(want))
			}
			for key, w := range want[0] {
				if !reflect.DeepEqual(got[0][key], w) {
					t.Errorf("%s:\n%v\nof the plain tree:\n%v", key, got[0][key], w)
				}
			}
		})
	}
}
