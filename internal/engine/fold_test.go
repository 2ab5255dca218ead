package engine

import "testing"

func TestFoldLowersLettersOneByOneAndLosesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"latin":                         {"AbC", "abc"},
		"latin beyond ASCII":            {"ÉÄß", "éäß"},
		"cyrillic":                      {"ЖУК", "жук"},
		"final sigma is not special":    {"ΣΑΣ", "σασ"},
		"kelvin sign is not k":          {"\u212a", "\u212a"},
		"ohm sign is not omega":         {"\u2126", "\u2126"},
		"sharp s does not become ss":    {"ẞ", "ß"},
		"broken UTF-8 stays":            {"A\xff\xfeB", "a\xff\xfeb"},
		"unpaired surrogate stays":      {"\xed\xa0\x80Z", "\xed\xa0\x80z"},
		"replacement character stays":   {"\ufffdQ", "\ufffdq"},
		"plain text is not copied":      {"already lower 12", "already lower 12"},
		"full width letters have cases": {"Ａ", "ａ"},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("%s: Fold(%q) = %q, want %q", name, c.in, got, c.want)
		}
	}
}
