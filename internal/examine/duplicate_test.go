package examine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/internal/evidence"
)

func TestACopyHasTheOutcomeOfWhatWasRead(t *testing.T) {
	t.Parallel()
	log := "#Fields: date time cs-method cs-uri-stem\n2021-03-03 00:00:01 GET /owa/\n"
	for name, c := range map[string]struct {
		content string
		want    evidence.Outcome
	}{
		"a copy of a log that was examined is examined":       {log, evidence.Examined},
		"a copy of a log that is partly damaged is damaged":   {log + "2021-03-03 00:00:02 GET\n", evidence.Partly},
		"a copy of what no reader knows was not examined":     {"only notes\n", evidence.Ignored},
		"an empty file is ignored however often it is handed": {"", evidence.Ignored},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, n := range []string{"a", "b"} {
				if err := os.WriteFile(filepath.Join(dir, n), []byte(c.content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var got []*ItemResult
			totals, err := Run(t.Context(), Options{Paths: []string{dir}}, Sink{Item: func(r *ItemResult) error { got = append(got, r); return nil }})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 2 || got[0].Outcome != c.want || got[1].Outcome != c.want {
				t.Fatalf("outcomes %v and %v, want %v twice", got[0].Outcome, got[1].Outcome, c.want)
			}
			if c.content != "" && (totals.TwiceItems != 1 || !strings.Contains(got[1].Reason, filepath.Join(dir, "a"))) {
				t.Errorf("%d items counted as handed over twice, reason %q", totals.TwiceItems, got[1].Reason)
			}
		})
	}
}
