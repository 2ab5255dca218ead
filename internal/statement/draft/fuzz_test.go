package draft

import (
	"os"
	"testing"
)

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
		d := Propose(text, Options{Date: "2021-07-19", Publisher: "UK"})
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
