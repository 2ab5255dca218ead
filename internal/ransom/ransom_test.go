package ransom

import "testing"

func TestInspect(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		want bool
	}{
		"a note to the victim":                            {"Your network has been encrypted.\nTo restore your files write to help@gang.example", true},
		"a note in German":                                {"Ihre Dateien sind verschlüsselt. Zum Entschlüsseln zahlen Sie 2 Bitcoin.", true},
		"a report about other people's":                   {"The gang encrypted the files of a hospital and asked for Bitcoin to decrypt them.", false},
		"a manual of an encryption product":               {"Your files are encrypted at rest. You can decrypt them with your password.", false},
		"a Markdown file that quotes one":                 {"# Notes\n\nYour files are encrypted, write to a@b.example to decrypt them", false},
		"a questions page in which the words stand apart": {"Can I restore your data? Write to a@b.example. Does the library handle encrypted archives? Your files stay as they are. To decrypt use another tool.", false},
		"nothing": {"", false},
	}
	in := NewInspector()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := in.Inspect([]byte(c.text)).Found; got != c.want {
				t.Fatalf("Found = %v, want %v", got, c.want)
			}
		})
	}
}

func FuzzInspect(f *testing.F) {
	f.Add([]byte("Your files are encrypted, write to a@b.example to decrypt them"))
	in := NewInspector()
	f.Fuzz(func(_ *testing.T, content []byte) { in.Inspect(content) })
}
