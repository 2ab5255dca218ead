package outsider

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestProto(t *testing.T) {
	dir := t.TempDir()
	all := map[string]*history{}
	for n := range 400 {
		h := newHistory(7, n)
		all["SRV"+h.name[3:]] = h
		if err := h.write(filepath.Join(dir, "ev", h.name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(os.Getenv("SPOOR_BIN"), "assess", filepath.Join(dir, "ev"), "-o", filepath.Join(dir, "case"), "--format", "json")
	out, _ := cmd.Output()
	var v struct {
		Hosts []struct {
			Host, Verdict, Outcome, Action string
			Chains                         []struct{ ID, Grade, Deepest string }
			Reason                         string
		}
	}
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, h := range v.Hosts {
		count[h.Verdict]++
		if h.Verdict == "compromised" {
			hi := all[h.Host]
			if hi == nil {
				t.Log(h.Host)
				continue
			}
			t.Logf("%s %v %v %v fixed=%v: %v: %s", h.Host, hi.manner, hi.product, hi.attacks, hi.fixed, h.Chains, h.Reason)
		}
	}
	t.Log(len(v.Hosts), count)
}
