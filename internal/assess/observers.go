package assess

import (
	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/mailuse"
	"spoor/internal/pageuse"
	"spoor/internal/storyline"
)

// Observers is the list of what is summed up over all events, in the order in
// which their findings are stored. Who adds one adds a package that collects, a
// line here, and a test.
func Observers() []Observer {
	return []Observer{
		Observe("coverage", coverage.NewCollector, coverage.Merge, func(c *coverage.Coverage, w *Whole) []*finding.Finding {
			w.Coverage = c
			return nil
		}).counted(func(e *storyline.Evidence, n int64) { e.Untold += n }),
		Observe("page use", pageuse.NewCollector, pageuse.Merge, func(u *pageuse.Uses, w *Whole) (requests []*finding.Finding) {
			w.Files, requests = u.Findings(w.Files, func(id event.ItemID) pageuse.Item {
				s := w.Source(id)
				return pageuse.Item{Path: s.Path, SHA256: s.SHA256}
			})
			return requests
		}).counted(func(e *storyline.Evidence, n int64) { e.NotFollowed += n }),
		Observe("mail use", mailuse.NewCollector, mailuse.Merge, func(r *mailuse.Reads, w *Whole) []*finding.Finding {
			return r.Findings(func(id event.ItemID) finding.Source {
				s := w.Source(id)
				s.Kind = "ews"
				return s
			})
		}).counted(func(e *storyline.Evidence, n int64) { e.NotFollowed += n }),
	}
}
