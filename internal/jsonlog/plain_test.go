package jsonlog_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/jsonlog"
)

func objects() *jsonlog.Objects { return jsonlog.NewObjects(&jsonlog.Plain{Log: "myapp"}) }

func one(t *testing.T, o *jsonlog.Objects, text string) *event.Event {
	t.Helper()
	e, code := o.Event([]byte(text))
	if code != "" {
		t.Fatalf("%s: %s", text, code)
	}
	return e
}

func TestObjectsOfAnyProgramKeepTheNamesOfTheirKeys(t *testing.T) {
	t.Parallel()
	e := one(t, objects(), ` {"EventID":7,"Hostname":"h","Level":"x","Payload":"{\"a\":1}","Data":{"Name":"n","value":"v"},"System":{"Channel":"c"},"a":{"b":[1.50,"\ud800",null,{"c":true}]}} `)
	if got, want := string(e.AppendJSON(nil)), `{"EventID":"7","Hostname":"h","Level":"x","Payload":"{\"a\":1}","Data.Name":"n","Data.value":"v","System.Channel":"c","a.b":["1.50","\ud800",null],"a.b.c":true}`; got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	if *e.Route != (event.Route{Format: "myapp"}) || e.Host != "" || e.Time.Known() || e.Ref.Record != 0 {
		t.Fatalf("%+v", e)
	}
	for i := range event.Slot(e.Shape.Len()) {
		if e.Shape.Field(i).Section != event.Column {
			t.Errorf("%s is in a section", e.Shape.Field(i).Name)
		}
	}
}

func TestTheTimeAndHostAreReadWhereTheFormSays(t *testing.T) {
	t.Parallel()
	o := jsonlog.NewObjects(&jsonlog.Plain{Log: "x", Time: []string{"seen.at", "when"}, Host: "on.host"})
	for text, want := range map[string]string{
		`{"when":"2026-01-02T03:04:05Z","seen":{"at":"2026-02-02T03:04:05Z"},"on":{"host":"H"}}`: "2026-02-02T03:04:05Z H",
		`{"when":1767323045,"on":{"host":"H"}}`:                                                  "2026-01-02T03:04:05Z H",
		`{"timestamp":"2026-01-02T03:04:05Z","host":"H"}`:                                        " ",
	} {
		if e := one(t, o, text); e.Time.String()+" "+e.Host != want {
			t.Errorf("%s: %s %s, want %s", text, e.Time, e.Host, want)
		}
	}
	if e, code := o.Event([]byte(`{"when":"never"}`)); e == nil || code != jsonlog.BadTime {
		t.Errorf("a time that is none: %v %q", e, code)
	}
	for _, name := range []string{"@timestamp", "ts", "time", "timestamp"} {
		if e := one(t, objects(), `{"`+name+`":"2026-01-02T03:04:05Z"}`); !e.Time.Known() {
			t.Errorf("%s is not read as the time", name)
		}
	}
}

func TestWhatIsNoObjectIsRefusedWithItsCode(t *testing.T) {
	t.Parallel()
	o := objects()
	for text, want := range map[string]string{
		"": jsonlog.BadJSON, "  ": jsonlog.BadJSON, "[{}]": jsonlog.BadJSON, "5": jsonlog.BadJSON, `{"a":`: jsonlog.BadJSON,
		`{"a":1} {}`: jsonlog.Trailing, `{"a":1},`: jsonlog.Trailing,
		`{"a":` + strings.Repeat("[", jsonlog.MaxDepth):              jsonlog.TooDeep,
		`{"` + strings.Repeat("k", jsonlog.MaxKey+1) + `":1}`:        jsonlog.LongKey,
		`{"a":[` + strings.Repeat("1,", jsonlog.MaxFields+1) + `1]}`: jsonlog.TooMany,
	} {
		if e, code := o.Event([]byte(text)); e != nil || code != want {
			t.Errorf("%.40s: %v %q, want %q", text, e, code, want)
		}
	}
	if e, code := jsonlog.NewObjects(nil).Event([]byte(`{"a":1}`)); e != nil || code != jsonlog.NotEvent {
		t.Errorf("an object that is no Windows event: %v %q", e, code)
	}
}

// grow makes a random object, and the texts of its leaves in their order.
func grow(r *rand.Rand, depth int, path string, leaves *[]string) any {
	switch k := r.IntN(6); {
	case k < 2 && depth < 4:
		m := map[string]any{}
		for i := range 1 + r.IntN(3) {
			key := fmt.Sprintf("k%d", i)
			m[key] = grow(r, depth+1, strings.TrimPrefix(path+"."+key, "."), leaves)
		}
		return m
	case k == 2 && depth > 0 && depth < 4:
		list := make([]any, 1+r.IntN(3))
		for i := range list {
			list[i] = grow(r, depth+1, path, leaves)
		}
		return list
	case depth == 0:
		return map[string]any{"k0": grow(r, 1, "k0", leaves)}
	}
	words := []string{"", "plain", "q\"uote", "tab\t", "ünï\u2028", "\\", "<&>"}
	text := words[r.IntN(len(words))]
	*leaves = append(*leaves, path+"="+text)
	return text
}

// Every value of an object is a value of its event, by its path, whether it is
// read alone or from a stream.
func TestNoValueOfAnObjectIsLost(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	alone, stream := objects(), objects()
	var rows strings.Builder
	var wants [][]string
	for range 300 {
		var want []string
		text, err := json.Marshal(grow(r, 0, "", &want))
		if err != nil {
			t.Fatal(err)
		}
		if got := leavesOf(one(t, alone, string(text))); !slices.Equal(got, want) {
			t.Fatalf("%s: %q, want %q", text, got, want)
		}
		rows.Write(append(text, '\n'))
		wants = append(wants, want)
	}
	var total event.Total
	n := 0
	err := stream.Read(strings.NewReader(rows.String()), &total, func(e *event.Event) bool {
		if got := leavesOf(e); !slices.Equal(got, wants[n]) {
			t.Fatalf("row %d: %q, want %q", n, got, wants[n])
		}
		n++
		return n < 299
	})
	if err != nil || n != 299 || total.Records != 300 {
		t.Fatalf("%d events, total %+v, %v", n, total, err)
	}
}

func leavesOf(e *event.Event) (list []string) {
	for i, v := range e.Values {
		list = append(list, e.Shape.Field(event.Slot(i)).Name+"="+v.String())
	}
	return list
}

func FuzzObjects(f *testing.F) {
	for _, seed := range []string{`{"a":{"b":[1,"\ud800",null]}}`, `{"Payload":"{\"a\":1}"}`, `{"":{"":0}}`, "{", `{"time":1e99}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, code := objects().Event(data)
		if (e == nil) == (code == "" || code == jsonlog.BadTime) {
			t.Fatalf("event %v with code %q", e, code)
		}
		if e == nil {
			return
		}
		if out := e.AppendJSON(nil); !json.Valid(out) {
			t.Fatalf("%q is written as %s", data, out)
		}
	})
}
