package event

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

func TestNamesMeanTheFieldsThatRulesExpect(t *testing.T) {
	t.Parallel()
	s := NewShape("evtx", []Field{
		{Name: "Channel", Section: System}, {Name: "EventID", Section: System},
		{Name: "Data", Section: EventData}, {Name: "Channel", Section: UserData}, {Name: "Data", Section: EventData},
		{Name: "RenderingInfo.Channel", Section: Rendering},
		{Name: "New Value", Section: EventData}, {Name: "Event ID", Section: EventData},
	}, false)
	for name, want := range map[string][]Slot{
		"Channel": {3}, "System.Channel": {0}, "EventID": {1}, "System.EventID": {1}, "Data": {2, 4},
		"RenderingInfo.Channel": {5}, "channel": nil, "": nil,
		"New Value": {6}, "NewValue": {6}, "Event ID": {7},
	} {
		if got := s.Slots(name); !slices.Equal(got, want) {
			t.Errorf("%q means the slots %v, want %v", name, got, want)
		}
		first := Slot(-1)
		if len(want) > 0 {
			first = want[0]
		}
		if got := s.Slot(name); got != first {
			t.Errorf("the first slot of %q is %d, want %d", name, got, first)
		}
	}
	for slot, want := range []string{"System.Channel", "EventID", "Data", "Channel", "Data", "RenderingInfo.Channel", "New Value", "Event ID"} {
		if got := s.OutputName(Slot(slot)); got != want {
			t.Errorf("slot %d is written as %q, want %q", slot, got, want)
		}
	}
}

func TestAShapeIsKnownByItsWholeLayout(t *testing.T) {
	t.Parallel()
	base := func() []Field { return []Field{{Name: "a", Path: "p"}, {Name: "b"}} }
	fields := base()
	s := NewShape("w3c", fields, false)
	fields[0].Name = "changed later"
	if s.Field(0).Name != "a" || s.ID() != NewShape("w3c", base(), false).ID() {
		t.Fatal("a shape changed with its maker's slice, or two equal layouts differ")
	}
	seen := map[uint64]string{s.ID(): "the base"}
	for name, other := range map[string]*Shape{
		"another format":  NewShape("csv", base(), false),
		"inferred":        NewShape("w3c", base(), true),
		"another order":   NewShape("w3c", []Field{{Name: "b"}, {Name: "a", Path: "p"}}, false),
		"another section": NewShape("w3c", []Field{{Name: "a", Path: "p", Section: System}, {Name: "b"}}, false),
		"another path":    NewShape("w3c", []Field{{Name: "a", Path: "q"}, {Name: "b"}}, false),
		"joined names":    NewShape("w3c", []Field{{Name: "ap"}, {Name: "b"}}, false),
		"fewer fields":    NewShape("w3c", base()[:1], false),
	} {
		if same, ok := seen[other.ID()]; ok {
			t.Errorf("%s has the id of %s", name, same)
		}
		seen[other.ID()] = name
	}
}

func TestACloneOutlivesItsBlock(t *testing.T) {
	t.Parallel()
	block := []byte("onetwo")
	e := &Event{
		Shape:  NewShape("w3c", []Field{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}, false),
		Values: []Value{TextValue(block[:3]), TextValue(block[3:]), {}, TextValue(block[:0])},
	}
	c := e.Clone()
	want := string(e.AppendJSON(nil))
	for i := range block {
		block[i] = 0xdb
	}
	e.Values[0] = UintValue(1)
	if got := string(c.AppendJSON(nil)); got != want {
		t.Fatalf("the clone became %s, was %s", got, want)
	}
	c.Values[0].Raw = append(c.Values[0].Raw, "spills"...)
	if got := c.Get("b").String(); got != "two" {
		t.Fatalf("growing one value of a clone changed another to %q", got)
	}
}

func TestGetPassesOverWhatIsAbsent(t *testing.T) {
	t.Parallel()
	e := &Event{Shape: NewShape("evtx", []Field{{Name: "Data"}, {Name: "Data"}, {Name: "late"}}, false), Values: []Value{{}, TextValue([]byte("x"))}}
	if got := e.Get("Data").String(); got != "x" {
		t.Fatalf("got %q", got)
	}
	if e.Get("late").Present() || e.Get("no such name").Present() || e.Value(-1).Present() || e.Value(9).Present() {
		t.Fatal("a field that the event does not have is present")
	}
}

func TestTimesSort(t *testing.T) {
	t.Parallel()
	at := func(s string) Time {
		std, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return TimeOf(std, 9, FromRow)
	}
	inOrder := []Time{TimeFromFileTime(1, FromRecord), at("1969-12-31T23:59:59.5Z"), at("1970-01-01T00:00:00Z"), at("2021-03-02T00:00:00Z"), at("2021-03-02T00:00:00.0000001Z"), TimeFromFileTime(1<<64-1, FromRecord), {}}
	for i := range inOrder {
		for j := range inOrder {
			got, want := inOrder[i].Compare(inOrder[j]), 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got != want {
				t.Errorf("%v against %v is %d, want %d", inOrder[i], inOrder[j], got, want)
			}
		}
	}
}

func TestTimesAreWrittenAsStated(t *testing.T) {
	t.Parallel()
	for want, tm := range map[string]Time{
		"":                               {},
		"2021-03-02T06:49:43Z":           {Sec: 1614667783, Nano: 999_999_999, Source: FromRow},
		"2021-03-02T06:49:43.9Z":         {Sec: 1614667783, Nano: 999_999_999, Digits: 1, Source: FromRow},
		"2021-03-02T06:49:43.000000001Z": {Sec: 1614667783, Nano: 1, Digits: 9, Source: FromRow},
		"1969-12-31T23:59:59.900Z":       {Sec: -1, Nano: 900_000_000, Digits: 3, Source: FromRow},
		"0000-01-01T00:00:00Z":           {Sec: -62167219200, Source: FromRow},
		"10000-01-01T00:00:00Z":          {Sec: 253402300800, Source: FromRow},
	} {
		if got := tm.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if TimeFromFileTime(0, FromRecord).Known() {
		t.Error("a FILETIME of zero states a time")
	}
	if got := TimeOf(time.Unix(1, 0).In(time.FixedZone("", 7200)), 20, FromRow); got.String() != "1970-01-01T00:00:01.000000000Z" {
		t.Errorf("a time of another zone is written as %s", got)
	}
}

func TestDaysAreThoseOfTheCalendar(t *testing.T) {
	t.Parallel()
	for day := int64(-719_528); day < 2_932_897; day += 13 {
		want := time.Unix(day*86400, 0).UTC().AppendFormat(nil, "2006-01-02T15:04:05Z")
		if got := (Time{Sec: day * 86400, Source: FromRow}).String(); got != string(want) {
			t.Fatalf("day %d is %s, want %s", day, got, want)
		}
	}
}

// What is written character by character is what the general way writes.
func TestWideTextIsWrittenTheSameBothWays(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", "abc", "abcd", `C:\Windows\x`, `"quoted"`, "tab\tand\nfeed", "ä", "abcdä", "abcd\x00efg", "\u202e", "emoji \U0001F600 x", "del\x7f", strings.Repeat(`\`, 9), "abc\\"} {
		var raw []byte
		for _, u := range utf16.Encode([]rune(text)) {
			raw = append(raw, byte(u), byte(u>>8))
		}
		for _, odd := range [][]byte{raw, append(raw[:len(raw):len(raw)], 0x41), append(raw[:len(raw):len(raw)], 0x00, 0xd8)} {
			v := Value{Kind: Wide, Raw: odd}
			if got, want := string(v.AppendJSON([]byte("x"))), string(AppendJSONString([]byte("x"), v.AppendText(nil))); got != want {
				t.Errorf("%q is written as %s, want %s", text, got, want)
			}
		}
	}
}
