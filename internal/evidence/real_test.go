package evidence

import (
	"testing"

	"spoor/internal/lab/labdata"
)

func TestPublishedEvidenceIsWalkedWithoutAProblem(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"exchange", "evtx"} {
		list, rep := walk(t, Options{}, labdata.Path(t, dir))
		t.Logf("%s: %d items, %d folders, %d bytes, %d duplicates, kinds %v, problems %v", dir, rep.Items, rep.Folders, rep.Bytes, rep.Duplicates, rep.Kinds, rep.Problems)
		for _, s := range list {
			if s.outcome == Unreadable || s.outcome == Partly {
				t.Errorf("%s: %s (%s)", s.path, s.outcome, s.code)
			}
		}
		if rep.Items < 20 {
			t.Errorf("%s: only %d items", dir, rep.Items)
		}
	}
}
