package evtxlog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/event"
)

// eventData writes an event whose data the function writes, as a template
// instance.
func eventData(x *xml, body func(), values ...given) {
	x.fragment()
	x.instance(func() {
		x.open("Event", noDependency, false)
		x.content()
		x.open("EventData", noDependency, false)
		x.content()
		body()
		x.close()
		x.close()
	}, values...)
}

func wide(s string) given { return given{typeString, utf16LE(s)} }

func TestOneRecord(t *testing.T) {
	t.Parallel()
	null := given{typ: typeNull}
	cases := []struct {
		name   string
		body   func(x *xml)
		values []given
		want   string // JSON of the event
	}{
		{"literal text, values and entities of one element are joined in order", func(x *xml) {
			x.data("Line", noDependency)
			x.text("a=")
			x.sub(0, typeUint16)
			x.u8(tokCharRef)
			x.u16('!')
			x.u8(tokEntityRef)
			x.name("amp")
			x.sub(1, typeString)
			x.close()
		}, []given{{typeUint16, []byte{7, 0}}, wide("ü")}, `{"Line":"a=7!&ü"}`},
		{"a constant of the template is a value too", func(x *xml) {
			x.data("Line", noDependency)
			x.text("fixed")
			x.close()
		}, nil, `{"Line":"fixed"}`},
		{"character data is text", func(x *xml) {
			x.data("Script", noDependency)
			x.u8(tokCData)
			x.u16(3)
			x.wide("<a>")
			x.close()
		}, nil, `{"Script":"<a>"}`},
		{"a processing instruction is stepped over", func(x *xml) {
			x.u8(tokPITarget)
			x.name("target")
			x.u8(tokPIData)
			x.u16(2)
			x.wide("xx")
			x.data("A", noDependency)
			x.text("1")
			x.close()
		}, nil, `{"A":"1"}`},
		{"an optional value that is null leaves its field out, another one keeps it", func(x *xml) {
			x.data("Optional", noDependency)
			x.opt(0, typeString)
			x.close()
			x.data("Kept", noDependency)
			x.sub(0, typeString)
			x.close()
			x.data("Empty", noDependency)
			x.close()
		}, []given{null}, `{"Kept":null,"Empty":null}`},
		{"an element that depends on a null value is left out whole", func(x *xml) {
			x.data("Gone", 0)
			x.text("literal")
			x.close()
			x.data("There", 1)
			x.text("literal")
			x.close()
		}, []given{null, wide("x")}, `{"There":"literal"}`},
		{"unnamed data keep their order under one name", func(x *xml) {
			for i := range 3 {
				x.open("Data", noDependency, false)
				x.content()
				x.sub(i, typeString)
				x.close()
			}
		}, []given{wide("one"), wide(""), wide("three")}, `{"Data":["one","","three"]}`},
		{"a list of strings counts as several values", func(x *xml) {
			x.open("Data", noDependency, false)
			x.content()
			x.sub(0, typeString|typeArray)
			x.close()
		}, []given{{typeString | typeArray, utf16LE("a\x00b\x00")}}, `{"Data":["a","b"]}`},
		{"a list of numbers keeps its kind", func(x *xml) {
			x.data("Ports", noDependency)
			x.sub(0, typeUint16|typeArray)
			x.close()
		}, []given{{typeUint16 | typeArray, []byte{80, 0, 187, 1}}}, `{"Ports":[80,443]}`},
		{"numbers, addresses, identifiers and times keep their kinds", func(x *xml) {
			for i, name := range []string{"Signed", "Hex", "Size", "Bool", "Odd", "Real", "Sid", "Bytes", "When"} {
				x.data(name, noDependency)
				x.sub(i, typeString)
				x.close()
			}
		}, []given{
			{typeInt16, []byte{0xfe, 0xff}}, {typeHex64, []byte{0xe7, 3, 0, 0, 0, 0, 0, 0}}, {typeSize, []byte{0x34, 3, 0, 0}},
			{typeBool, []byte{1, 0, 0, 0}}, {typeBool, []byte{9, 0, 0, 0}}, {typeReal32, []byte{0, 0, 0xc0, 0x3f}},
			{typeSID, []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}}, {typeBinary, []byte{0xab, 1}},
			{typeFileTime, []byte{0x00, 0x80, 0x3e, 0xd5, 0xde, 0xb1, 0x9d, 0x01}},
		}, `{"Signed":-2,"Hex":"0x3e7","Size":"0x334","Bool":true,"Odd":"9","Real":"1.5","Sid":"S-1-5-18","Bytes":"AB01","When":"1970-01-01T00:00:00.0000000Z"}`},
		{"a number whose size fits no number is kept as bytes", func(x *xml) {
			x.data("Odd", noDependency)
			x.sub(0, typeUint32)
			x.close()
		}, []given{{typeUint32, []byte{1, 2, 3}}}, `{"Odd":"010203"}`},
		{"an unpaired surrogate survives", func(x *xml) {
			x.data("Bad", noDependency)
			x.sub(0, typeString)
			x.close()
		}, []given{{typeString, []byte{0x00, 0xd8, 'x', 0}}}, `{"Bad":"\ud800x"}`},
		{"attributes of other elements carry the element's name", func(x *xml) {
			x.open("Cert", noDependency, true)
			x.attr("ref")
			x.sub(0, typeString)
			x.attr("gone")
			x.opt(1, typeString)
			x.content()
			x.text("body")
			x.close()
		}, []given{wide("f.cer"), null}, `{"Cert_ref":"f.cer","Cert":"body"}`},
		{"a name given by a value names the field", func(x *xml) {
			x.open("Data", noDependency, true)
			x.attr("Name")
			x.sub(0, typeString)
			x.content()
			x.sub(1, typeString)
			x.close()
		}, []given{wide("Dynamic"), wide("v")}, `{"Dynamic":"v"}`},
		{"a substitution without a value is null", func(x *xml) {
			x.data("Missing", noDependency)
			x.sub(9, typeString)
			x.close()
		}, nil, `{"Missing":null}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			chunk := newChunk()
			chunk.record(func(x *xml) { eventData(x, func() { c.body(x) }, c.values...) })
			events, sum := decodeChunk(t, chunk.sealed())
			if len(events) != 1 || len(sum.Damage) != 0 {
				t.Fatalf("%d events, damage %v", len(events), sum.Damage)
			}
			if got := string(events[0].AppendJSON(nil)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestARecordWithoutATemplateSharesItsShapeWithItsLike(t *testing.T) {
	t.Parallel()
	c := newChunk()
	for _, text := range []string{"first", "second"} {
		c.record(func(x *xml) {
			x.fragment()
			// Elements outside templates have no dependency id.
			x.open("Event", -1, false)
			x.content()
			x.open("EventData", -1, false)
			x.content()
			x.data("Value", -1)
			x.text(text)
			x.close()
			x.close()
			x.close()
		})
	}
	events, sum := decodeChunk(t, c.sealed())
	if len(events) != 2 || len(sum.Damage) != 0 {
		t.Fatalf("%d events, damage %v", len(events), sum.Damage)
	}
	if events[0].Shape != events[1].Shape {
		t.Error("two records that differ in text only have two shapes")
	}
	if a, b := events[0].Get("Value").String(), events[1].Get("Value").String(); a != "first" || b != "second" {
		t.Errorf("values %q %q", a, b)
	}
}

func TestEqualTemplatesAtOtherOffsetsAreOneShape(t *testing.T) {
	t.Parallel()
	c := newChunk()
	for range 2 {
		c.record(func(x *xml) {
			eventData(x, func() { x.data("A", noDependency); x.sub(0, typeString); x.close() }, wide("v"))
		})
	}
	// The same stored id with another structure is another template.
	c.record(func(x *xml) {
		eventData(x, func() { x.data("B", noDependency); x.sub(0, typeString); x.close() }, wide("v"))
	})
	events, _ := decodeChunk(t, c.sealed())
	if len(events) != 3 || events[0].Shape != events[1].Shape || events[0].Shape == events[2].Shape {
		t.Fatalf("shapes %v", events)
	}
}

// nest writes binary XML inside a value, n times deep.
func nest(base, n int) []byte {
	x := xml{base: base}
	x.fragment()
	if n == 0 {
		x.open("Leaf", -1, false)
		x.content()
		x.text("deep")
		x.close()
		x.end()
		return x.buf
	}
	body := func() {
		x.open("L", noDependency, false)
		x.content()
		x.sub(0, typeBinXML)
		x.close()
	}
	mark := len(x.buf)
	x.instance(body, given{typ: typeBinXML})
	inner := nest(x.at(), n-1)
	x.buf = x.buf[:mark]
	x.instance(body, given{typeBinXML, inner})
	return x.buf
}

func TestStructuresTooDeepAreDamageAndTheNextRecordIsRead(t *testing.T) {
	t.Parallel()
	elements := func(x *xml, depth int) {
		x.fragment()
		for range depth {
			x.open("E", -1, false)
			x.content()
		}
		for range depth {
			x.close()
		}
	}
	cases := []struct {
		name   string
		write  func(x *xml)
		events int
		code   string
	}{
		{"elements up to the cap are read", func(x *xml) { elements(x, maxElementDepth) }, 2, ""},
		{"elements beyond the cap lose the record", func(x *xml) { elements(x, maxElementDepth+1) }, 1, "xml-depth"},
		{"binary XML in values up to the cap is read", func(x *xml) { x.buf = nest(x.base, maxFragmentDepth) }, 2, ""},
		{"binary XML in values beyond the cap loses the values", func(x *xml) { x.buf = nest(x.base, maxFragmentDepth+1) }, 2, "value-depth"},
		{"elements that never close lose the record", func(x *xml) { x.fragment(); x.open("E", -1, false); x.content() }, 1, "xml-unclosed"},
		{"a definition outside the chunk loses the record", func(x *xml) { x.fragment(); x.again(1<<20, wide("a")) }, 1, "template-offset"},
		{"a definition inside the chunk header loses the record", func(x *xml) { x.fragment(); x.again(0, wide("a")) }, 1, "template-offset"},
		{"a definition that is the instance itself loses the record", func(x *xml) { x.fragment(); x.again(x.at(), wide("a")) }, 1, "template-xml-token"},
		{"too many values lose the record", func(x *xml) {
			x.fragment()
			x.instance(func() { x.open("E", noDependency, false); x.u8(tokCloseEmpty) })
			x.buf = x.buf[:len(x.buf)-4]
			x.u32(maxSubstitutions + 1)
		}, 1, "instance-count"},
		{"an unknown token loses the record", func(x *xml) { x.fragment(); x.open("E", -1, false); x.u8(0x3b) }, 1, "xml-token"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			chunk := newChunk()
			chunk.record(c.write)
			chunk.record(func(x *xml) {
				eventData(x, func() { x.data("A", noDependency); x.text("after"); x.close() })
			})
			events, sum := decodeChunk(t, chunk.sealed())
			if len(events) != c.events || events[len(events)-1].Get("A").String() != "after" {
				t.Errorf("%d events, want %d", len(events), c.events)
			}
			var got []string
			for _, d := range sum.Damage {
				got = append(got, d.Code)
			}
			if c.code == "" && len(got) > 0 || c.code != "" && !slices.Contains(got, c.code) {
				t.Errorf("damage %q, want %q", strings.Join(got, " "), c.code)
			}
		})
	}
}

func TestAValueUsedManyTimesInManyLevelsIsReadOnce(t *testing.T) {
	t.Parallel()
	// Each level names its value eight times: read anew each time, 30 levels
	// would be 8^30 elements.
	var level func(base, n int) []byte
	level = func(base, n int) []byte {
		x := xml{base: base}
		x.fragment()
		body := func() {
			x.open("L", noDependency, false)
			x.content()
			for range 8 {
				x.sub(0, typeBinXML)
			}
			x.close()
		}
		if n == 0 {
			return nest(base, 0)
		}
		mark := len(x.buf)
		x.instance(body, given{typ: typeBinXML})
		inner := level(x.at(), n-1)
		x.buf = x.buf[:mark]
		x.instance(body, given{typeBinXML, inner})
		return x.buf
	}
	c := newChunk()
	c.record(func(x *xml) { x.buf = level(x.base, 30) })
	events, sum := decodeChunk(t, c.sealed())
	if len(events) != 1 || len(sum.Damage) != 0 {
		t.Fatalf("%d events, damage %v", len(events), sum.Damage)
	}
	leaves := events[0].Shape.Slots("Leaf")
	if len(leaves) != 1 || events[0].Value(leaves[0]).String() != "deep" {
		t.Errorf("leaves %v", leaves)
	}
}

func TestForwardedEventsKeepTheRenderingApart(t *testing.T) {
	t.Parallel()
	c := newChunk()
	c.record(func(x *xml) {
		x.fragment()
		x.open("Event", -1, false)
		x.content()
		for _, section := range []struct{ name, level string }{{"System", "4"}, {"RenderingInfo", "Information"}} {
			x.open(section.name, -1, false)
			x.content()
			x.open("Level", -1, false)
			x.content()
			x.text(section.level)
			x.close()
			x.close()
		}
		x.close()
	})
	events, _ := decodeChunk(t, c.sealed())
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	e := events[0]
	if e.Get("Level").String() != "4" || e.Get("RenderingInfo.Level").String() != "Information" {
		t.Errorf("%s", e.AppendJSON(nil))
	}
	if f := e.Shape.Field(1); f.Section != event.Rendering || f.Path != "RenderingInfo/Level" {
		t.Errorf("field %+v", f)
	}
}

// A definition inside a fragment that is no template itself is walked while the
// fragment is: the steps of one must not become those of the other.
func TestAnInstanceInAPlainFragmentReadsAsAlone(t *testing.T) {
	t.Parallel()
	read := func(flag byte) string {
		c := newChunk()
		for range 2 {
			c.record(func(x *xml) {
				x.u8(tokFragment|flag, 1, 1, 0)
				x.instance(func() {
					x.open("Event", noDependency, false)
					x.content()
					x.data("A", noDependency)
					x.sub(0, typeString)
					x.close()
					x.data("B", noDependency)
					x.text("always")
					x.close()
					x.close()
				}, wide("v"))
			})
		}
		var out []byte
		all, sum := decodeChunk(t, c.sealed())
		for _, e := range all {
			out = e.AppendJSON(out)
		}
		return fmt.Sprint(string(out), codes(sum.Damage))
	}
	alone, inside := read(0), read(moreFlag)
	if want := `{"A":"v","B":"always"}{"A":"v","B":"always"}[]`; alone != want || inside != want {
		t.Errorf("%s and %s, want %s", alone, inside, want)
	}
}
