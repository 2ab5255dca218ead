package share

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
)

// Whatever stands around a name and however it is disguised, the copy does
// not hold it.
func FuzzText(f *testing.F) {
	names := []string{"hans.mueller", "SRV-FIN-07", "kanzlei-mueller.de", "KANZLEIMUE", "zugspitze"}
	forms := slices.Sorted(maps.Keys(disguises("x")))
	for i := range forms {
		f.Add("cmd /c echo ", " &exit", uint8(i), uint8(i))
	}
	f.Add("%", "%25", uint8(0), uint8(1))
	f.Add(`\\`, `\`, uint8(2), uint8(2))
	f.Add("a=", "==", uint8(3), uint8(9))
	c := learnt(f, Key{1}, office())
	f.Fuzz(func(t *testing.T, before, after string, which, form uint8) {
		name := names[int(which)%len(names)]
		text := before + " " + disguises(name)[forms[int(form)%len(forms)]] + " " + after
		if leaks(before+" "+after, name) != "" || leaks(before, name) != "" || leaks(after, name) != "" {
			t.Skip()
		}
		if out := c.strict(text); leaks(out, name) != "" {
			t.Errorf("%q became %q", text, out)
		}
	})
}

// A rewritten line has the form of the line, and no line makes it fail in
// another way than by an error.
func FuzzFinding(f *testing.F) {
	f.Add([]byte(`{"host":"a","event":{"x":["y",{"z":1}],"CommandLine":"net user a b","x":null},"n":1e400}`))
	f.Add([]byte(`{"event":null}`))
	f.Add([]byte(`[`))
	f.Add([]byte(`"\ud800"`))
	c := learnt(f, Key{1}, office())
	f.Fuzz(func(t *testing.T, line []byte) {
		out, err := c.Finding(line)
		if err != nil {
			return
		}
		if !json.Valid(line) || !json.Valid(out) {
			t.Fatalf("%q became %q", line, out)
		}
		if a, b := outline(line), outline(out); !reflect.DeepEqual(a, b) {
			t.Errorf("%q became %q", line, out)
		}
		learning, err := New(Key{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := learning.Finding(line); err != nil {
			return // of no finding's form
		}
		if err := learning.Ready(); err != nil {
			t.Fatal(err)
		}
	})
}

// outline is the order of the marks of a JSON text.
func outline(data []byte) string {
	var out []byte
	inside := false
	for i := 0; i < len(data); i++ {
		switch {
		case inside && data[i] == '\\':
			i++
		case data[i] == '"':
			inside = !inside
			out = append(out, '"')
		case !inside && data[i] > ' ':
			out = append(out, data[i])
		}
	}
	return string(out)
}
