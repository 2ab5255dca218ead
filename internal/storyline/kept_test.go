package storyline

import (
	"slices"
	"testing"

	"spoor/internal/coverage"
	"spoor/internal/message"
)

// Several files of one log may repeat each other's numbers; then no number is
// missing, and nothing may be said of a choice of records.
func TestMissingRecordsAreToldOnlyWhereNumbersLack(t *testing.T) {
	t.Parallel()
	for records, want := range map[int64]bool{5: true, 10: false, 20: false} {
		l := &coverage.Log{Kind: "Application", Scattered: true, FirstID: 1, LastID: 10, Records: records}
		told := slices.ContainsFunc(row(l).NoteMessages, func(m message.Text) bool { return m.ID == "note.scattered" })
		if told != want {
			t.Errorf("%d records of ten numbers: told %v, want %v", records, told, want)
		}
	}
}
