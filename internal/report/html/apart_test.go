package html

import (
	"html"
	"strings"
	"testing"
)

func TestQuotedShellsDoNotLookLikeShells(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`<script language="JScript" runat="server">function Page_Load(){eval(Request["k"],"unsafe");}</script>`,
		`EVALuate ReQuEsT.Form eval`, `e`, ``, `ſcript <b>&amp;evaleval</b>`,
	} {
		got := string(apart(text))
		for _, w := range apartWords {
			if strings.Contains(strings.ToLower(got), w) {
				t.Errorf("%q is whole in %q", w, got)
			}
		}
		if read := html.UnescapeString(strings.ReplaceAll(got, "<wbr>", "")); read != text {
			t.Errorf("%q reads as %q", text, read)
		}
		if strings.Contains(strings.ReplaceAll(got, "<wbr>", ""), "<") {
			t.Errorf("markup in %q", got)
		}
	}
}
