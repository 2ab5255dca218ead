package html

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spoor/internal/hypothesis"
	"spoor/internal/message"
	"spoor/internal/storyline"
)

// fill puts text into every string of v, times where the page draws them,
// and two elements into every list.
func fill(v reflect.Value, text, at string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.CanSet() && v.Type().Elem().Name() != "Finding" {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), text, at)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch {
			case !f.IsExported():
			case at != "" && f.Type.Kind() == reflect.String && slices.Contains([]string{"From", "Time", "First"}, f.Name):
				v.Field(i).SetString(at)
			case at != "" && f.Name == "To":
				v.Field(i).SetString("2021-03-09T00:00:00Z")
			default:
				fill(v.Field(i), text, at)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), text, at)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Interface {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), text, at)
		}
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func page(t *testing.T, r Report) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func filled(text, at string) Report {
	r := Report{Verdict: &storyline.Verdict{}, Weighing: &hypothesis.Weighing{}}
	fill(reflect.ValueOf(r.Weighing).Elem(), text, at)
	fill(reflect.ValueOf(&r.Records).Elem(), text, at)
	fill(reflect.ValueOf(r.Verdict).Elem(), text, at)
	fill(reflect.ValueOf(&r.Items).Elem(), text, at)
	r.Version, r.TLP = text, text
	for i, h := range r.Verdict.Hosts { // the page keeps its charts by host
		h.Host = fmt.Sprint(text, i)
		if i < len(r.Weighing.Hosts) {
			r.Weighing.Hosts[i].Host = h.Host
		}
	}
	return r
}

var (
	anyTag = regexp.MustCompile(`<[^>]*>`)
	styles = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	quoted = regexp.MustCompile(`"[^"]*"`)
	ours   = regexp.MustCompile(`^<(!DOCTYPE html|/?(html|head|body|meta|title|style|p|h1|h2|h3|code|table|tr|th|td|b|section|div|span|strong|dl|dt|dd|ol|ul|li|svg|text|line|rect|details|summary|br|a)(\s+[a-zA-Z0-9-]+="[^"<>]*")*\s*/?)>$`)
)

func TestNothingFromEvidenceBecomesMarkup(t *testing.T) {
	t.Parallel()
	plain := len(anyTag.FindAllString(page(t, filled("x", "2021-03-03T00:00:00Z")), -1))
	for name, text := range map[string]string{
		"a script":             `<script>alert(1)</script>`,
		"an end of everything": `"></title></style></textarea></svg><img src=x onerror=alert(1)>`,
		"an attribute":         `" onmouseover="alert(1)" x="`,
		"single quotes":        `' onclick='alert(1)`,
		"an address":           `javascript:alert(1)//http://evil.example/x.js`,
		"a style":              `}</style><style>@import url(http://evil.example)`,
		"a template":           `{{.Style}}{{template "x"}}<!-- <![CDATA[`,
		"controls":             "\x00\x1b[31m\u202e\u2066\u200b\u2028\ufeff\u0085\xff\xed\xa0\x80<b>",
		"entities":             `&lt;script&gt;&#60;b&#62;`,
	} {
		for _, at := range []string{"", "2021-03-03T00:00:00Z"} {
			t.Run(fmt.Sprint(name, ", with times ", at != ""), func(t *testing.T) {
				t.Parallel()
				out := strings.ReplaceAll(page(t, filled(text, at)), "<wbr>", "") // breaks inside words are ours
				body := styles.ReplaceAllString(out, "<style></style>")
				if !utf8.ValidString(out) {
					t.Error("no valid UTF-8")
				}
				for _, tag := range anyTag.FindAllString(body, -1) {
					if !ours.MatchString(tag) {
						t.Fatalf("a tag that is not ours: %s", tag)
					}
					if m := regexp.MustCompile(`\s(on[a-z]+|src|href|action|style|srcdoc|background|data)=`).FindString(quoted.ReplaceAllString(tag, `""`)); m != "" {
						t.Fatalf("the tag %s holds%s", tag, m)
					}
				}
				if n := len(anyTag.FindAllString(out, -1)); at != "" && n != plain {
					t.Errorf("%d tags, with harmless text %d", n, plain)
				}
				for _, r := range html.UnescapeString(body) {
					if r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff {
						t.Fatalf("U+%04X stands in the page", r)
					}
				}
			})
		}
	}
}

func TestThePageNeedsNothingButItself(t *testing.T) {
	t.Parallel()
	out := page(t, filled("x", "2021-03-03T00:00:00Z"))
	css := styles.FindStringSubmatch(out)
	if len(css) != 2 || len(css[1]) < 100 {
		t.Fatal("no style")
	}
	sum := sha256.Sum256([]byte(css[1]))
	policy := `content="default-src 'none'; style-src 'sha256-` + base64.StdEncoding.EncodeToString(sum[:]) + `'"`
	if !strings.Contains(html.UnescapeString(out), policy) {
		t.Errorf("the policy does not allow the page's own style, which hashes to %x", sum)
	}
	for _, word := range []string{"<script", "<link", "<img", "<iframe", "<object", "<embed", "<form", "<base", "http-equiv=\"refresh\"", "src=", "url(", "@import", "@font-face"} {
		if strings.Contains(strings.ToLower(out), word) {
			t.Errorf("the page holds %s", word)
		}
	}
	if strings.Index(out, "Content-Security-Policy") > strings.Index(out, "<style>") {
		t.Error("the policy comes after what it should govern")
	}
}

func words(out string) string {
	return strings.Join(strings.Fields(html.UnescapeString(anyTag.ReplaceAllString(styles.ReplaceAllString(out, ""), " "))), " ")
}

func TestTheNumbersAreThoseOfTheVerdict(t *testing.T) {
	t.Parallel()
	out := words(page(t, Report{
		Version: "1.2.3",
		Verdict: &storyline.Verdict{
			Hosts: []*storyline.Host{{Host: "mail", Verdict: storyline.IsAttempted, Outcome: storyline.Failed, Reason: "all was refused", FirstAttempt: "2021-02-28T04:40:55.301Z",
				Story:    []*storyline.Entry{{Time: "2021-02-28T04:40:55.301Z", Says: "knocked", Grade: storyline.Attempted, Count: 31, Proof: []storyline.Proven{{Path: "a.log", Line: 17}, {Path: "b.evtx", Record: 99}}}},
				Coverage: []storyline.CoverageRow{{Kind: "w3c", From: "2021-02-01T00:00:00Z", To: "2021-03-01T00:00:00Z", Records: 123456}}}},
			Evidence: storyline.Evidence{Items: 11, Examined: 5, Partly: 3, Unreadable: 2, Ignored: 1, Bytes: 3 << 29, Twice: storyline.Twice{Items: 4, Blocks: 6, Findings: 8}},
			Rules:    storyline.Rules{Loaded: 2858, Version: "2021-04-01", Refused: []storyline.RefusedRule{{File: "r.yml", Line: 4, Code: "regex", Reason: "look-around"}}},
		},
		Items: []Item{{Path: "ev/a.log", Kind: "w3c", Outcome: "examined", Bytes: 1023, Records: 41}},
	}))
	for _, want := range []string{"1 server, 11 pieces of evidence", "Attempted, and failed", "All was refused.", "First attempt 2021-02-28 04:40:55 UTC", "(31 records)", "a.log:17", "b.evtx record 99", "and 29 more, in findings.ndjson",
		"IIS web server (w3c) 2021-02-01 00:00:00 2021-03-01 00:00:00 123,456", "11 items, 1.5 GiB: 5 examined, 3 partly examined, 2 unreadable, 1 ignored", "4 items, 6 blocks, 8 findings", "2,858 rules ran; the built-in ones are of 2021-04-01", "1 rule was refused", "r.yml:4 regex look-around", "41 1,023 B", "spoor 1.2.3"} {
		if !strings.Contains(out, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestTheChartDrawsWhatWasCovered(t *testing.T) {
	t.Parallel()
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	c := newChart(&storyline.Host{
		Coverage: []storyline.CoverageRow{
			{Kind: "w3c", From: "2021-03-01T00:00:00Z", To: "2021-03-11T00:00:00Z", Holes: []storyline.Span{{From: "2021-03-05T00:00:00Z", To: "2021-03-06T00:00:00Z"}}},
			{Kind: "untimed"},
			{Kind: "Security", From: "2021-03-06T00:00:00Z", To: "2021-03-06T00:00:00Z"},
		},
		Story: []*storyline.Entry{{Time: "2021-03-06T00:00:00Z", Grade: storyline.Exploited}, {Time: "2021-04-06T00:00:00Z", Grade: storyline.Exploited}, {Time: "no time"}},
	}, english)
	if len(c.Bars) != 2 || c.Bars[0].X != chartLeft || c.Bars[0].W != chartWidth || c.Bars[1].X != chartLeft+chartWidth/2 || c.Bars[1].W < 1 {
		t.Fatalf("bars %+v", c.Bars)
	}
	if g := c.Bars[0].Gaps; len(g) != 1 || g[0].X != chartLeft+chartWidth*4/10 || g[0].W != chartWidth/10 {
		t.Fatalf("gaps %+v", g)
	}
	if len(c.Marks) != 1 || c.Marks[0].X != chartLeft+chartWidth/2 || !c.Marks[0].Won {
		t.Fatalf("marks %+v", c.Marks)
	}
	if newChart(&storyline.Host{}, english) != nil || newChart(&storyline.Host{Coverage: []storyline.CoverageRow{{From: "2021-03-01T00:00:00Z", To: "2021-03-01T00:00:00Z"}}}, english) != nil {
		t.Fatal("a chart of no time at all")
	}
}
