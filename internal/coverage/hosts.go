package coverage

import (
	"path"
	"slices"
	"strings"

	"spoor/event"
)

// Hosts names the host of every record, in this order: the record's own
// computer or server column; --host; what the collector's own record says; a
// folder or archive that is named after a host, unless every record below it
// that names a host names one other; the one host that everything else below
// the same folder names; else "unnamed host in PATH". A full name and the short name that is its first label are one host
// when exactly one full name has that label.
type Hosts struct {
	alias map[string]string       // lower-case name as stated -> name shown
	items map[event.ItemID]string // for records that name none
	names map[string][]string     // name shown -> all names as stated
}

// ItemHost is what is known about the host of one item apart from its
// records.
type ItemHost struct {
	ID         event.ItemID
	Path       string // with "!/" before members
	Root       string // the path as given by the user that it lies below
	Collection string // host name by the collection
	NamedBy    string // the folder or archive whose name Collection is, "" where a record states it
	Override   string // by --host
}

// NewHosts resolves the hosts of one examination. stated holds, for every
// item, the host names that its records state.
func NewHosts(items []ItemHost, stated map[event.ItemID][]string) *Hosts {
	h := &Hosts{alias: make(map[string]string), items: make(map[event.ItemID]string), names: make(map[string][]string)}
	all := map[string]string{}
	note := func(name string) {
		if name == "" {
			return
		}
		low := strings.ToLower(name)
		if old, ok := all[low]; !ok || name < old {
			all[low] = name
		}
	}
	for _, names := range stated {
		for _, n := range names {
			note(n)
		}
	}
	for _, it := range items {
		note(it.Collection)
		note(it.Override)
	}
	h.join(all)
	byFolder, recorded := h.folders(items, stated)
	for _, it := range items {
		switch {
		case it.Override != "":
			h.items[it.ID] = h.Name(it.Override)
		case it.Collection != "" && it.NamedBy != "" && len(recorded[folderName(it.NamedBy)]) == 1:
			h.items[it.ID] = recorded[folderName(it.NamedBy)][0]
		case it.Collection != "":
			h.items[it.ID] = h.Name(it.Collection)
		default:
			h.items[it.ID] = neighbour(it, byFolder)
		}
	}
	return h
}

// join decides which stated names are one host.
func (h *Hosts) join(all map[string]string) {
	full := map[string][]string{}
	for low := range all {
		if label, _, ok := strings.Cut(low, "."); ok && !isAddress(low) {
			full[label] = append(full[label], low)
		}
	}
	for low, name := range all {
		shown := name
		if fqdn := full[low]; len(fqdn) == 1 {
			shown = all[fqdn[0]]
		}
		h.alias[low] = shown
		h.names[shown] = append(h.names[shown], name)
	}
	for _, names := range h.names {
		slices.Sort(names)
	}
}

func isAddress(s string) bool {
	return strings.Trim(s, "0123456789.") == "" || strings.Contains(s, ":")
}

// Name returns the name under which a stated host is shown.
func (h *Hosts) Name(stated string) string {
	if shown, ok := h.alias[strings.ToLower(stated)]; ok {
		return shown
	}
	return stated
}

// Of names the host of a record: by what it states, else by its item.
func (h *Hosts) Of(stated string, item event.ItemID) string {
	if stated != "" {
		return h.Name(stated)
	}
	if name := h.items[item]; name != "" {
		return name
	}
	return "unnamed host"
}

// Aliases lists the other names under which a host was stated.
func (h *Hosts) Aliases(host string) []string {
	var out []string
	for _, n := range h.names[host] {
		if n != host {
			out = append(out, n)
		}
	}
	return out
}

// folders collects, for every folder, the hosts named anywhere below it: in
// any way, and by records. Two of them are enough to know that it is not one.
func (h *Hosts) folders(items []ItemHost, stated map[event.ItemID][]string) (below, recorded map[string][]string) {
	below, recorded = map[string][]string{}, map[string][]string{}
	note := func(in map[string][]string, dir, name string) {
		if !slices.Contains(in[dir], name) && len(in[dir]) < 2 {
			in[dir] = append(in[dir], name)
		}
	}
	for _, it := range items {
		for _, dir := range ancestors(it) {
			for _, n := range stated[it.ID] {
				note(below, dir, h.Name(n))
				note(recorded, dir, h.Name(n))
			}
			if it.Collection != "" {
				note(below, dir, h.Name(it.Collection))
			}
		}
	}
	return below, recorded
}

// folderName is a folder or archive as ancestors writes it.
func folderName(p string) string {
	return strings.TrimSuffix(strings.ReplaceAll(strings.ReplaceAll(p, "\\", "/"), "!/", "/"), "/")
}

// neighbour names an item's host after the one host named below the nearest
// folder that names any; where that folder names several, the host stays
// unnamed in the folder just below it.
func neighbour(it ItemHost, below map[string][]string) string {
	last := it.Root
	dirs := ancestors(it)
	for i, dir := range dirs {
		switch len(below[dir]) {
		case 0:
			continue
		case 1:
			return below[dir][0]
		}
		last = dir
		if i > 0 {
			last = dirs[i-1]
		}
		break
	}
	if last == "" {
		last = it.Path
	}
	return "unnamed host in " + last
}

// ancestors lists the folders of an item from the nearest up to its root; an
// archive counts as a folder.
func ancestors(it ItemHost) []string {
	p := strings.ReplaceAll(it.Path, "\\", "/")
	root := strings.TrimSuffix(strings.ReplaceAll(it.Root, "\\", "/"), "/")
	p = strings.ReplaceAll(p, "!/", "/")
	var dirs []string
	for p != root && strings.HasPrefix(p, root) {
		up := path.Dir(p)
		if up == p || len(up) < len(root) {
			break
		}
		p = up
		dirs = append(dirs, p)
	}
	return dirs
}
