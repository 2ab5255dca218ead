package indicator

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// OpenIOC 1.0 and 1.1 (the schema that Mandiant published): a tree of
// Indicator elements with the operator AND or OR, whose leaves compare a
// search term with a value.

// maxIOCNodes bounds the elements of one document that are kept.
const maxIOCNodes = 200_000

// iocItem is a leaf being read.
type iocItem struct {
	condition, search, content string
	negate                     bool
}

// maxIOCDepth bounds how deep elements are nested.
const maxIOCDepth = 64

// iocReader reads OpenIOC documents element by element.
type iocReader struct {
	l     *Loader
	open  []*node // open Indicator elements
	item  *iocItem
	about Context
	label string
	text  strings.Builder // character data of the element being read
	depth int
	nodes int
	found bool // an OpenIOC document began
}

// openIOC reads one document or several in a row.
func (l *Loader) openIOC(r io.Reader) error {
	l.file.Format = "openioc"
	dec := xml.NewDecoder(r)
	dec.Strict = true
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	d := &iocReader{l: l}
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, _ := dec.InputPos()
			l.damage(line, "the XML breaks here; what follows was not read")
			return nil // errors of the decoder and of reading are not told apart
		}
		switch t := t.(type) {
		case xml.StartElement:
			if !d.start(t) {
				return nil
			}
		case xml.CharData:
			if d.text.Len() < maxValue {
				d.text.Write(t)
			}
		case xml.EndElement:
			d.end(t.Name.Local)
		}
	}
	if !d.found {
		l.file.Format = ""
		l.damage(0, "this XML is no OpenIOC document")
	}
	return nil
}

// start begins an element; it returns false, with damage noted, where the
// document is larger than what is read.
func (d *iocReader) start(t xml.StartElement) bool {
	if d.depth >= maxIOCDepth {
		d.l.damage(0, "the XML is nested too deeply; the rest was not read")
		return false
	}
	d.depth++
	d.text.Reset()
	switch t.Name.Local {
	case "ioc", "OpenIOC":
		d.found = true
		d.about, d.label = Context{}, ""
	case "Indicator":
		d.nodes++
		d.open = append(d.open, &node{and: strings.EqualFold(attr(t, "operator"), "AND"), kids: []*node{}})
	case "IndicatorItem":
		d.nodes++
		d.item = &iocItem{condition: attr(t, "condition"), negate: attr(t, "negate") == "true" || attr(t, "negate") == "1"}
	case "Context":
		if d.item != nil {
			d.item.search = attr(t, "search")
		}
	}
	if d.nodes > maxIOCNodes {
		d.l.damage(0, "the document has too many items; the rest was not read")
		return false
	}
	return true
}

func (d *iocReader) end(name string) {
	d.depth = max(d.depth-1, 0)
	text := strings.TrimSpace(d.text.String())
	d.text.Reset()
	switch name {
	case "short_description":
		d.label, d.about.Feed = text, text
	case "authored_by":
		d.about.Publisher = text
	case "link":
		if strings.HasPrefix(text, "http") && d.about.Link == "" {
			d.about.Link = text
		}
	case "Content":
		if d.item != nil {
			d.item.content = text
		}
	case "IndicatorItem":
		if d.item != nil && len(d.open) > 0 {
			d.add(d.item.node())
		}
		d.item = nil
	case "Indicator":
		d.close()
	}
}

// add puts a node into the Indicator that is open.
func (d *iocReader) add(n *node) {
	top := d.open[len(d.open)-1]
	top.kids = append(top.kids, n)
}

// close ends the Indicator that is open; the outermost one is complete.
func (d *iocReader) close() {
	if len(d.open) == 0 {
		return
	}
	done := d.open[len(d.open)-1]
	d.open = d.open[:len(d.open)-1]
	if len(d.open) > 0 {
		d.add(done)
	} else {
		d.l.tree(done, Indicator{Label: d.label, Context: d.about})
	}
}

// tree adds the alternatives of a document. Alternatives at the top stand for
// themselves: one that is refused costs no other.
func (l *Loader) tree(n *node, i Indicator) {
	for !n.and && len(n.kids) == 1 && n.kids[0].kids != nil {
		n = n.kids[0]
	}
	parts := []*node{n}
	if !n.and {
		parts = n.kids
	}
	for _, p := range parts {
		if p.kids != nil && !p.and {
			l.tree(p, i)
			continue
		}
		list, bad := p.clauses()
		if bad != nil {
			l.refuse(0, p.words(), bad)
			continue
		}
		for _, atoms := range list {
			l.clause(atoms, i, 0)
		}
	}
}

// words is the first value of a tree, for a refusal.
func (n *node) words() string {
	for n.kids != nil {
		if len(n.kids) == 0 {
			return ""
		}
		n = n.kids[0]
	}
	return n.leaf.value
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// node turns an item into a comparison.
func (i *iocItem) node() *node {
	n := &node{leaf: atom{value: i.content}}
	switch {
	case i.negate:
		n.bad = no("operator", "a negated item is no test for a value that is there")
	case i.condition != "is" && !(i.condition == "ends-with" && i.content != "" && slash(i.content[0])): // such a path is the end of any
		n.bad = no("operator", "the condition %q does not compare a whole value", short(i.condition))
	default:
		k, ok := searchKind(i.search)
		if !ok {
			n.bad = no("object", "%s is not looked for", short(i.search))
			break
		}
		n.leaf.kind = leafKind(k, i.content)
	}
	return n
}

// searchKind says what a search term holds.
func searchKind(term string) (Kind, bool) {
	switch strings.ToLower(term) {
	case "fileitem/md5sum", "processitem/sectionlist/memorysection/md5sum", "serviceitem/servicedllmd5sum", "taskitem/md5sum", "driveritem/md5sum":
		return MD5, true
	case "fileitem/sha1sum", "processitem/sectionlist/memorysection/sha1sum", "taskitem/sha1sum", "driveritem/sha1sum":
		return SHA1, true
	case "fileitem/sha256sum", "processitem/sectionlist/memorysection/sha256sum", "taskitem/sha256sum", "driveritem/sha256sum":
		return SHA256, true
	case "fileitem/filename", "processitem/name", "driveritem/drivername", "processitem/sectionlist/memorysection/name", "hookitem/hookingmodule", "prefetchitem/applicationfilename":
		return Name, true
	case "fileitem/fullpath", "processitem/path", "serviceitem/path", "serviceitem/servicedll", "driveritem/imagepath", "taskitem/execprogrampath":
		return Path, true
	case "fileitem/filepath":
		return folder, true
	case "portitem/remoteip", "processitem/portlist/portitem/remoteip", "routeentryitem/destination", "network/remoteip":
		return Address, true
	case "portitem/remoteport", "processitem/portlist/portitem/remoteport":
		return port, true
	case "dnsentryitem/recordname", "dnsentryitem/host", "dnsentryitem/recorddata/host", "network/dns", "urlhistoryitem/hostname":
		return Domain, true
	case "urlhistoryitem/url", "filedownloadhistoryitem/sourceurl", "network/uri":
		return URL, true
	case "network/useragent", "urlhistoryitem/useragent":
		return UserAgent, true
	case "email/from", "email/to", "email/sender":
		return Email, true
	}
	return kinds, false
}
