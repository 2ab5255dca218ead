package assess

import (
	"spoor/event"
	"spoor/internal/finding"
	"spoor/internal/mailuse"
	"spoor/internal/pageuse"
)

// tiesToRequests reports a finding about a file that is a web shell by its
// structure: it waits until all requests are known.
func tiesToRequests(f *finding.Finding) bool {
	return f.Rule.Kind == "webshell" && f.Rule.Source == "builtin" && f.Field("outcome") == "web shell"
}

// tie stores the findings about web shells, each with the page that it is, and
// their requests.
func (r *run) tie() error {
	place := map[event.ItemID]int{}
	for i := range r.hostOf {
		place[r.hostOf[i].ID] = i
	}
	item := func(id event.ItemID) pageuse.Item {
		i, ok := place[id]
		if !ok {
			return pageuse.Item{}
		}
		return pageuse.Item{Path: r.items[i].Path, SHA256: r.items[i].SHA256}
	}
	shells := make([]*finding.Finding, 0, len(r.shells))
	for _, f := range r.shells {
		shells = append(shells, f.With(func(f *finding.Finding) { f.Host = r.hosts.Of(f.Host, f.Item) }))
	}
	uses := make([]*pageuse.Collector, 0, len(r.uses))
	for _, c := range r.uses {
		if c != nil {
			uses = append(uses, c)
		}
	}
	pages := pageuse.Merge(uses, r.hosts.Of)
	shells, more := pages.Findings(shells, item)
	read := make([]*mailuse.Collector, 0, len(r.reads))
	for _, c := range r.reads {
		if c != nil {
			read = append(read, c)
		}
	}
	mail, unread := mailuse.Findings(read, r.hosts.Of, func(id event.ItemID) finding.Source {
		it := item(id)
		return finding.Source{Path: it.Path, Kind: "ews", SHA256: it.SHA256}
	})
	more, r.notFollowed = append(more, mail...), pages.Dropped+unread
	for _, f := range append(shells, more...) {
		if r.o.Known.excludes(f) {
			r.omitted++
			continue
		}
		if err := r.c.Add(r.marked(f)); err != nil {
			return err
		}
	}
	return nil
}
