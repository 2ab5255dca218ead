package pageuse

import (
	"maps"
	"math/bits"
	"path"
	"slices"
	"strconv"
	"strings"

	"spoor/event"
	"spoor/internal/exchange"
	"spoor/internal/finding"
	"spoor/internal/webpath"
)

// Uses is what all workers saw, by host.
type Uses struct {
	byHost  map[string]*hostPages
	dropped int64
}

// Dropped counts requests for pages beyond the cap.
func (u *Uses) Dropped() int64 { return u.dropped }

// Merge puts the collectors together; resolve names the host of a record.
func Merge(cols []*Collector, resolve func(stated string, item event.ItemID) string) *Uses {
	all := NewCollector()
	for _, c := range cols {
		all.seen += c.seen
		all.giveWay(c.greatest)
		for k, from := range c.hosts {
			k.host, k.item = resolve(k.host, k.item), 0
			to := all.hosts[k]
			if to == nil {
				to = newHost()
				all.hosts[k] = to
			}
			to.answered |= from.answered
			to.asked += from.asked
			for path, pg := range from.pages {
				to.add(path, pg)
			}
		}
	}
	all.shrink()
	// A page that is kept was kept by every worker: each keeps the least hashes
	// of those that it saw. So the sum does not depend on who saw what.
	u := &Uses{byHost: map[string]*hostPages{}, dropped: all.seen}
	for _, h := range all.hosts {
		for _, pg := range h.pages {
			u.dropped -= pg.n
		}
	}
	for k, h := range all.hosts {
		u.byHost[k.host] = h
	}
	return u
}

func (h *hostPages) add(path string, pg *page) {
	to := h.pages[path]
	if to == nil {
		to = &page{hash: pg.hash}
		h.pages[path] = to
	}
	for _, r := range pg.requests {
		to.keep(r)
	}
	for _, v := range pg.visitors {
		to.visit(v)
	}
	to.n += pg.n
	to.back.merge(&pg.back)
	if pg.order.cell[stem] != nil && (to.order.cell[stem] == nil || pg.order.compare(&to.order) < 0) {
		to.order = pg.order
	}
	if to.last.cell[stem] == nil || to.last.compare(&pg.last) < 0 {
		to.last = pg.last
	}
}

// anything is how many kinds of page that no server has together must have
// answered for an answer to show nothing.
const anything = 3

// Item names an item of evidence for the proof of a request.
type Item struct{ Path, SHA256 string }

// Findings ties files with the structure of a web shell to their requests,
// and says of which hosts an answer shows nothing. It returns the files, each
// with the page that it is where one is known, and the findings about requests.
// A file that was handed over apart from its folder becomes the page that
// answered under its name. The host of each file must be resolved.
func (u *Uses) Findings(shells []*finding.Finding, item func(event.ItemID) Item) (files, requests []*finding.Finding) {
	for _, name := range sortedKeys(u.byHost) {
		requests = u.byHost[name].controls(name, requests, item)
	}
	for _, name := range sortedKeys(u.byHost) {
		requests = u.byHost[name].orders(requests, item)
		requests = u.byHost[name].hidden(requests, item)
	}
	for _, f := range shells {
		h := u.byHost[f.Host]
		path, ok := h.pageOf(f.Field("path"))
		if !ok {
			files = append(files, f)
			continue
		}
		files = append(files, f.With(func(f *finding.Finding) {
			f.Fields["cs-uri-stem"] = h.pages[path].stem(path)
			if f.Step == nil { // handed over apart from its folder
				f.Step = &finding.Step{Chain: finding.ChainWebShell, Name: finding.StepShellFile, Shows: finding.ShowsFile}
			}
		}))
		if known(path) {
			continue // rules tell of its requests
		}
		for _, s := range [...]string{path, otherLayouts(path)} {
			if pg := h.pages[s]; pg != nil {
				requests = pg.tell(requests, item)
			}
		}
	}
	return files, requests
}

// orders adds the pages that were given commands and that few ever asked for.
func (h *hostPages) orders(out []*finding.Finding, item func(event.ItemID) Item) []*finding.Finding {
	var paths []string
	for path, pg := range h.pages {
		if pg.order.cell[stem] != nil && len(pg.visitors) <= fewVisitors && !known(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range paths {
		f := h.pages[path].order.says(item)
		f.Rule.ID, f.Rule.Title = "spoor-page-given-command", "A page that few ever asked for was given a command"
		out = append(out, finding.New(f))
	}
	return out
}

// tell adds the kept requests of a page, each once.
func (pg *page) tell(out []*finding.Finding, item func(event.ItemID) Item) []*finding.Finding {
	for _, r := range append(slices.Clone(pg.requests), pg.last) {
		if r.cell[stem] == nil {
			continue
		}
		g := r.says(item)
		if !slices.ContainsFunc(out, func(o *finding.Finding) bool { return o.Item == g.Item && o.Where == g.Where && o.Rule == g.Rule }) {
			out = append(out, finding.New(g))
		}
	}
	return out
}

// stem is the path as it was written last, or its one form.
func (pg *page) stem(path string) string {
	if pg.last.cell[stem] == nil || pg.last.disguised {
		return path
	}
	return string(pg.last.cell[stem])
}

// otherLayouts is the other address of a page of SharePoint's, which serves
// one folder under two numbers; "" for other pages.
func otherLayouts(stem string) string {
	if s := strings.Replace(stem, "/_layouts/15/", "/_layouts/16/", 1); s != stem {
		return s
	}
	if s := strings.Replace(stem, "/_layouts/16/", "/_layouts/15/", 1); s != stem {
		return s
	}
	return ""
}

func sortedKeys(m map[string]*hostPages) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// pageOf is the address of a file: the one that ends as its path does, longest
// first. A file whose folder says nothing of its address, because it was handed
// over apart or a site of its own serves it, is the only page with its name,
// unless many pages have that name.
func (h *hostPages) pageOf(file string) (string, bool) {
	if h == nil { // no page of the host answered
		return "", false
	}
	p := strings.ToLower(strings.ReplaceAll(file, `\`, "/"))
	address, _ := exchange.Address(file)
	best, same := "", []string(nil)
	for stem := range h.pages {
		if path.Base(stem) != path.Base(p) && path.Base(stem)+".txt" != path.Base(p) {
			continue
		}
		same = append(same, stem)
		one := exchange.OneLayouts(stem)
		tail := strings.Replace(one, "/_layouts/", "/layouts/", 1)
		if (one == address || strings.HasSuffix("/"+p, tail)) && (len(stem) > len(best) || len(stem) == len(best) && stem < best) {
			best = stem
		}
	}
	if best != "" {
		return best, true
	}
	if len(same) == 1 && !common(path.Base(p)) {
		return same[0], true
	}
	return "", false
}

// common reports page names that many folders have.
func common(base string) bool {
	stem, _, _ := strings.Cut(base, ".")
	switch stem {
	case "index", "default", "main", "home", "login", "logon", "upload", "error", "test", "view", "list", "edit", "search", "web", "global", "handler", "service", "ajax", "page", "admin", "download", "file", "image", "config", "info", "status", "logout", "logoff":
		return true
	}
	return false
}

// says is what a finding about one request says, as those of the rules for
// known folders do.
func (r *request) says(item func(event.ItemID) Item) finding.Finding {
	fields := map[string]string{"sc-status": string(r.status[:]), "page": string(webpath.Normal(r.cell[stem], nil).Page)}
	for i, name := range [cells]string{"cs-method", "cs-uri-stem", "cs-uri-query", "c-ip", "cs-username", "cs(User-Agent)", "X-Forwarded-For"} {
		if v := string(r.cell[i]); v != "" && v != "-" {
			fields[name] = v
		}
	}
	it := item(r.ref.Item)
	f := finding.Finding{
		At: r.at, Host: r.host, Item: r.ref.Item,
		Rule:       finding.Rule{ID: "spoor-shell-answered", Title: "A page with the structure of a web shell answered", Level: "high", Kind: "webshell", Source: "builtin"},
		Techniques: []string{"T1505.003"}, Source: finding.Source{Path: it.Path, Kind: "w3c", SHA256: it.SHA256},
		Message: fields["cs-method"] + " " + fields["cs-uri-stem"] + " answered " + fields["sc-status"],
		Where:   finding.Where{Offset: r.ref.Offset, Line: r.ref.Line}, Fields: fields,
		Step: &finding.Step{Chain: finding.ChainWebShell, Name: finding.StepPageAnswered, Shows: finding.ShowsAnswer},
	}
	if r.used {
		f.Rule.ID, f.Rule.Title, f.Step.Name = "spoor-shell-used", "A page with the structure of a web shell was used", finding.StepPageUsed
	}
	return f
}

// controls says of which hosts an answer shows nothing, unless names in the
// same folder were refused.
func (h *hostPages) controls(host string, out []*finding.Finding, item func(event.ItemID) Item) []*finding.Finding {
	if bits.OnesCount16(h.answered) < anything {
		return out
	}
	var first *request
	for _, pg := range h.pages {
		if len(pg.requests) > 0 && (first == nil || pg.requests[0].compare(first) < 0) {
			first = &pg.requests[0]
		}
	}
	if first == nil {
		return out
	}
	f := first.says(item)
	f.Rule = finding.Rule{ID: "spoor-answers-everything", Title: "The server answers 200 to whatever it is asked", Level: "informational", Kind: "webshell", Source: "builtin"}
	f.Techniques, f.Host = nil, host
	f.Message = "pages answered 200 that no server has together, so an answer of 200 shows nothing"
	f.Step = &finding.Step{Chain: finding.ChainWebShell, Name: finding.StepAnswersEverything, Shows: finding.ShowsAnswer}
	return append(out, finding.New(f))
}

// manyAsked is how many requests in the product's folders may fill what a case
// keeps of one rule (casefile.MaxPerRuleHost): beyond half of it the pages speak
// for themselves, so that a flood of other requests pushes none of them out.
const manyAsked = 5_000

// hidden adds what rules that read a path as it is written may not see of the
// pages in the product's folders: those asked for in a disguise or among very
// many other requests, those with another ending, and those whose visitors came
// back though they were refused.
func (h *hostPages) hidden(out []*finding.Finding, item func(event.ItemID) Item) []*finding.Finding {
	for _, path := range sortedPages(h.pages) {
		pg := h.pages[path]
		if !exchange.ClosedAddress([]byte(path)) || exchange.Ships(path) {
			continue
		}
		if h.asked > manyAsked || !known(path) || slices.ContainsFunc(append(slices.Clone(pg.requests), pg.last), func(r request) bool { return r.disguised }) {
			out = pg.tell(out, item)
		}
		if pg.back.told() {
			f := pg.back.last.says(item)
			f.Rule.ID, f.Rule.Title = "spoor-page-returned-to", "Visitors came back to a page that is said not to be there"
			f.Message = strconv.FormatInt(pg.back.n, 10) + " requests with a body for " + path + ", each refused; a scanner asks once"
			f.Fields["count"] = strconv.FormatInt(pg.back.n, 10)
			f.Step.Name = finding.StepPageReturnedTo
			out = append(out, finding.New(f))
		}
	}
	return out
}

func sortedPages(pages map[string]*page) []string { return slices.Sorted(maps.Keys(pages)) }
