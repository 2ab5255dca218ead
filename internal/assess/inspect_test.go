package assess

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/internal/examine"
	"spoor/internal/fault"
	"spoor/internal/finding"
	"spoor/internal/storyline"
)

// aPage is a page of an application that looks like many and does nothing bad.
func aPage(n int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<%%@ Page Language=\"C#\" Inherits=\"Shop.Page%d\" %%>\r\n<script runat=\"server\">\r\n", n)
	for i := range 40 {
		fmt.Fprintf(&b, "  protected string Row%d(string name, int count) {\r\n    string id = Request.QueryString[\"id%d\"] ?? \"0\";\r\n    int total = count * %d + name.Length;\r\n    if (total > %d && id.Length < 20) { lblTotal.Text = Server.HtmlEncode(id) + \": \" + total.ToString(); }\r\n    return String.Format(\"<td>{0}</td><td>{1}</td>\", Server.HtmlEncode(name), total);\r\n  }\r\n", i, i, n+i, i*7)
	}
	b.WriteString("</script>\r\n<html><body><asp:Label id=\"lblTotal\" runat=\"server\" /></body></html>\r\n")
	return b.Bytes()
}

func pagesFolder(tb testing.TB, n int) string {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "inetpub", "wwwroot")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("page%05d.aspx", i)), aPage(i), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// BenchmarkPages judges 6,000 pages of 13 KB with 1, 2 and 4 workers.
func BenchmarkPages(b *testing.B) {
	dir := pagesFolder(b, 6000)
	for _, workers := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(workers), func(b *testing.B) {
			for b.Loop() {
				totals, err := examine.Run(b.Context(), examine.Options{Paths: []string{dir}, Workers: workers, Inspectors: Inspectors()}, examine.Sink{})
				if err != nil || totals.Examined != 6000 {
					b.Fatalf("%v, %+v", err, totals)
				}
			}
		})
	}
}

func TestCleanPagesAreExaminedWhateverTheWorkers(t *testing.T) {
	t.Parallel()
	dir := pagesFolder(t, 40)
	shell := "<%@ Page Language=\"Jscript\"%><%eval(Request.Item[\"k\"],\"unsafe\");%>"
	if err := os.WriteFile(filepath.Join(dir, "page00017.aspx"), []byte(shell), 0o600); err != nil {
		t.Fatal(err)
	}
	var want []byte
	for _, n := range []int{1, 2, 7, 16} {
		got := assess(t, dir, workers(n))
		if e := got.verdict.Evidence; e.Items != 40 || e.Examined != 40 || e.Ignored != 0 {
			t.Fatalf("%d workers: %+v", n, e)
		}
		data, err := os.ReadFile(filepath.Join(got.dir, "findings.ndjson"))
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = data
		}
		if !bytes.Equal(data, want) || !bytes.Contains(data, []byte("page00017.aspx")) {
			t.Errorf("%d workers: other findings", n)
		}
	}
}

// An inspector of one's own: a finding of it is in the case, and a file that it
// knows makes a case though nothing else is there.
func TestAnInspectorOfOnesOwnIsHeard(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"1.toy": "toy: bear", "2.toy": "toy: gun"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	toys := examine.Inspector{
		Name:  "toy",
		Wants: func(f *examine.File) bool { return bytes.HasPrefix(f.Head, []byte("toy:")) },
		Inspect: func(f *examine.File) examine.Judgement {
			j := examine.Judgement{Kind: "toy"}
			if bytes.HasSuffix(f.Content, []byte("gun")) {
				j.Findings = append(j.Findings, finding.New(finding.Finding{Rule: finding.Rule{ID: "toy-gun", Title: "A toy gun", Level: "low", Kind: "file", Source: "test"}, Item: f.Item.ID, Fields: map[string]string{"path": f.Path}}))
			}
			return j
		},
	}
	got := assess(t, dir, func(o *Options) { o.Inspectors = append(Inspectors(), toys) })
	if e := got.verdict.Evidence; e.Items != 2 || e.Examined != 2 {
		t.Fatalf("%+v", e)
	}
	found, err := os.ReadFile(filepath.Join(got.dir, "findings.ndjson"))
	if err != nil || bytes.Count(found, []byte("\n")) != 1 || !bytes.Contains(found, []byte(`"toy-gun"`)) || !bytes.Contains(found, []byte(`"kind":"toy"`)) {
		t.Errorf("findings %s (%v)", found, err)
	}
}

func TestABugIsInRunJSONAndTheItemIsPartlyExamined(t *testing.T) {
	t.Parallel()
	if fault.Crash {
		t.Skip("panics are let through in this build")
	}
	dir := pagesFolder(t, 60)
	bug := examine.Inspector{Name: "brittle", Inspect: func(f *examine.File) examine.Judgement {
		if !strings.HasSuffix(f.Path, "7.aspx") {
			panic("bug in an inspector")
		}
		return examine.Judgement{}
	}}
	got := assess(t, dir, func(o *Options) { o.Inspectors = append(Inspectors(), bug) })
	e := got.verdict.Evidence
	if e.Partly != 54 || e.Examined != 6 || !slices.ContainsFunc(e.NotWhole, func(n storyline.NotWhole) bool { return strings.Contains(n.Reason, "a fault of spoor itself") }) {
		t.Fatalf("%+v", e)
	}
	var info struct {
		Crashed int
		Crashes []examine.Crash
	}
	data, err := os.ReadFile(filepath.Join(got.dir, "run.json"))
	if err == nil {
		err = json.Unmarshal(data, &info)
	}
	if err != nil || info.Crashed != 54 || len(info.Crashes) != maxCrashes || !strings.Contains(info.Crashes[0].Stack, "inspect_test.go") {
		t.Fatalf("%v: %d crashes, %d described", err, info.Crashed, len(info.Crashes))
	}
}
