package casefile

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"spoor/internal/finding"
	"spoor/internal/storyline"
)

// tagged is a finding's line as the tags of its struct say.
func tagged(t *testing.T, f finding.Finding) []byte {
	t.Helper()
	f.Identity = f.ID()
	var event bytes.Buffer
	json.HTMLEscape(&event, f.Event)
	f.Event = event.Bytes()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What a case holds of a finding is all of it, with the host under the name
// that is known at the end, whatever its length.
func TestACaseHoldsAFindingAsItWas(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(12, 5))
	word := func() string {
		return [...]string{"", "a", `"quoted"`, "<script>&amp;", `C:\inetpub`, "tab\tline\n", "日本語", "http://h/?a=1&b=2"}[rng.IntN(8)]
	}
	words := func() []string {
		list := []string{}
		for range rng.IntN(3) {
			list = append(list, word())
		}
		return list
	}
	for i := range 60 {
		f := sample(i)
		f.Host, f.Message, f.Rule.Title, f.TLP, f.Source.Path = word(), word(), word(), word(), word()
		f.Techniques, f.CVEs, f.Actors, f.Software, f.Notes = words(), words(), words(), words(), words()
		f.Seen, f.Where.Line, f.Where.Record = rng.IntN(2), rng.Int64N(2), rng.Uint64N(2)
		for range rng.IntN(3) {
			f.Ties = append(f.Ties, finding.Tie{Actor: word(), Kind: word(), Value: word(), Publisher: word(), URL: word(), From: word(), Until: word(), InWindow: rng.IntN(2) > 0})
		}
		event, err := json.Marshal(map[string]string{"a": word(), "b<": word()})
		if err != nil {
			t.Fatal(err)
		}
		f.Event = bytes.ReplaceAll(event, []byte(`\u003c`), []byte("<"))
		c := create(t)
		if err := c.Add(f); err != nil {
			t.Fatal(err)
		}
		whole := *f
		whole.Host = upper(f.Host, f.Item)
		finish(t, c)
		if got, want := read(t, c, "findings.ndjson"), tagged(t, whole); !bytes.Equal(got, want) {
			t.Fatalf("stored\n%s\nwant\n%s", got, want)
		}
	}
}

// The storyline is told from what stays in memory: all that it reads, and no
// more, however large a record is.
func TestWhatTheStorylineReadsIsKept(t *testing.T) {
	t.Parallel()
	c, f := create(t), sample(1)
	f.Fields = map[string]string{"Payload": "long"}
	for _, name := range storyline.Fields() {
		f.Fields[name] = "value of " + name
	}
	if err := c.Add(f); err != nil {
		t.Fatal(err)
	}
	got := c.Findings(upper)[0]
	for _, name := range storyline.Fields() {
		if got.Field(name) != "value of "+name {
			t.Errorf("%s is lost", name)
		}
	}
	if got.Field("Payload") != "" || f.Field("Payload") == "" {
		t.Error("what nobody reads is kept, or taken from the finding that was handed over")
	}
	finish(t, c)
}
