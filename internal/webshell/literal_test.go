package webshell

import "testing"

// Where a literal ends decides what is code. In C# a backslash means nothing
// behind "@", and everything without it; what stands behind the literal is found
// all the same.
func TestTextsOfCSharpEndWhereTheyEnd(t *testing.T) {
	t.Parallel()
	page := func(before string) []byte {
		return shellText(`<%@ Page Language="C#" %><% `, before, ` System.Diagnostics.Process.Sta`, `rt("cm`, `d.exe", "/c " + Requ`, `est["c"]); %>`)
	}
	for name, before := range map[string]string{
		"none":                                      "",
		"a path that ends in a backslash":           `string p = @"c:\temp\";`,
		"a quote that stands twice":                 `string p = @"say ""no"" \";`,
		"a path with its backslashes twice":         `string p = "c:\\temp\\";`,
		"a quote behind a backslash":                `string p = "say \"no\"";`,
		"what is filled in":                         `string p = $"c:\\{x}\\";`,
		"what is filled in, as written":             `string p = $@"c:\temp\";`,
		"as written, what is filled in":             `string p = @$"c:\temp\";`,
		"a letter":                                  `char p = '\'';`,
		"a backslash as a letter":                   `char p = '\\';`,
		"an address in a literal":                   `string p = @"http://x/\";`,
		"a comment with a quote":                    "// it's \"open\n",
		"a name that begins with a sign":            `string @string = @"\";`,
		"a path behind another":                     `string p = @"a\" + @"b\";`,
		"a literal as written over several lines":   "string p = @\"a\nb\\\";",
		"a quote that stands twice behind the sign": `string p = @"""";`,
	} {
		if r := Inspect("x.aspx", page(before)); r.Outcome != WebShell {
			t.Errorf("%s: %v, want a web shell (%s)", name, r.Outcome, r.Why)
		}
	}
	for name, text := range map[string]string{
		"in a literal as written":  `string p = @"\" + @"; System.Diagnostics.Process.Sta` + `rt(Requ` + `est[""c""]); ";`,
		"in a literal with quotes": `string p = "\"; System.Diagnostics.Process.Sta` + `rt(Requ` + `est['c']); ";`,
	} {
		if r := Inspect("x.aspx", shellText(`<%@ Page Language="C#" %><% `, text, ` %>`)); r.Outcome == WebShell {
			t.Errorf("%s: text is taken for code (%s)", name, r.Why)
		}
	}
}
