package event

import (
	"math"
	"slices"
	"strconv"
	"testing"
)

// wide encodes ASCII as UTF-16LE; "|" is a zero unit.
func wide(s string) []byte {
	var out []byte
	for _, b := range []byte(s) {
		if b == '|' {
			b = 0
		}
		out = append(out, b, 0)
	}
	return out
}

func TestEveryKindIsRendered(t *testing.T) {
	t.Parallel()
	// The GUID of the Security-Auditing provider as its manifest states it.
	guid := []byte{0x25, 0x96, 0x84, 0x54, 0x78, 0x54, 0x94, 0x49, 0xa5, 0xba, 0x3e, 0x3b, 0x03, 0x28, 0xc3, 0x0d}
	sid := []byte{1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xf4, 1, 0, 0}
	cases := map[string]struct {
		value Value
		want  string
	}{
		"an absent value is empty":                             {Value{}, ""},
		"a null value is empty":                                {Value{Kind: Null}, ""},
		"text stays byte by byte, also where it is no UTF-8":   {TextValue([]byte("a\xff")), "a\xff"},
		"wide text longer than the fast path":                  {Value{Kind: Wide, Raw: wide("powershell.exe")}, "powershell.exe"},
		"wide text outside ASCII after four ASCII characters":  {Value{Kind: Wide, Raw: []byte{'a', 0, 'b', 0, 'c', 0, 'd', 0, 0xfc, 0, 0xac, 0x20}}, "abcdü€"},
		"a surrogate pair is one character":                    {Value{Kind: Wide, Raw: []byte{0x3d, 0xd8, 0x00, 0xde}}, "😀"},
		"an unpaired high surrogate keeps its own three bytes": {Value{Kind: Wide, Raw: []byte{0x3d, 0xd8, 'x', 0}}, "\xed\xa0\xbdx"},
		"a high surrogate at the end keeps its three bytes":    {Value{Kind: Wide, Raw: []byte{0x3d, 0xd8}}, "\xed\xa0\xbd"},
		"an unpaired low surrogate keeps its three bytes":      {Value{Kind: Wide, Raw: []byte{0x00, 0xde}}, "\xed\xb8\x80"},
		"an odd last byte of wide text is shown as damage":     {Value{Kind: Wide, Raw: []byte{'a', 0, 'b'}}, "a\uFFFD"},
		"narrow text is Windows-1252":                          {Value{Kind: Narrow, Raw: []byte{'M', 0xfc, 0x80, 0x81, 0x9f}}, "Mü€\u0081Ÿ"},
		"a negative number":                                    {Value{Kind: Int, Bits: math.MaxUint64}, "-1"},
		"the least signed number":                              {Value{Kind: Int, Bits: 1 << 63}, "-9223372036854775808"},
		"the greatest unsigned number":                         {UintValue(math.MaxUint64), "18446744073709551615"},
		"hexadecimal is lower case without leading zeros":      {Value{Kind: Hex, Bits: 0xC0000064}, "0xc0000064"},
		"hexadecimal zero":                                     {Value{Kind: Hex}, "0x0"},
		"a 32-bit float":                                       {Fixed(Float, []byte{0, 0, 0xc0, 0x3f}), "1.5"},
		"a float that is no number":                            {Value{Kind: Float, Bits: math.Float64bits(math.Inf(-1))}, "-Inf"},
		"true":                                                 {Value{Kind: Bool, Bits: 1}, "true"},
		"a boolean that is neither keeps its number":           {Value{Kind: Bool, Bits: 0xffffffff}, "4294967295"},
		"the first FILETIME":                                   {Value{Kind: FileTime}, "1601-01-01T00:00:00.0000000Z"},
		"the FILETIME of 1970":                                 {Value{Kind: FileTime, Bits: 116444736000000000}, "1970-01-01T00:00:00.0000000Z"},
		"a FILETIME one step before 1970":                      {Value{Kind: FileTime, Bits: 116444735999999999}, "1969-12-31T23:59:59.9999999Z"},
		"a FILETIME of the attack wave":                        {Value{Kind: FileTime, Bits: 132591415937241234}, "2021-03-02T06:53:13.7241234Z"},
		"the greatest signed FILETIME":                         {Value{Kind: FileTime, Bits: math.MaxInt64}, "30828-09-14T02:48:05.4775807Z"},
		"the greatest FILETIME is not clamped":                 {Value{Kind: FileTime, Bits: math.MaxUint64}, "60056-05-28T05:36:10.9551615Z"},
		"a SYSTEMTIME":                                         {Value{Kind: SysTime, Raw: []byte{0xe5, 7, 3, 0, 2, 0, 2, 0, 6, 0, 49, 0, 43, 0, 0xe7, 3}}, "2021-03-02T06:49:43.999Z"},
		"a SYSTEMTIME of 31 February is shown as its bytes":    {Value{Kind: SysTime, Raw: []byte{0xe5, 7, 2, 0, 0, 0, 31, 0, 0, 0, 0, 0, 0, 0, 0, 0}}, "E507020000001F000000000000000000"},
		"a SYSTEMTIME of zeros is no time in 1970":             {Value{Kind: SysTime, Raw: make([]byte, 16)}, "00000000000000000000000000000000"},
		"a cut SYSTEMTIME is shown as its bytes":               {Value{Kind: SysTime, Raw: []byte{0xe5, 7}}, "E507"},
		"a GUID in the Windows byte order":                     {Value{Kind: GUID, Raw: guid}, "{54849625-5478-4994-A5BA-3E3B0328C30D}"},
		"a cut GUID is shown as its bytes":                     {Value{Kind: GUID, Raw: guid[:3]}, "259684"},
		"the administrator's SID":                              {Value{Kind: SID, Raw: sid}, "S-1-5-21-1-2-4294967295-500"},
		"a SID without sub-authorities":                        {Value{Kind: SID, Raw: []byte{1, 0, 0, 0, 0, 0, 0, 5}}, "S-1-5"},
		"a SID with a large authority has twelve digits":       {Value{Kind: SID, Raw: []byte{1, 1, 0, 1, 0, 0, 0, 5, 9, 0, 0, 0}}, "S-1-0x000100000005-9"},
		"a SID that promises more than it holds is bytes":      {Value{Kind: SID, Raw: sid[:12]}, "010500000000000515000000"},
		"binary is upper-case hexadecimal":                     {Value{Kind: Binary, Raw: []byte{0xde, 0xad, 0x0f}}, "DEAD0F"},
		"a list of texts":                                      {Value{Kind: List, Elem: Wide, Raw: wide("a|b|")}, "a\nb"},
		"a list of numbers":                                    {Value{Kind: List, Elem: Uint, Width: 2, Raw: []byte{1, 0, 0xff, 0xff}}, "1\n65535"},
		"a list of SIDs":                                       {Value{Kind: List, Elem: SID, Raw: append(slices.Clone(sid), 1, 0, 0, 0, 0, 0, 0, 1)}, "S-1-5-21-1-2-4294967295-500\nS-1-1"},
		"a list of lists holds bytes and ends":                 {Value{Kind: List, Elem: List, Raw: []byte{1, 2}}, "0102"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.value.String(); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			if got := string(c.value.AppendText([]byte("before "))); got != "before "+c.want {
				t.Fatalf("appended %q, want what was there before %q", got, c.want)
			}
		})
	}
}

func TestListsKeepEveryElement(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		value Value
		want  []string
	}{
		"no bytes are no elements":                          {Value{Kind: List, Elem: Wide}, nil},
		"one empty text":                                    {Value{Kind: List, Elem: Wide, Raw: wide("|")}, []string{""}},
		"empty texts at the start, in the middle, the end":  {Value{Kind: List, Elem: Wide, Raw: wide("|a||b||")}, []string{"", "a", "", "b", ""}},
		"a last text without its zero unit":                 {Value{Kind: List, Elem: Wide, Raw: wide("a|b")}, []string{"a", "b"}},
		"a unit whose low byte is zero ends no text":        {Value{Kind: List, Elem: Wide, Raw: []byte{0, 1, 'a', 0, 0, 0}}, []string{"Āa"}},
		"an odd last byte is an element of its own":         {Value{Kind: List, Elem: Wide, Raw: append(wide("a|"), 0xee)}, []string{"a", "EE"}},
		"narrow texts":                                      {Value{Kind: List, Elem: Narrow, Raw: []byte("a\x00\x00\xe9\x00")}, []string{"a", "", "é"}},
		"signed bytes are widened":                          {Value{Kind: List, Elem: Int, Width: 1, Raw: []byte{0xff, 0x7f}}, []string{"-1", "127"}},
		"bytes that make no whole number are kept":          {Value{Kind: List, Elem: Uint, Width: 4, Raw: []byte{1, 0, 0, 0, 0xab, 0xcd}}, []string{"1", "ABCD"}},
		"numbers of an impossible width are kept as bytes":  {Value{Kind: List, Elem: Uint, Width: 3, Raw: []byte{1, 2, 3, 4, 5, 6}}, []string{"010203", "040506"}},
		"a width of zero keeps the bytes":                   {Value{Kind: List, Elem: Uint, Raw: []byte{1, 2}}, []string{"0102"}},
		"the bytes after the last SID are kept":             {Value{Kind: List, Elem: SID, Raw: []byte{1, 0, 0, 0, 0, 0, 0, 5, 1, 1}}, []string{"S-1-5", "0101"}},
		"a value that is no list is its own only element":   {UintValue(7), []string{"7"}},
		"a field that is there and null is one element":     {Value{Kind: Null}, []string{""}},
		"a field that is not there has no element":          {Value{}, nil},
		"GUIDs in a list":                                   {Value{Kind: List, Elem: GUID, Width: 16, Raw: make([]byte, 16)}, []string{"{00000000-0000-0000-0000-000000000000}"}},
		"a text that is only zero units is as many empties": {Value{Kind: List, Elem: Wide, Raw: wide("|||")}, []string{"", "", ""}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			c.value.Each(func(e Value) { got = append(got, e.String()) })
			if !slices.Equal(got, c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestNumbersAreReadFromText(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		value Value
		want  uint64
		ok    bool
	}{
		"decimal":                           {TextValue([]byte("4624")), 4624, true},
		"a leading zero is not octal":       {TextValue([]byte("010")), 10, true},
		"hexadecimal":                       {TextValue([]byte("0xC0000064")), 0xc0000064, true},
		"wide hexadecimal with a capital X": {Value{Kind: Wide, Raw: wide("0X1f")}, 31, true},
		"a binary form is no number":        {TextValue([]byte("0b11")), 0, false},
		"digits in groups are no number":    {TextValue([]byte("1_000")), 0, false},
		"a sign is no number":               {TextValue([]byte("+1")), 0, false},
		"no digits are no number":           {TextValue([]byte("0x")), 0, false},
		"nothing is no number":              {TextValue(nil), 0, false},
		"too large":                         {TextValue([]byte("18446744073709551616")), 0, false},
		"a negative number":                 {Value{Kind: Int, Bits: math.MaxUint64}, 0, false},
		"a boolean":                         {Value{Kind: Bool, Bits: 1}, 1, true},
		"a time":                            {Value{Kind: FileTime, Bits: 1}, 0, false},
		"absent":                            {Value{}, 0, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, ok := c.value.Uint64(); ok != c.ok || ok && got != c.want {
				t.Fatalf("got %d, %v; want %d, %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func TestRenderingAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 4096)
	values := []Value{
		TextValue([]byte("a")), {Kind: Wide, Raw: wide("C:\\Windows\\System32\\cmd.exe")}, {Kind: FileTime, Bits: 132591415937241234},
		{Kind: GUID, Raw: make([]byte, 16)}, {Kind: SID, Raw: []byte{1, 1, 0, 1, 0, 0, 0, 5, 9, 0, 0, 0}}, {Kind: Hex, Bits: 7}, {Kind: Binary, Raw: []byte{1}},
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, v := range values {
			buf = v.AppendText(buf[:0])
		}
	}); n != 0 {
		t.Fatalf("%v allocations for each round of values, want none", n)
	}
}

func TestNumbersAreWrittenInDecimal(t *testing.T) {
	t.Parallel()
	check := func(n uint64) {
		if got := string(AppendUint([]byte("x"), n)); got != "x"+strconv.FormatUint(n, 10) {
			t.Fatalf("%d is written as %s", n, got)
		}
	}
	for n := range uint64(20_000) {
		check(n)
	}
	for bit := range 64 {
		for d := range uint64(3) {
			check(1<<bit + d - 1)
		}
	}
	ten := uint64(1)
	for range 20 {
		for d := range uint64(3) {
			check(ten + d - 1)
		}
		ten *= 10
	}
}
