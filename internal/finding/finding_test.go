package finding

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"spoor/event"
)

func sample() *Finding {
	return &Finding{
		Time: "2021-03-03T06:49:53Z", Host: "mail", Rule: Rule{ID: "r1", Title: "t", Level: "high", Kind: "sigma"},
		Source: Source{Path: "a.evtx"}, Where: Where{Record: 7, Offset: 4096, Line: 3}, Event: json.RawMessage(`{"a":"b"}`),
	}
}

func TestTheIdentityFollowsWhatFiredOnWhat(t *testing.T) {
	t.Parallel()
	base := sample().ID()
	for name, change := range map[string]func(*Finding){
		"the place of the evidence": func(f *Finding) { f.Source.Path = "b.zip!/a.evtx" },
		"the name of the host":      func(f *Finding) { f.Host = "mail.town.example" },
		"the rule's new title":      func(f *Finding) { f.Rule.Title = "better" },
		"the item's number":         func(f *Finding) { f.Item = 9 },
	} {
		f := sample()
		change(f)
		if f.ID() != base {
			t.Errorf("%s changed the identity", name)
		}
	}
	seen := map[string]string{base: "the sample"}
	for name, change := range map[string]func(*Finding){
		"another rule":     func(f *Finding) { f.Rule.ID = "r2" },
		"another time":     func(f *Finding) { f.Time = "2021-03-03T06:49:54Z" },
		"another record":   func(f *Finding) { f.Where.Record = 8 },
		"another line":     func(f *Finding) { f.Where.Line = 4 },
		"another offset":   func(f *Finding) { f.Where.Offset = 1 },
		"another content":  func(f *Finding) { f.Event = json.RawMessage(`{"a":"c"}`) },
		"digits elsewhere": func(f *Finding) { f.Where.Record, f.Where.Line = 73, 0 },
	} {
		f := sample()
		change(f)
		if other, ok := seen[f.ID()]; ok {
			t.Errorf("%s has the identity of %s", name, other)
		}
		seen[f.ID()] = name
	}
	f := sample()
	f.Seal()
	f.Event = nil
	if f.ID() != base {
		t.Error("a sealed finding lost its identity with its event")
	}
}

func TestFindingsHaveOneOrder(t *testing.T) {
	t.Parallel()
	make := func(item event.ItemID, offset int64, record uint64, rule string) *Finding {
		return &Finding{Item: item, Where: Where{Offset: offset, Record: record}, Rule: Rule{ID: rule}}
	}
	inOrder := []*Finding{make(1, 9, 9, "z"), make(2, 0, 5, "z"), make(2, 1, 0, "b"), make(2, 1, 1, "a"), make(2, 1, 1, "b"), make(2, 1, math.MaxUint64, "a")}
	for i, a := range inOrder {
		for j, b := range inOrder {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := Compare(a, b); got != want {
				t.Errorf("%d against %d is %d, want %d", i, j, got, want)
			}
		}
	}
}

func TestALineHasTheNamesOfTheContract(t *testing.T) {
	t.Parallel()
	f := sample()
	f.Seal()
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var line map[string]json.RawMessage
	if err := json.Unmarshal(data, &line); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"time", "host", "rule", "techniques", "cves", "actors", "message", "source", "where", "event", "id"} {
		if _, ok := line[name]; !ok {
			t.Errorf("no %q in %s", name, data)
		}
	}
}

func TestLevelsAreNamed(t *testing.T) {
	t.Parallel()
	var names []string
	for l := Informational; l <= Critical; l++ {
		back, ok := ParseLevel(l.String())
		if !ok || back != l {
			t.Errorf("%s came back as %s", l, back)
		}
		names = append(names, l.String())
	}
	if !slices.Equal(names, []string{"informational", "low", "medium", "high", "critical"}) {
		t.Errorf("levels %q", names)
	}
	if _, ok := ParseLevel("HIGH"); ok {
		t.Error("a level is read in any letter case")
	}
	if got := Level(200).String(); got != "critical" {
		t.Errorf("a level beyond the last is %q", got)
	}
}
