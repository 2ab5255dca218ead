package examine

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"spoor/internal/evidence"
	"spoor/internal/fault"
	"spoor/internal/finding"
	"spoor/internal/indicator"
)

// says is an inspector with a finding on every file that holds a word.
func says(name, word string) Inspector {
	return Inspector{Name: name, Inspect: func(f *File) Judgement {
		if !bytes.Contains(f.Content, []byte(word)) {
			return Judgement{}
		}
		return Judgement{Findings: []*finding.Finding{{Rule: finding.Rule{ID: name}, Item: f.Item.ID}}}
	}}
}

func TestInspectorsAreAskedInOrder(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string][]byte{"a.txt": []byte("one and two"), "b.txt": []byte("two"), "c.cfg": []byte("neither"), "d.txt": []byte("no word")})
	rest, never := says("c-rest", "two"), says("d-never", "")
	rest.Rest = true
	never.Wants = func(f *File) bool {
		if f.Content != nil || len(f.Head) == 0 || f.Path == "" {
			t.Errorf("asked before the file was read: %d bytes of content, head %q, path %q", len(f.Content), f.Head, f.Path)
		}
		return false
	}
	kinds := Inspector{Name: "kind", Inspect: func(f *File) Judgement {
		if strings.HasSuffix(f.Path, ".cfg") {
			return Judgement{Kind: "settings"}
		}
		return Judgement{}
	}}
	other := Inspector{Name: "other kind", Inspect: func(*File) Judgement { return Judgement{Kind: "other"} }}
	o := run(t, Options{Paths: []string{dir}, Workers: 2, Inspectors: []Inspector{says("a-one", "one"), rest, never, kinds}})
	var got []string
	for _, f := range o.found {
		got = append(got, fmt.Sprint(f.Item, f.Rule.ID, " ", f.Source.Kind))
	}
	if want := "0a-one file,1c-rest file"; strings.Join(got, ",") != want {
		t.Errorf("findings %q, want %q", got, want)
	}
	for i, want := range []evidence.Outcome{evidence.Examined, evidence.Examined, evidence.Examined, evidence.Ignored} {
		if o.items[i].Outcome != want {
			t.Errorf("%s is %v, want %v", o.items[i].Item.Name, o.items[i].Outcome, want)
		}
	}
	if both := run(t, Options{Paths: []string{dir}, Inspectors: []Inspector{kinds, other}}); both.items[2].Format != "settings" || both.items[3].Format != "other" {
		t.Errorf("kinds %q and %q: the first that is known counts", both.items[2].Format, both.items[3].Format)
	}
}

func TestAFileThatNobodyWantsIsNotReadForInspectors(t *testing.T) {
	t.Parallel()
	in := says("never", "")
	in.Wants = func(*File) bool { return false }
	in.Inspect = func(*File) Judgement { t.Error("looked at"); return Judgement{} }
	if o := run(t, Options{Paths: []string{folder(t, map[string][]byte{"a.txt": []byte("text")})}, Inspectors: []Inspector{in}}); o.items[0].Outcome != evidence.Ignored || o.items[0].SHA256 == "" {
		t.Errorf("%+v", o.items[0])
	}
}

// A file that only an indicator knows is examined, whether inspectors look at it or not.
func TestAFileThatAnIndicatorKnowsIsExamined(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string][]byte{"notes.txt": []byte("foo\n")})
	l := indicator.NewLoader()
	if err := l.Load("list", strings.NewReader("b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c\n")); err != nil {
		t.Fatal(err)
	}
	set, _ := l.Set()
	for _, list := range [][]Inspector{nil, {says("none", "no such word")}} {
		if o := run(t, Options{Paths: []string{dir}, Indicators: set, Inspectors: list}); len(o.found) != 1 || o.items[0].Outcome != evidence.Examined || o.items[0].Format != "file" {
			t.Errorf("%d inspectors: %d findings, %v, format %q", len(list), len(o.found), o.items[0].Outcome, o.items[0].Format)
		}
	}
}

func TestABugInAnInspectorLeavesTheOthersTheirFindings(t *testing.T) {
	t.Parallel()
	if fault.Crash {
		t.Skip("panics are let through in this build")
	}
	files := map[string][]byte{}
	for i := range 30 {
		files[fmt.Sprintf("%02d.txt", i)] = fmt.Appendf(nil, "%d: a word %s", i, map[bool]string{true: "bug"}[i%10 == 3])
	}
	dir := folder(t, files)
	bug := Inspector{Name: "brittle", Inspect: func(f *File) Judgement {
		if bytes.HasSuffix(f.Content, []byte("bug")) {
			panic("bug in an inspector")
		}
		return Judgement{Kind: "text"}
	}}
	var want string
	for _, workers := range []int{1, 2, 7, 16} {
		o := run(t, Options{Paths: []string{dir}, Workers: workers, Inspectors: []Inspector{bug, says("word", "word")}})
		if want == "" {
			want = o.log.String()
		}
		if o.log.String() != want {
			t.Errorf("%d workers: other results", workers)
		}
		if len(o.found) != 30 || o.totals.Partly != 3 || o.totals.Examined != 27 {
			t.Fatalf("%d findings, totals %+v", len(o.found), *o.totals)
		}
		if r := o.items[3]; r.Code != "internal" || r.Crashed != 1 || !strings.Contains(r.Reason, "look at a file as a brittle") || !strings.Contains(r.Crashes[0].Stack, "inspect_test.go") {
			t.Fatalf("%+v", r)
		}
	}
}

// After an interrupt nothing is said to be clean that was not looked at.
func TestAnInterruptLeavesNoFileThatIsSaidToBeLookedAt(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{}
	for i := range 300 {
		files[fmt.Sprintf("%03d.txt", i)] = fmt.Appendf(nil, "text %d", i)
	}
	dir := folder(t, files)
	for range 5 {
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		totals, err := newPipeline(ctx, Options{Paths: []string{dir}, Workers: 3, Inspectors: asFile(func(*evidence.Item, []byte) Judgement { return Judgement{Kind: "text"} })}).run(Sink{Item: func(r *ItemResult) error {
			if n++; n == 20 {
				cancel()
			}
			if r.Outcome == evidence.Ignored || r.Outcome == evidence.Examined && r.Format != "text" {
				t.Errorf("%s is %v (%s)", r.Item.Name, r.Outcome, r.Reason)
			}
			return nil
		}})
		cancel()
		if err != nil || !totals.Interrupted {
			t.Fatalf("error %v, totals %+v", err, totals)
		}
	}
}
