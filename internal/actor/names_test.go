package actor

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"
)

func builtinOf(t testing.TB) *Knowledge {
	t.Helper()
	k, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func ids(a Answer) []string {
	var out []string
	for _, m := range a.Matches {
		out = append(out, m.Actor.ID)
	}
	slices.Sort(out)
	return out
}

// The table was computed from the sources' files by other code than this
// package's, and its hand-written part is section by section the known traps.
func TestNameQuestions(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/names.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	k := builtinOf(t)
	asked := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		row := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(row[0], "#") {
			continue
		}
		if len(row) != 3 {
			t.Fatalf("row %q has %d columns", lines.Text(), len(row))
		}
		var want []string
		if row[1] != "-" {
			want = strings.Split(row[1], ",")
		}
		if got := ids(k.Resolve(row[0])); !slices.Equal(got, want) {
			t.Errorf("%q means %v, want %v (%s)", row[0], got, want, row[2])
		}
		asked++
	}
	if asked < 300 {
		t.Errorf("only %d name questions", asked)
	}
}

func TestNoTwoEntriesOfOneSourceAreJoinedUnlessItHasTheNameOnBoth(t *testing.T) {
	t.Parallel()
	k := builtinOf(t)
	for _, a := range k.Aliases {
		answer := k.Resolve(a.Name)
		found := false
		for _, m := range answer.Matches {
			found = found || m.Actor.ID == a.Actor
			for _, e := range m.Edges {
				if e.Actor != m.Actor.ID || Key(e.Name) != answer.Key {
					t.Fatalf("%q answers %s by the edge %q of %s", a.Name, m.Actor.ID, e.Name, e.Actor)
				}
			}
		}
		if !found {
			t.Fatalf("%q does not find %s, which carries it", a.Name, a.Actor)
		}
	}
}

func TestTraps(t *testing.T) {
	t.Parallel()
	k := builtinOf(t)
	edge := func(name, id string) Alias {
		t.Helper()
		for _, m := range k.Resolve(name).Matches {
			if m.Actor.ID == id {
				return m.Edges[0]
			}
		}
		t.Fatalf("%q does not mean %s", name, id)
		return Alias{}
	}
	groups := func(name string) []string { a := k.Resolve(name); return a.Groups(k) }

	t.Run("Silk Typhoon is HAFNIUM; APT27 is told as disputed, with who says so and when", func(t *testing.T) {
		if got := groups("Silk Typhoon"); !slices.Equal(got, []string{"G0125"}) {
			t.Errorf("groups %v", got)
		}
		e := edge("Silk Typhoon", "G0027")
		if e.Relation != Disputed || e.FirstSeen != 20250305 || len(e.Reports) != 1 || !strings.Contains(e.Note, "Department of Justice") {
			t.Errorf("edge to APT27: %+v", e)
		}
	})
	t.Run("GRIZZLY STEPPE is an umbrella over two actors that stay apart", func(t *testing.T) {
		for _, id := range []string{"misp:5b4ee3ea", "misp:b2056ff0"} {
			if e := edge("GRIZZLY STEPPE", id); e.Relation != Umbrella {
				t.Errorf("edge to %s: %s", id, e.Relation)
			}
		}
		if slices.Equal(groups("APT28"), groups("APT29")) {
			t.Error("APT28 and APT29 are one")
		}
	})
	t.Run("NanHaiShu is malware and no group", func(t *testing.T) {
		a := k.Resolve("nanhaishu")
		if len(a.Software) != 1 || a.Software[0].ID != "S0228" || len(a.Groups(k)) != 0 {
			t.Errorf("software %v, groups %v", a.Software, a.Groups(k))
		}
	})
	t.Run("Sednit and Carbanak are software too, and the answer says so", func(t *testing.T) {
		for _, name := range []string{"Sednit", "Carbanak"} {
			if a := k.Resolve(name); len(a.Software) == 0 || len(a.Matches) == 0 {
				t.Errorf("%s: %d software, %d entries", name, len(a.Software), len(a.Matches))
			}
		}
	})
	t.Run("dead ids are answered as dead", func(t *testing.T) {
		for name, actor := range map[string]string{"G0058": "misp:f98bac6b", "G0086": "misp:bcaaad6f", "G0013": "misp:2f1fd017"} {
			if e := edge(name, actor); e.Relation != Disputed || e.Note == "" {
				t.Errorf("%s on %s: %+v", name, actor, e)
			}
		}
		if got := groups("G0058"); !slices.Equal(got, []string{"G0059"}) {
			t.Errorf("G0058 leads to %v", got)
		}
	})
	t.Run("HURRICANE PANDA is nobody's other name", func(t *testing.T) {
		if a := k.Resolve("Hurricane Panda"); len(a.Matches) != 1 || len(a.Groups(k)) != 0 {
			t.Errorf("%v", ids(a))
		}
	})
	t.Run("a name's coiner is told, and whether it is stated or only in the vendor's style", func(t *testing.T) {
		if e := edge("BRONZE MOHAWK", "misp:5b4b6980"); e.Namer != "Secureworks" || e.NamerFrom != "stated" {
			t.Errorf("%+v", e)
		}
		if e := edge("BRONZE MOHAWK", "G0065"); e.Namer != "Secureworks" || e.NamerFrom != "scheme" || e.FirstSeen == 0 {
			t.Errorf("%+v", e)
		}
	})
	t.Run("ordinary words are marked", func(t *testing.T) {
		for _, w := range []string{"Leviathan", "Tick", "Play", "SEA", "Mercury"} {
			if !k.Resolve(w).Ordinary {
				t.Errorf("%s is not marked", w)
			}
		}
		for _, w := range []string{"APT40", "Silk Typhoon", "Kimsuky", "Turla"} {
			if k.Resolve(w).Ordinary {
				t.Errorf("%s is marked", w)
			}
		}
	})
	t.Run("a slip of the pen is suggested, another number is not", func(t *testing.T) {
		if got := k.Similar("Kimsuki", 5); !slices.Contains(got, "Kimsuky") {
			t.Errorf("%v", got)
		}
		for _, n := range k.Similar("APT46", 20) {
			if strings.HasPrefix(Key(n), "apt4") && Key(n) != "apt46" {
				t.Errorf("APT46 suggests %s", n)
			}
		}
	})
}

func TestOrdinaryWordsAreNamesOfTheKnowledge(t *testing.T) {
	t.Parallel()
	k := builtinOf(t)
	for w := range ordinaryWords {
		if len(k.Resolve(w).Matches) == 0 {
			t.Errorf("%q is nobody's name", w)
		}
	}
}

func TestCollisionsOfTheSources(t *testing.T) {
	t.Parallel()
	lint := builtinOf(t).Lint()
	want := map[string][4]int{ // names, on several entries, in exact spelling, entries involved
		SourceAttack: {567, 3, 2, 6}, SourceMISP: {2354, 30, 24, 48}, SourceMicrosoft: {644, 33, 28, 49}, Source360: {119, 0, 0, 0},
	}
	for _, s := range lint.Sources {
		if got := [4]int{s.Names, len(s.Collisions), s.Exact, s.Entangled}; got != want[s.Source.ID] {
			t.Errorf("%s: names, collisions, exact, entries = %v, want %v", s.Source.ID, got, want[s.Source.ID])
		}
	}
	if !slices.Equal(lint.SharedIDs, []string{"G0013"}) || len(lint.Dead) != 6 {
		t.Errorf("shared ids %v, dead ids %d", lint.SharedIDs, len(lint.Dead))
	}
	if lint.Merge.Wrong < 40 || lint.Merge.Groups < 10 {
		t.Errorf("merging by name would do no harm: %+v", lint.Merge)
	}
}
