package casefile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/finding"
)

func sample(i int) *finding.Finding {
	at := event.TimeOf(time.Date(2021, 3, 3, 0, 0, i%60, 0, time.UTC), 0, event.FromRecord)
	return &finding.Finding{
		At: at, Time: at.String(), Host: "MAIL", Rule: finding.Rule{ID: fmt.Sprint("rule", i%3), Title: "<b>", Level: "high", Kind: "sigma"},
		Techniques: []string{}, CVEs: []string{"CVE-2021-26855"}, Actors: []string{}, Message: "it's\n\"so\"", Source: finding.Source{Path: "ev/a.evtx", Kind: "evtx", SHA256: "aa"},
		Where: finding.Where{Record: uint64(i + 1), Offset: int64(i) * 100}, Event: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i)),
		Step: &finding.Step{Chain: "proxylogon", Name: "script-set"}, Fields: map[string]string{"c-ip": "203.0.113.9", "Padding": "dropped"},
	}
}

func create(t *testing.T) *Case {
	t.Helper()
	c, err := Create(filepath.Join(t.TempDir(), "case"), false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func upper(host string, _ event.ItemID) string { return host + ".town.example" }

func TestACaseNeverReplacesWhatIsNotIts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := Create(dir, false)
	if err != nil {
		t.Fatalf("an empty folder is refused: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"report.html", "notes.db", "mine.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Create(dir, false); !errors.Is(err, ErrOtherCase) {
		t.Fatalf("another case: %v", err)
	}
	before := names(t, dir)
	c, err = Create(dir, true)
	if err != nil {
		t.Fatalf("another case, replaced by force: %v", err)
	}
	c.Abandon()
	if got := names(t, dir); !slices.Equal(got, before) {
		t.Fatalf("a run that came to nothing changed the case: %v, before %v", got, before)
	}
	if c, err = Create(dir, true); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"mine.txt", "notes.db", "spoor-case.json"}) {
		t.Fatalf("left after force: %v; only our own files are replaced", got)
	}
	if err := os.Remove(filepath.Join(dir, marker)); err != nil {
		t.Fatal(err)
	}
	for _, force := range []bool{false, true} {
		if _, err := Create(dir, force); !errors.Is(err, ErrNotEmpty) {
			t.Fatalf("a folder with other files, force %v: %v", force, err)
		}
	}
	if _, err := Create(filepath.Join(dir, "mine.txt"), true); err == nil {
		t.Fatal("a file became a case")
	}
	if got := names(t, filepath.Dir(dir)); len(got) != 1 {
		t.Fatalf("left beside the case: %v", got)
	}
}

func TestAnAbandonedCaseLeavesNothing(t *testing.T) {
	t.Parallel()
	c := create(t)
	if err := c.Add(sample(1)); err != nil {
		t.Fatal(err)
	}
	c.Abandon()
	if _, err := os.Stat(c.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the folder is still there: %v", names(t, c.Dir()))
	}
}

func finish(t *testing.T, c *Case) {
	t.Helper()
	c.Findings(upper)
	d := Derived{Verdict: map[string]string{"verdict": "<compromised>"}, Report: []byte("<html>"), Run: map[string]string{"machine": c.Dir()}, Readme: "read me\n",
		Manifest: Manifest{Schema: "spoor.manifest/1", Version: "1", Items: []Item{{Path: "ev/a.evtx", Kind: "evtx", Bytes: 7, Outcome: "examined"}}}}
	if err := c.Finish(d); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, c *Case, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(c.Dir(), name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTheSameFindingsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	one, two := create(t), create(t)
	order := rand.New(rand.NewPCG(1, 2)).Perm(200)
	for i := range 200 {
		if err := errors.Join(one.Add(sample(i)), two.Add(sample(order[i]))); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, one)
	finish(t, two)
	for _, name := range []string{"findings.ndjson", "verdict.json", "hypotheses.json", "report.html", "case.db", "manifest.json", "README.txt"} {
		if !bytes.Equal(read(t, one, name), read(t, two, name)) {
			t.Errorf("%s depends on the order or the folder", name)
		}
	}
	want := []string{"README.txt", "case.db", "findings.ndjson", "hypotheses.json", "manifest.json", "report.html", "run.json", "spoor-case.json", "verdict.json"}
	if got := names(t, one.Dir()); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

func TestTheManifestNamesTheFilesThatAreThere(t *testing.T) {
	t.Parallel()
	c := create(t)
	for i := range 50 {
		if err := c.Add(sample(i)); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, c)
	var m Manifest
	if err := json.Unmarshal(read(t, c, "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"findings.ndjson", "verdict.json", "hypotheses.json", "report.html", "case.db"} {
		sum := sha256.Sum256(read(t, c, name))
		if m.Files[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s has another hash than the manifest says", name)
		}
	}
	lines := bytes.Split(bytes.TrimSpace(read(t, c, "findings.ndjson")), []byte("\n"))
	db, err := sql.Open("sqlite", filepath.Join(c.Dir(), "case.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("select finding, host, time, rule, record from findings order by rowid")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n, last := 0, ""
	for rows.Next() {
		var line, host, at, rule string
		var record int
		if err := rows.Scan(&line, &host, &at, &rule, &record); err != nil {
			t.Fatal(err)
		}
		if n >= len(lines) || line != string(lines[n]) {
			t.Fatalf("row %d of case.db is not line %d of findings.ndjson", n, n)
		}
		var f finding.Finding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		whole := sample(record - 1)
		if f.Host != "MAIL.town.example" || host != f.Host || f.ID() != whole.ID() || string(f.Event) != string(whole.Event) || f.Message != whole.Message || rule != f.Rule.ID {
			t.Fatalf("stored %s", line)
		}
		if at < last {
			t.Fatal("the case is not in the order of time")
		}
		n, last = n+1, at
	}
	if err := rows.Err(); err != nil || n != 50 {
		t.Fatalf("%d rows (%v)", n, err)
	}
}

func TestFindingsBeyondTheCapAreCounted(t *testing.T) {
	t.Parallel()
	c := create(t)
	defer c.Abandon()
	one := sample(0)
	for range MaxPerRuleHost + 7 {
		if err := c.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	other := sample(1)
	if err := c.Add(other); err != nil {
		t.Fatal(err)
	}
	if got := c.Capped(); !slices.Equal(got, []Capped{{"rule0", "MAIL", MaxPerRuleHost + 7}}) {
		t.Fatalf("capped %+v", got)
	}
	if got := len(c.Findings(upper)); got != MaxPerRuleHost+1 {
		t.Fatalf("%d findings stored", got)
	}
}

func TestFindingsInMemoryKeepWhatTheStorylineReads(t *testing.T) {
	t.Parallel()
	c := create(t)
	defer c.Abandon()
	f := sample(0)
	if err := c.Add(f); err != nil {
		t.Fatal(err)
	}
	got := c.Findings(upper)[0]
	if got.Field("c-ip") != "203.0.113.9" || got.Field("Padding") != "" || got.Event != nil || got.ID() != sample(0).ID() || got.Host != "MAIL.town.example" {
		t.Fatalf("kept %+v", got)
	}
	if f.Event == nil || f.Host != "MAIL" {
		t.Fatal("the finding handed over was changed")
	}
}

func TestDamagedFramesAreTold(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for _, data := range []string{"first", "", "third"} {
		if _, err := writeFrame(&b, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	whole := b.Bytes()
	if got, err := readFrame(bytes.NewReader(whole), 13, nil); err != nil || len(got) != 0 {
		t.Fatalf("an empty frame: %q, %v", got, err)
	}
	if got, err := readFrame(bytes.NewReader(whole), 21, nil); err != nil || string(got) != "third" {
		t.Fatalf("the last frame: %q, %v", got, err)
	}
	for n := range len(whole) - 21 {
		if _, err := readFrame(bytes.NewReader(whole[:21+n]), 21, nil); !errors.Is(err, errTorn) {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
	for i := range 13 {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x40
		if got, err := readFrame(bytes.NewReader(bad), 0, nil); !errors.Is(err, errTorn) {
			t.Errorf("byte %d changed: %q, %v", i, got, err)
		}
	}
	if _, err := writeFrame(bufio.NewWriter(&b), make([]byte, maxFrame+1)); err == nil {
		t.Error("a frame larger than a reader believes was written")
	}
}

func TestADamagedSegmentIsAnError(t *testing.T) {
	t.Parallel()
	c := create(t)
	defer c.Abandon()
	if err := c.Add(sample(0)); err != nil {
		t.Fatal(err)
	}
	if err := c.sync(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.segment.WriteAt([]byte("xx"), 20); err != nil {
		t.Fatal(err)
	}
	if err := c.Finish(Derived{}); !errors.Is(err, errTorn) {
		t.Fatalf("finished with %v", err)
	}
	if got := names(t, c.Dir()); slices.Contains(got, "findings.ndjson") || slices.Contains(got, "findings.ndjson.tmp") {
		t.Fatalf("half a file was left: %v", got)
	}
}
