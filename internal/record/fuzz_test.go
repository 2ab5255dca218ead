package record

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func FuzzRead(f *testing.F) {
	for _, name := range []string{"testdata/founding-article.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("record: 1\nstatements:\n- {id: a, speaker: {name: x}}\n"))
	f.Add([]byte("a: &x [*x]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(bytes.NewReader(data), "f")
		if err != nil {
			return
		}
		var r Record
		r.Add(file)
		Check(&r)
		for _, in := range r.Incidents {
			c, err := Compare(&r, in.ID)
			if err != nil {
				t.Fatal(err)
			}
			if s := c.Table() + c.FullTable() + c.SVG(true); strings.ContainsAny(s, "\x1b\x07") {
				t.Fatal("a control reached the output")
			}
		}
		var b bytes.Buffer
		if err := WriteYAML(&b, file); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&b, "again"); err != nil && b.Len() < MaxFileBytes {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}

func FuzzImportSTIX(f *testing.F) {
	f.Add([]byte(bundleFixture))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ImportSTIX(bytes.NewReader(data), "2026-11-23")
		if err != nil {
			return
		}
		for _, tally := range got.Tables {
			if !tally.Balanced() {
				t.Fatalf("not balanced: %s", tally)
			}
		}
	})
}

func FuzzImportEuRepoC(f *testing.F) {
	f.Add([]byte("ID,name,start_date,end_date,sources_url\n1,A,2020-01-02,,x\n"), []byte("incident_ID,attribution_ID,attribution_date,attribution_type,attribution_basis,attributing_actor,attribution_it_company,attributing_country,attributed_initiator,attributed_initiator_country,attributed_initiator_category\n1,1,2020-07-01,Report,x,ESET,,,X,China,State\n"))
	f.Fuzz(func(t *testing.T, incidents, attributions []byte) {
		got, err := ImportEuRepoC(bytes.NewReader(incidents), bytes.NewReader(attributions), "2026-11-23")
		if err != nil {
			return
		}
		for _, tally := range got.Tables {
			if !tally.Balanced() {
				t.Fatalf("not balanced: %s", tally)
			}
		}
	})
}

func FuzzDraft(f *testing.F) {
	for _, s := range []string{"", "“", "China’s MSS (MSS) said “x", "The US, UK and Canada on Monday accused China of X.\n\nA | b?", "<html><body><p>NATO <b>took note</b>.</p><script>x</script>", "%PDF-1.4\nstream\nBT (NATO took note of it all today) Tj ET\nendstream", "U.S. and its allies, it said, condemned \"North Korea\"'s Lazarus."} {
		f.Add([]byte(s))
	}
	if text, err := os.ReadFile("testdata/texts.yaml"); err == nil {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, _, err := ExtractText(data)
		if err != nil {
			return
		}
		d := Propose(text, DraftOptions{Date: "2021-07-19", Publisher: "UK"})
		for _, p := range d.Statements {
			if len(p.Span) != 2 || p.Span[0] < 0 || p.Span[1] > len(d.Text) || d.Text[p.Span[0]:p.Span[1]] != p.Quote {
				t.Fatalf("span %v does not hold %q", p.Span, p.Quote)
			}
			if p.Legal != nil && p.Strength != nil {
				t.Fatal("a legal act has a strength")
			}
			if p.Wording == "none" && (p.Verb != "" || p.Strength != nil) {
				t.Fatal("wording was invented")
			}
		}
		for _, list := range [][]Found{d.Actors, d.CVEs, d.Techniques, d.Victims, d.Dates, d.Figures, d.Furniture} {
			for _, x := range list {
				if d.Text[x.Start:x.End] != x.Text {
					t.Fatalf("span %d-%d does not hold %q", x.Start, x.End, x.Text)
				}
			}
		}
	})
}
