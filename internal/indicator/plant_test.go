package indicator

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestPlantedValuesAreFoundAndNothingElse writes values of a set and others
// like them into texts, between signs that end a value in logs.
func TestPlantedValuesAreFoundAndNothingElse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	value := func() string {
		switch r.IntN(6) {
		case 0:
			return fmt.Sprintf("%d.%d.%d.%d", 20+r.IntN(60), r.IntN(256), r.IntN(256), 1+r.IntN(254))
		case 1:
			return fmt.Sprintf("h%x.d%x.net", r.Uint32(), r.Uint32())
		case 2:
			return fmt.Sprintf("http://h%x.org/p%x/f.php", r.Uint32(), r.Uint32())
		case 3:
			return fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
		case 4:
			return fmt.Sprintf(`c:\data\x%x\f%x.exe`, r.Uint32(), r.Uint32())
		}
		return fmt.Sprintf("u%x@m%x.com", r.Uint32(), r.Uint32())
	}
	known := map[string]bool{}
	var lines []string
	for len(known) < 3000 {
		if v := value(); !known[v] {
			known[v] = true
			lines = append(lines, v)
		}
	}
	s := setOf(t, lines...)
	scanner := NewScanner(s)
	before, after := []string{" ", `"`, "=", ",", "(", ";", "'", "<", "\t", ">", "|"}, []string{" ", `"`, ",", ";", "'", "<", "\t", ")", "|", ". "}
	var hits []Hit
	for range 20_000 {
		var text strings.Builder
		want := map[string]bool{}
		for range 1 + r.IntN(4) {
			v := value()
			if r.IntN(2) == 0 {
				v = lines[r.IntN(len(lines))]
				want[v] = true
			}
			if r.IntN(3) == 0 && !strings.Contains(v, "/") {
				v = strings.ToUpper(v)
			}
			text.WriteString(before[r.IntN(len(before))] + v + after[r.IntN(len(after))])
		}
		got := map[string]bool{}
		hits = scanner.Scan([]byte(text.String()), hits[:0])
		for _, h := range hits {
			got[s.At(h.Entry).Value] = true
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q\n got %v\nwant %v", text.String(), got, want)
		}
	}
}
