package html

import (
	"time"

	"spoor/internal/message"
	"spoor/internal/safetext"
	"spoor/internal/storyline"
)

// chart is the picture of what the logs cover, with the steps on top: one bar
// per log, one mark per step. Everything in it is a number or escaped text.
type chart struct {
	Height int
	Bars   []bar
	Marks  []mark
	Ticks  []tick
}

type bar struct {
	Label    string
	X, Y, W  int
	Gaps     []gap
	From, To string
}

type gap struct{ X, W int }

type mark struct {
	X    int
	Won  bool
	Says string
}

type tick struct {
	X    int
	Text string
}

// Geometry of the chart in user units of its viewBox.
const (
	chartLeft  = 250
	chartWidth = 700
	rowHeight  = 20
	chartTop   = 34
)

func newChart(h *storyline.Host, c *message.Catalogue) *chart {
	var from, to time.Time
	note := func(s string) {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return
		}
		if from.IsZero() || t.Before(from) {
			from = t
		}
		if to.IsZero() || t.After(to) {
			to = t
		}
	}
	for _, row := range h.Coverage {
		note(row.From)
		note(row.To)
	}
	if from.IsZero() || !to.After(from) {
		return nil
	}
	at := func(s string) (int, bool) {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil || t.Before(from) || t.After(to) {
			return 0, false
		}
		return chartLeft + int(float64(chartWidth)*float64(t.Sub(from))/float64(to.Sub(from))), true
	}
	pic := &chart{}
	for _, row := range h.Coverage {
		x, ok := at(row.From)
		end, ok2 := at(row.To)
		if !ok || !ok2 {
			continue
		}
		b := bar{Label: safetext.TerminalCut(storyline.LogName(c, row.Kind), 36), X: x, Y: chartTop + len(pic.Bars)*rowHeight, W: max(2, end-x), From: row.From, To: row.To}
		for _, hole := range row.Holes {
			gx, ok := at(hole.From)
			ge, ok2 := at(hole.To)
			if ok && ok2 {
				b.Gaps = append(b.Gaps, gap{gx, max(1, ge-gx)})
			}
		}
		pic.Bars = append(pic.Bars, b)
	}
	last := map[bool]int{true: -10, false: -10}
	for _, e := range h.Story {
		x, ok := at(e.Time)
		if !ok || x-last[won(e)] < 3 {
			continue
		}
		last[won(e)] = x
		pic.Marks = append(pic.Marks, mark{x, won(e), safetext.Terminal(c.Time(e.Time)) + " " + e.Says})
	}
	for i := range 5 {
		t := from.Add(to.Sub(from) * time.Duration(i) / 4)
		text := c.Day(t.UTC().Format(time.RFC3339))
		if to.Sub(from) < 72*time.Hour {
			text = c.Tick(t)
		}
		pic.Ticks = append(pic.Ticks, tick{chartLeft + chartWidth*i/4, text})
	}
	pic.Height = chartTop + len(pic.Bars)*rowHeight + 14
	return pic
}
