package assess

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/internal/lab"
	"spoor/internal/storyline"
)

// ways are ways in which a file is destroyed.
var ways = map[string]func([]byte) []byte{
	"emptied":     func([]byte) []byte { return nil },
	"zeroed":      func(b []byte) []byte { return make([]byte, len(b)) },
	"encrypted":   func(b []byte) []byte { return noise(len(b), 1) },
	"half zeroed": func(b []byte) []byte { c := bytes.Clone(b); clear(c[:len(c)/2]); return c },
	"cut":         func(b []byte) []byte { return b[:len(b)/2] },
	"head kept": func(b []byte) []byte { // what an overwriting of everything but the start leaves
		n := min(len(b), 4096)
		if i := bytes.LastIndexByte(b[:min(len(b), 512)], '\n'); !bytes.HasPrefix(b, []byte("ElfFile")) && i > 0 {
			n = i + 1
		}
		return append(bytes.Clone(b[:n]), noise(max(0, len(b)-n), 2)...)
	},
	"text over it": func(b []byte) []byte { return bytes.Repeat([]byte("nothing to see here\r\n"), len(b)/21+1) },
	"first bytes": func(b []byte) []byte {
		c := bytes.Clone(b)
		copy(c, noise(min(len(c), 64), 3))
		return c
	},
}

func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	rng := rand.NewChaCha8([32]byte{byte(seed)})
	rng.Read(b)
	return b
}

// isLog reports evidence that is a log of a server.
func isLog(path string) bool {
	return strings.HasSuffix(path, ".evtx") || strings.HasSuffix(strings.ToLower(path), ".log")
}

// TestNothingThatIsDestroyedIsCalmer destroys each log of a story in each way:
// the verdict must not be calmer than if the log had been left away, and the
// log must be named.
func TestNothingThatIsDestroyedIsCalmer(t *testing.T) {
	t.Parallel()
	full := os.Getenv("SPOOR_DESTROY") != ""
	stories := slices.DeleteFunc(lab.Scenarios(), func(s lab.Scenario) bool {
		return !full && s.Name != "proxylogon-full" && s.Name != "proxytoken-refused"
	})
	if len(stories) < 2 {
		t.Fatalf("%d stories", len(stories))
	}
	for _, s := range stories {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			files, seen := s.Files(), map[string]bool{}
			for i, f := range files {
				kind := lab.SourceOf(f.Path) + filepath.Ext(f.Path)
				if !isLog(f.Path) || len(f.Data) < 600 || !full && seen[kind] {
					continue
				}
				seen[kind] = true
				without := slices.Concat(files[:i], files[i+1:])
				if len(without) == 0 {
					continue
				}
				left := assess(t, packed(t, without))
				for name, destroy := range ways {
					changed := slices.Clone(files)
					changed[i].Data = destroy(f.Data)
					a := assess(t, packed(t, changed))
					if calmer(&a.verdict, &left.verdict) {
						t.Errorf("%s %s: %s; left away: %s", f.Path, name, told(&a.verdict), told(&left.verdict))
					}
					named := slices.ContainsFunc(a.verdict.Evidence.NotWhole, func(n storyline.NotWhole) bool { return strings.HasSuffix(n.Path, f.Path) })
					if !named && name != "cut" {
						t.Errorf("%s %s: not named", f.Path, name)
					}
				}
			}
		})
	}
}

// gravity orders verdicts by how much they alarm.
func gravity(w storyline.Word) int {
	return slices.Index([]storyline.Word{storyline.NothingFound, storyline.CannotTell, storyline.IsAttempted, storyline.IsSuspicious, storyline.IsCompromised}, w)
}

// calmer reports that some server is called less bad than in the other
// verdict.
func calmer(a, b *storyline.Verdict) bool {
	for _, x := range b.Hosts {
		for _, y := range a.Hosts {
			if x.Host == y.Host && gravity(y.Verdict) < gravity(x.Verdict) {
				return true
			}
		}
	}
	return false
}

func told(v *storyline.Verdict) string {
	var list []string
	for _, h := range v.Hosts {
		list = append(list, h.Host+" "+string(h.Verdict))
	}
	return strings.Join(list, ", ")
}

func TestLogsKnownByNameAloneMakeACase(t *testing.T) {
	t.Parallel()
	for name, destroy := range ways {
		if name == "half zeroed" || name == "cut" || name == "first bytes" {
			continue // something is left to read
		}
		dir := filepath.Join(t.TempDir(), "evidence")
		for _, f := range lab.Demo() {
			if !isLog(f.Path) {
				continue
			}
			path := filepath.Join(dir, filepath.FromSlash(f.Path))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, destroy(f.Data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		a := assess(t, dir)
		if !a.partly {
			t.Errorf("%s: everything was fully examined", name)
		}
		for _, h := range a.verdict.Hosts {
			if h.Verdict == storyline.NothingFound {
				t.Errorf("%s: %s: %s", name, h.Host, h.Verdict)
			}
		}
	}
}
