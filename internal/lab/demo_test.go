package lab

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestEvidenceSets(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]struct {
		make  func() []File
		truth Truth
		limit int
	}{
		"demo":   {Demo, DemoTruth(), 6 << 20},
		"clinic": {Clinic, ClinicTruth(), 2 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			files := set.make()
			t.Logf("%d files in %v", len(files), time.Since(start))
			again := set.make()
			total, seen := 0, map[string]bool{}
			var all []byte
			for i, f := range files {
				if f.Path != again[i].Path || !bytes.Equal(f.Data, again[i].Data) {
					t.Fatalf("%s differs the second time", f.Path)
				}
				if seen[f.Path] {
					t.Errorf("%s is there twice", f.Path)
				}
				seen[f.Path] = true
				total += len(f.Data)
				if strings.HasSuffix(f.Path, ".evtx") {
					checkLog(t, f.Data, countRecords(f.Data))
				} else {
					all = append(all, f.Data...)
				}
				// LAB_WRITE_DEMO or LAB_WRITE_CLINIC: a folder to look at.
				if dir := os.Getenv("LAB_WRITE_" + strings.ToUpper(name)); dir != "" {
					path := filepath.Join(dir, filepath.FromSlash(f.Path))
					_ = os.MkdirAll(filepath.Dir(path), 0o700)
					_ = os.WriteFile(path, f.Data, 0o600)
				}
			}
			t.Logf("%d bytes", total)
			if total > set.limit {
				t.Errorf("%d bytes, the set should stay below %d", total, set.limit)
			}
			checkTruth(t, set.truth, files, all)
		})
	}
}

// countRecords counts frames, so that checkLog has something to compare.
func countRecords(file []byte) int { return bytes.Count(file, []byte("**\x00\x00")) }

// checkTruth looks for each step's time and each shell in the evidence.
func checkTruth(t *testing.T, truth Truth, files []File, text []byte) {
	t.Helper()
	for _, h := range truth.Hosts {
		for _, s := range h.Steps {
			in := bytes.Contains(text, []byte(stamp(s.Time))) || bytes.Contains(text, []byte(s.Time.Format("2006-01-02 15:04:05")))
			ft := At(s.Time).data
			for _, f := range files {
				in = in || strings.HasPrefix(f.Path, h.Host+"/") && strings.HasSuffix(f.Path, ".evtx") && bytes.Contains(f.Data, ft)
			}
			if !in {
				t.Errorf("%s: nothing in the evidence at %s (%s)", h.Host, stamp(s.Time), s.ID)
			}
		}
		for _, sh := range h.Shells {
			if got := bytes.Contains(text, []byte("POST "+sh.URL+" ")); got != sh.Used {
				t.Errorf("%s: used is %v in the evidence", sh.URL, got)
			}
			if got := bytes.Contains(text, []byte("GET "+sh.URL+" ")); got != sh.Answered {
				t.Errorf("%s: answered is %v in the evidence", sh.URL, got)
			}
		}
	}
}

func TestClinicHasElevenRequestsThroughTheBypass(t *testing.T) {
	t.Parallel()
	n, sets := 0, 0
	for _, f := range Clinic() {
		if strings.Contains(f.Path, "/HttpProxy/") {
			n += bytes.Count(f.Data, []byte("ServerInfo~a]@"))
		}
		if strings.Contains(f.Path, "/ECP/Server/") {
			sets += bytes.Count(f.Data, []byte("Set-OabVirtualDirectory.ExternalUrl=''http://f/<"))
		}
	}
	if n != 11 || sets != 2 {
		t.Errorf("%d requests and %d settings with script, want 11 and 2", n, sets)
	}
}
