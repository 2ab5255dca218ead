package webshell

import "testing"

func FuzzInspect(f *testing.F) {
	for _, s := range readCorpus(f, corpusUsed) {
		f.Add(s.path, s.text)
	}
	f.Add("x.aspx.1a2b3c4d.compiled", []byte(`<?xml version="1.0"?><preserve virtualPath="/owa/auth/x.aspx"/>`))
	f.Fuzz(func(t *testing.T, path string, content []byte) {
		r := Inspect(path, content)
		if (r.Outcome == Nothing) != (r.Class == "") {
			t.Fatalf("outcome %v with class %q", r.Outcome, r.Class)
		}
		if r.Outcome != Nothing && r.Why == "" {
			t.Fatal("a judgement without a reason")
		}
	})
}
