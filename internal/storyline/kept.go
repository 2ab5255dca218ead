package storyline

import (
	"math"

	"spoor/internal/coverage"
	"spoor/internal/exchange"
	"spoor/internal/message"
)

// Exchange deletes the files of a log that are older than some days, or the
// oldest when a protocol's folder holds too much, unless set otherwise. Its
// cleaning runs every few hours, so a log that begins about that long before its
// end begins there because of it. IIS deletes nothing by itself: a log of IIS
// that begins a month before its end was cleaned by somebody's task.
const (
	cleanedDays = 30.0
	keptAround  = 1.5
)

// kept says why a log begins where it does, where that can be told.
func kept(l *coverage.Log) []message.Text {
	var list []message.Text
	log, known := exchange.LogOf(l.Format)
	limited := known && log.Days > 0
	if l.From.Known() {
		days := float64(l.To.Sec-l.From.Sec) / 86400
		switch {
		case limited && math.Abs(days-float64(log.Days)) <= keptAround:
			list = append(list, message.New("note.kept-age", "n", int64(math.Round(days))))
		case l.Kind == "w3c" && math.Abs(days-cleanedDays) <= keptAround:
			list = append(list, message.New("note.kept-iis", "n", int64(math.Round(days))))
		}
	}
	if late := l.Late(); len(late) > 0 && limited {
		var names []string
		at := late[0].From
		for _, p := range late {
			names = append(names, p.Name)
			at = later(at, p.From)
		}
		list = append(list, message.New("note.kept-size", "protocols", names, "at", at.String()))
	}
	if l.Format == "evtx" && l.FirstID > 1 {
		list = append(list, message.New("note.overwritten", "id", int64(min(l.FirstID, math.MaxInt64))))
	}
	return list
}

// maxGaps bounds the gaps in record numbers that a row of the coverage lists.
const maxGaps = 20

func row(l *coverage.Log) CoverageRow {
	r := CoverageRow{Kind: l.Kind, From: l.From.String(), To: l.To.String(), Records: l.Records, Holes: []Span{}, MissingIDs: l.MissingIDs(), NoRule: l.Records - l.Looked}
	for _, hole := range l.Holes() {
		r.Holes = append(r.Holes, Span{hole.From.String(), hole.To.String()})
	}
	for i, g := range l.Gaps {
		if i == maxGaps {
			break
		}
		r.Gaps = append(r.Gaps, IDGap{g.From.String(), g.To.String(), g.Missing})
	}
	note := func(t message.Text) { r.NoteMessages = append(r.NoteMessages, t) }
	for _, t := range kept(l) {
		note(t)
	}
	if r := l.Recorded; r.Cleared > 0 {
		note(message.New("note.cleared", "n", r.Cleared, "at", r.LastCleared.String()))
	}
	if l.Inferred > 0 {
		note(message.New("note.inferred", "n", l.Inferred))
	}
	if l.Untimed > 0 {
		note(message.New("note.untimed", "n", l.Untimed))
	}
	switch largest := l.Largest(); {
	case l.Scattered && r.MissingIDs > 0:
		note(message.New("note.scattered", "n", r.MissingIDs))
	case len(l.Gaps) == 1:
		note(message.New("note.missing-ids", "n", r.MissingIDs, "from", largest.From.String(), "to", largest.To.String()))
	case len(l.Gaps) > 1:
		note(message.New("note.missing-ids-places", "n", r.MissingIDs, "places", len(l.Gaps), "largest", largest.Missing, "from", largest.From.String(), "to", largest.To.String()))
	}
	if l.Kind == "Security" && l.Audits() {
		switch {
		case l.Recorded.Processes == 0:
			note(message.New("note.no-processes"))
		case l.Recorded.CommandLines == 0:
			note(message.New("note.no-command-lines"))
		}
		if l.Recorded.ShareFiles == 0 {
			note(message.New("note.no-share-files"))
		}
	}
	return r
}
