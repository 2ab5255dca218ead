package storyline

import (
	"slices"
	"testing"
	"time"

	"spoor/event"
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

// A log that begins as long before its end as the product keeps it begins there
// because of it.
func TestWhyALogBeginsWhereItDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format string
		days   int64
		want   string
	}{
		{"httpproxy", 30, "note.kept-age"}, {"ecp-server", 31, "note.kept-age"}, {"httpproxy", 27, ""}, {"httpproxy", 33, ""},
		{"agentlog", 7, "note.kept-age"}, {"agentlog", 30, ""}, {"w3c", 30, "note.kept-iis"}, {"w3c", 7, ""}, {"evtx", 30, ""},
	} {
		l := &coverage.Log{Kind: c.format, Format: c.format, From: at0(0), To: at0(c.days * 86400)}
		got := ""
		for _, m := range kept(l) {
			got = m.ID
		}
		if got != c.want {
			t.Errorf("%s of %d days: %q, want %q", c.format, c.days, got, c.want)
		}
	}
}

func at0(after int64) event.Time {
	return event.TimeOf(time.Unix(1_614_556_800+after, 0).UTC(), 0, event.FromRow)
}
