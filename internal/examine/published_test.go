package examine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/finding"
	"spoor/internal/lab/labdata"
	"spoor/internal/sigma"
)

// correlations count and join what rules find in the whole data folder.
const correlations = `title: A program starts
name: started
id: 6a0c1b2d-0000-4000-8000-0000000000a1
logsource: {category: process_creation, product: windows}
detection: {s: {Image|exists: true}, condition: s}
---
title: A logon
name: logon
id: 6a0c1b2d-0000-4000-8000-0000000000a2
logsource: {product: windows, service: security}
detection: {s: {EventID: [4624, 4625, 4672]}, condition: s}
---
title: Many programs of one host
id: 6a0c1b2d-0000-4000-8000-0000000000a3
correlation: {type: event_count, rules: [started], group-by: [Computer], timespan: 10m, condition: {gte: 5}}
---
title: Many kinds of programs of one host
id: 6a0c1b2d-0000-4000-8000-0000000000a4
correlation: {type: value_count, rules: [started], group-by: [Computer], timespan: 1h, condition: {field: Image, gte: 3}}
---
title: A logon and then a program
id: 6a0c1b2d-0000-4000-8000-0000000000a5
correlation: {type: temporal_ordered, rules: [logon, started], group-by: [Computer], timespan: 5m}
`

// published loads the published rules, and others beside them.
func published(t testing.TB, more ...sigma.File) *engine.Ruleset {
	t.Helper()
	files := more
	err := filepath.WalkDir(labdata.Path(t, "sigma"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".yml" {
			data, err := os.ReadFile(path)
			files = append(files, sigma.File{Name: path, Data: data})
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	set, report := sigma.Load(files, sigma.Options{})
	if report.Loaded < 2858 {
		t.Fatalf("%d rules loaded", report.Loaded)
	}
	return set
}

// told is the hash of everything that a run hands on, with counts that show
// that there was something to compare.
type told struct {
	sum                 hash.Hash
	findings, ofSeveral int
}

func (o *told) sink(lines bool) Sink {
	s := Sink{Item: func(r *ItemResult) error {
		fmt.Fprintf(o.sum, "%s %s %s %s %s %s %d %d %d %+v %v %v\n", r.Item.Path, r.Format, r.Outcome, r.Code, r.Reason, r.SHA256, r.Records, r.Blocks, r.Repeated, r.Lines, r.Hosts, r.From)
		return nil
	}}
	if lines {
		s.FindingLines = func(b []byte) error {
			o.findings++
			o.sum.Write(b)
			return nil
		}
		return s
	}
	s.Finding = func(f *finding.Finding) error {
		o.findings++
		if strings.HasPrefix(f.Rule.ID, "6a0c1b2d-0000-4000-8000-0000000000a") && strings.Contains("345", f.Rule.ID[35:]) {
			o.ofSeveral++
		}
		data, err := json.Marshal(f)
		o.sum.Write(data)
		return err
	}
	return s
}

// Every published rule on every log of the shared data gives the same bytes for
// any number of workers and any order in which the files are named: findings,
// findings of correlations, lines, and what is said of each item; with so little
// memory for what waits that most of it goes through files, too.
func TestThePublishedRulesGiveTheSameForAnyWorkersAndOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("hunts in the whole data folder eight times")
	}
	t.Parallel()
	var paths []string
	for _, rel := range []string{"evtx", "sigma-regression", "exchange"} {
		err := filepath.WalkDir(labdata.Path(t, rel), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, set := range map[string]*engine.Ruleset{"lines": published(t), "correlations": published(t, sigma.File{Name: "correlations.yml", Data: []byte(correlations)})} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(4, 2))
			hunt := func(workers, waiting int, paths []string) *told {
				o := &told{sum: sha256.New()}
				totals, err := cramped(Options{Paths: paths, Rules: set, Workers: workers, NoFields: true, SpillDir: t.TempDir()}, waiting, o.sink(name == "lines"))
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(o.sum, "%+v", *totals)
				return o
			}
			want := hunt(1, 0, paths)
			if want.findings < 3000 || name == "correlations" && want.ofSeveral < 20 {
				t.Fatalf("%d findings, %d of them of correlations: too few for a comparison", want.findings, want.ofSeveral)
			}
			t.Logf("%d findings, %d of correlations, %s", want.findings, want.ofSeveral, hex.EncodeToString(want.sum.Sum(nil)[:8]))
			for _, workers := range []int{2, 7, 16} {
				mixed := append([]string(nil), paths...)
				rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
				waiting := 0
				if workers == 7 {
					waiting = 20_000
				}
				if got := hunt(workers, waiting, mixed); string(got.sum.Sum(nil)) != string(want.sum.Sum(nil)) {
					t.Errorf("%d workers give other bytes than one: %d findings, not %d", workers, got.findings, want.findings)
				}
			}
		})
	}
}
