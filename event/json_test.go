package event

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// restore undoes AppendJSONString by the rules of its comment: an unpaired
// escape from U+DC80 to U+DCFF is a byte, any other surrogate three bytes.
func restore(t *testing.T, quoted []byte) []byte {
	t.Helper()
	if !json.Valid(quoted) {
		t.Fatalf("no valid JSON: %q", quoted)
	}
	var out []byte
	unit := func(i int) rune {
		if i+6 > len(quoted) || quoted[i] != '\\' || quoted[i+1] != 'u' {
			return -1
		}
		n, err := strconv.ParseUint(string(quoted[i+2:i+6]), 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		return rune(n)
	}
	for i := 1; i < len(quoted)-1; {
		switch u := unit(i); {
		case u >= 0xd800 && u < 0xdc00 && unit(i+6) >= 0xdc00 && unit(i+6) < 0xe000:
			t.Fatalf("two escapes pair up in %q: a JSON reader sees another character", quoted)
		case u >= 0xdc80 && u <= 0xdcff:
			out, i = append(out, byte(u-0xdc00)), i+6
		case u >= 0xd800 && u < 0xe000:
			out, i = append(out, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f)), i+6
		case u >= 0:
			out, i = utf8.AppendRune(out, u), i+6
		case quoted[i] == '\\':
			out, i = append(out, strings.NewReplacer("n", "\n", "r", "\r", "t", "\t").Replace(string(quoted[i+1]))...), i+2
		default:
			out, i = append(out, quoted[i]), i+1
		}
	}
	return out
}

func TestAnyBytesComeBackFromJSON(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain text":                                "C:\\Windows\\\"x\"\n\t\r/",
		"controls, DEL and C1":                      "\x00\x1b[31m\x7f\u0085",
		"directions and zero widths":                "a\u202eb\u200b\u2028\ufeff\u061c\u2066",
		"invalid bytes":                             "\xff\x80a\xc3",
		"a high surrogate at the end":               "a\xed\xa0\xbd",
		"a high surrogate before an invalid byte":   "\xed\xa0\xbd\x80",
		"a high surrogate before a low one":         "\xed\xa0\xbd\xed\xb8\x80",
		"high surrogates before an invalid byte":    "\xed\xa0\xbd\xed\xa0\xbd\x80",
		"a low surrogate that reads as a byte":      "\xed\xb2\x80",
		"a low surrogate that does not":             "\xed\xb0\x80",
		"a cut surrogate":                           "\xed\xa0",
		"many high surrogates and then nothing bad": strings.Repeat("\xed\xa0\x80", 50) + "é",
		"a replacement character that was there":    "\uFFFD",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := restore(t, AppendJSONString(nil, []byte(text))); string(got) != text {
				t.Fatalf("got %q, want %q", got, text)
			}
		})
	}
	rng := rand.New(rand.NewPCG(3, 4))
	parts := []string{"\xed\xa0\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xb2\x9f", "\xed", "\xa0", "\x80", "a", "é", "😀", "\\", "\xff", "\u202e"}
	for range 20_000 {
		var text []byte
		for range rng.IntN(8) {
			text = append(text, parts[rng.IntN(len(parts))]...)
		}
		if got := restore(t, AppendJSONString(nil, text)); string(got) != string(text) {
			t.Fatalf("got %q, want %q", got, text)
		}
	}
}

func TestWhatJSONShowsNeverActs(t *testing.T) {
	t.Parallel()
	var text []byte
	for r := rune(0); r < 0x2100; r++ {
		text = utf8.AppendRune(text, r)
	}
	out := AppendJSONString(nil, append(text, "\ufeff\xff"...))
	if !utf8.Valid(out) {
		t.Fatal("the output is no UTF-8")
	}
	for _, r := range string(out) {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x061c || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff {
			t.Fatalf("U+%04X stands in the output as it is", r)
		}
	}
	var back string
	if err := json.Unmarshal(out[:len(out)-len(`\udcff"`)], &back); err == nil {
		t.Fatal("a cut string was valid")
	}
	if err := json.Unmarshal(AppendJSONString(nil, text), &back); err != nil || back != string(text) {
		t.Fatalf("text without invalid bytes came back changed (%v)", err)
	}
}

func TestAnEventBecomesOneJSONObject(t *testing.T) {
	t.Parallel()
	text := func(s string) Value { return TextValue([]byte(s)) }
	texts := Value{Kind: List, Elem: Wide, Raw: wide("a|b|")}
	cases := map[string]struct {
		fields []Field
		values []Value
		want   string
	}{
		"fields in their order, absent ones left out, null said": {
			[]Field{{Name: "b"}, {Name: "a"}, {Name: "c"}}, []Value{text("1"), {}, {Kind: Null}}, `{"b":"1","c":null}`,
		},
		"numbers that every reader keeps are numbers, larger ones texts": {
			[]Field{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}},
			[]Value{UintValue(1<<53 - 1), UintValue(1 << 53), {Kind: Int, Bits: ^uint64(1<<53 - 2)}, {Kind: Int, Bits: 1 << 63}},
			`{"a":9007199254740991,"b":"9007199254740992","c":-9007199254740991,"d":"-9223372036854775808"}`,
		},
		"booleans, and those that are neither": {
			[]Field{{Name: "a"}, {Name: "b"}, {Name: "c"}}, []Value{{Kind: Bool}, {Kind: Bool, Bits: 1}, {Kind: Bool, Bits: 2}}, `{"a":false,"b":true,"c":"2"}`,
		},
		"a list is an array": {[]Field{{Name: "a"}}, []Value{texts}, `{"a":["a","b"]}`},
		"an empty list is an empty array": {
			[]Field{{Name: "a"}}, []Value{{Kind: List, Elem: Wide}}, `{"a":[]}`,
		},
		"equal names become one array at the place of the first": {
			[]Field{{Name: "Data"}, {Name: "x"}, {Name: "Data"}}, []Value{text("1"), text("2"), text("3")}, `{"Data":["1","3"],"x":"2"}`,
		},
		"equal names of which the first is absent": {
			[]Field{{Name: "Data"}, {Name: "x"}, {Name: "Data"}}, []Value{{}, text("2"), text("3")}, `{"x":"2","Data":["3"]}`,
		},
		"a list beside other values of its name adds its elements": {
			[]Field{{Name: "Data"}, {Name: "Data"}}, []Value{texts, text("last")}, `{"Data":["a","b","last"]}`,
		},
		"a null beside other values keeps its place": {
			[]Field{{Name: "Data"}, {Name: "Data"}}, []Value{{Kind: Null}, text("last")}, `{"Data":[null,"last"]}`,
		},
		"a hidden field of System is told under its full name": {
			[]Field{{Name: "Channel", Section: System}, {Name: "Channel", Section: UserData}}, []Value{text("System"), text("Security")}, `{"System.Channel":"System","Channel":"Security"}`,
		},
		"a hostile name is a string too": {[]Field{{Name: "a\"\x00\xff"}}, []Value{text("")}, `{"a\"\u0000\udcff":""}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &Event{Shape: NewShape("evtx", c.fields, false), Values: c.values}
			got := string(e.AppendJSON(nil))
			if got != c.want {
				t.Fatalf("got  %s\nwant %s", got, c.want)
			}
			var back map[string]any
			if err := json.Unmarshal([]byte(got), &back); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestWritingAnEventAllocatesNothing(t *testing.T) {
	e := &Event{
		Shape:  NewShape("evtx", []Field{{Name: "a"}, {Name: "Data"}, {Name: "Data"}, {Name: "long"}}, false),
		Values: []Value{UintValue(1), {Kind: List, Elem: Wide, Raw: wide("a|b|")}, TextValue([]byte("last")), TextValue([]byte(strings.Repeat("x", 2000)))},
	}
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { buf = e.AppendJSON(buf[:0]) }); n != 0 {
		t.Fatalf("%v allocations for an event, want none", n)
	}
}

// FuzzValue renders any value: no panic, valid JSON, and a text that comes
// back from it.
func FuzzValue(f *testing.F) {
	for kind := Absent; kind <= List; kind++ {
		f.Add(uint8(kind), uint8(Wide), uint8(2), uint64(math.MaxUint64), []byte("a\x00\x3d\xd8"))
	}
	f.Add(uint8(List), uint8(SID), uint8(0), uint64(0), []byte{1, 255, 0, 0, 0, 0, 0, 5, 9})
	f.Fuzz(func(t *testing.T, kind, elem, width uint8, bits uint64, raw []byte) {
		v := Value{Kind: Kind(kind % (uint8(List) + 1)), Elem: Kind(elem % (uint8(List) + 1)), Width: width, Bits: bits, Raw: raw}
		text := v.AppendText(nil)
		if got := restore(t, AppendJSONString(nil, text)); string(got) != string(text) {
			t.Fatalf("text %q came back as %q", text, got)
		}
		if out := v.AppendJSON(nil); !json.Valid(out) || !utf8.Valid(out) {
			t.Fatalf("no valid JSON: %q", out)
		}
		if v.Kind == List {
			n := 0
			v.Each(func(e Value) { n += len(e.Raw) })
			if zeros := len(raw) - n; zeros < 0 || v.Elem != Wide && v.Elem != Narrow && v.Elem != Text && zeros != 0 {
				t.Fatalf("%d of %d bytes are in no element", zeros, len(raw))
			}
		}
		if tm := TimeFromFileTime(bits, FromRecord); tm.Known() {
			back := uint64(tm.Sec+fileTimeEpoch)*10_000_000 + uint64(tm.Nano)/100
			if back != bits {
				t.Fatalf("FILETIME %d came back as %d", bits, back)
			}
		}
	})
}

// The short way of writing UTF-16 and the long one agree on any characters at
// any place.
func TestWideTextIsWrittenAsAnyText(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	some := []uint16{0, 1, 0x1f, 0x20, 0x21, '"', '#', '\\', ']', 'a', 0x7e, 0x7f, 0x80, 0xff, 0x100, 0x2022, 0x5c00, 0x8000, 0xd83d, 0xde00, 0xffff}
	for range 200_000 {
		raw := make([]byte, 0, 32)
		for range rng.IntN(12) {
			u := uint16('a' + rng.IntN(20))
			if rng.IntN(4) == 0 {
				u = some[rng.IntN(len(some))]
			}
			raw = append(raw, byte(u), byte(u>>8))
		}
		v := Value{Kind: Wide, Raw: raw}
		text := v.AppendText(nil)
		if got, want := v.AppendJSON(nil), AppendJSONString(nil, text); string(got) != string(want) {
			t.Fatalf("% x is written as %s, want %s", raw, got, want)
		}
		units := make([]uint16, len(raw)/2)
		for i := range units {
			units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
		}
		if want := string(utf16.Decode(units)); !strings.ContainsRune(want, utf8.RuneError) && want != string(text) {
			t.Fatalf("% x reads %q, want %q", raw, text, want)
		}
	}
}
