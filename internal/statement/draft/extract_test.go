package draft

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"spoor/internal/statement"
)

func TestAPageGivesItsTextWithoutItsFurniture(t *testing.T) {
	t.Parallel()
	page := `<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body><nav><p>Menu says China hacked 500 servers today.</p></nav>
<article><h1>NATO pins blame</h1><p>NATO said it <b>&ldquo;took note&rdquo;</b> of the statements&nbsp;on China.</p><aside>At least 9,000 companies were hacked.</aside></article>
<script>var x = "<p>Russia attacked</p>";</script><footer><p>Read more about the hack that hit 70 firms.</p></footer></body></html>`
	text, kind, err := ExtractText([]byte(page))
	if err != nil || kind != "html" {
		t.Fatalf("kind %q, %v", kind, err)
	}
	if !strings.Contains(text, "NATO said it “took note” of the statements on China.") {
		t.Errorf("the sentence is not whole: %q", text)
	}
	for _, not := range []string{"Menu", "9,000", "Russia", "Read more", "70 firms"} {
		if strings.Contains(text, not) {
			t.Errorf("furniture reached the text: %q", not)
		}
	}
	d := Propose(text, Options{Date: "2021-07-19"})
	if len(d.Statements) != 1 || *d.Statements[0].Strength != 1 || len(d.Victims) != 0 {
		t.Errorf("want NATO's row alone, got %+v", d.Statements)
	}
}

func pdf(content string, flate bool) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	body := []byte(content)
	filter := ""
	if flate {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		w.Write(body)
		w.Close()
		body, filter = z.Bytes(), "/Filter /FlateDecode"
	}
	fmt.Fprintf(&b, "4 0 obj\n<< /Length %d %s >>\nstream\n%s\nendstream\nendobj\n", len(body), filter, body)
	return b.Bytes()
}

func TestAPDFGivesTheTextItShows(t *testing.T) {
	t.Parallel()
	content := "BT /F1 12 Tf 72 720 Td (Australia has determined that the \\(Chinese\\) state) Tj 0 -14 Td [(is respon) 20 (sible) -300 (for the attack on Microsoft Exchange.)] TJ ET"
	for _, flate := range []bool{false, true} {
		text, kind, err := ExtractText(pdf(content, flate))
		if err != nil || kind != "pdf" {
			t.Fatalf("flate %v: kind %q, %v", flate, kind, err)
		}
		if got := statement.OneLine(text); got != "Australia has determined that the (Chinese) state is responsible for the attack on Microsoft Exchange." {
			t.Errorf("flate %v: got %q", flate, got)
		}
	}
}

func TestAPDFThatHidesItsLettersSaysSo(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"glyph numbers":    pdf("BT <000300040005000600070008> Tj ET", true),
		"no text at all":   pdf("q 1 0 0 1 0 0 cm /Im1 Do Q", true),
		"encrypted":        append(pdf("BT (Australia has determined that it was the state.) Tj ET", false), []byte("/Encrypt 5 0 R")...),
		"cut in a stream":  pdf("BT (x) Tj ET", true)[:60],
		"only its heading": []byte("%PDF-1.4"),
	} {
		if text, _, err := ExtractText(data); err == nil {
			t.Errorf("%s: no error, text %q", name, text)
		}
	}
}

func TestSpokenWordsStayWithTheirSpeaker(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, row, not string }{
		{"a negated attribution has no strength", "Microsoft has not attributed the attack on Contoso to Russia, the company's lawyers wrote in a long letter.", "", "Microsoft | * | * | 6"},
		{"a second speaker's words are not the first one's", "A US official said that the EU has condemned Russia's cyber activity against Ukraine.", "US official | none | | 0", "European Union | * | * | *"},
		{"an insertion does not cut the clause", "Norway accused Russia, which, it said, had carried out the attack on its parliament.", "Norway | state | RU | 6", ""},
		{"a ministry that hires hackers is named as organ", "Canada is confident that the PRC’s Ministry of State Security is responsible for the compromise of the servers.", "Canada | organ | CN | 6", ""},
		{"a denial by the accused is strength -1", "The Chinese Foreign Ministry rejected the accusations against China as fabricated out of nothing.", "Chinese Foreign Ministry | state | CN | -1", ""},
		{"sanctions are a legal act", "The US Treasury sanctioned two Iranian nationals over the cyber attack on Albania.", "US Treasury | persons | IR | sanction", ""},
		{"a list of states is one speaker", "The United Kingdom, Canada and Australia condemned China's malicious cyber activity.", "United Kingdom, Canada and Australia | state | CN | 5", "Australia | * | * | 5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			found := tt.row == ""
			d := Propose(tt.text, Options{Date: "2022-01-01"})
			for _, p := range d.Statements {
				if tt.row != "" && fits4(rowOf(p), tt.row) {
					found = true
				}
				if tt.not != "" && fits4(rowOf(p), tt.not) {
					t.Errorf("must not come out: %v from %q", rowOf(p), p.Quote)
				}
			}
			if !found {
				for _, p := range d.Statements {
					t.Errorf("want %s, got %v from %q", tt.row, rowOf(p), p.Quote)
				}
				if len(d.Statements) == 0 {
					t.Errorf("want %s, got nothing", tt.row)
				}
			}
		})
	}
}
