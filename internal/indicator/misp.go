package indicator

import (
	"encoding/json"
	"strconv"
	"strings"
)

// misp reads the events of MISP's core format (draft-dulaunoy-misp-core-format):
// exports, search answers and the files of a feed.
type misp struct {
	d      *document
	events int
	base   int    // first context of the event being read
	mark   string // feed of its contexts until its words are known
	about  Context
}

type mispTag struct {
	Name string `json:"name"`
}

type mispGalaxy struct {
	Type     string `json:"type"`
	Clusters []struct {
		Type  string `json:"type"`
		Value string `json:"value"`
		Meta  struct {
			External stringList `json:"external_id"`
		} `json:"meta"`
	} `json:"GalaxyCluster"`
}

type mispAttribute struct {
	Type      string       `json:"type"`
	Value     string       `json:"value"`
	IDs       *looseBool   `json:"to_ids"`
	Deleted   looseBool    `json:"deleted"`
	First     string       `json:"first_seen"`
	Last      string       `json:"last_seen"`
	Comment   string       `json:"comment"`
	Tags      []mispTag    `json:"Tag"`
	Galaxies  []mispGalaxy `json:"Galaxy"`
	Sightings []struct {
		Type looseText `json:"type"`
	} `json:"Sighting"`
	Event *struct {
		Info string `json:"info"`
		Orgc struct {
			Name string `json:"name"`
		} `json:"Orgc"`
	} `json:"Event"`
}

// event reads one event. Its own words may follow its attributes, so the
// contexts are completed at its end.
func (m *misp) event() error {
	m.begin()
	err := m.d.object(m.key)
	m.end()
	return err
}

func (m *misp) begin() {
	l := m.d.l
	m.events++
	m.base, m.mark, m.about = len(l.set.contexts), "\x00"+strconv.Itoa(m.events), Context{}
	l.last = -1
}

// key reads the value of one key of an event.
func (m *misp) key(key string) error {
	switch key {
	case "info":
		_, err := m.d.decode(&m.about.Feed)
		return err
	case "uuid":
		var id string
		_, err := m.d.decode(&id)
		if isUUID(id) {
			m.about.Link = "misp:" + id
		}
		return err
	case "Orgc":
		var org struct {
			Name string `json:"name"`
		}
		_, err := m.d.decode(&org)
		m.about.Publisher = org.Name
		return err
	case "Tag":
		var tags []mispTag
		_, err := m.d.decode(&tags)
		m.about.tags(tags)
		return err
	case "Galaxy":
		var g []mispGalaxy
		_, err := m.d.decode(&g)
		m.about.galaxies(g)
		return err
	case "Attribute":
		return m.attributes()
	case "Object":
		return m.objects()
	}
	return m.d.skip()
}

func (m *misp) end() {
	l := m.d.l
	for n := m.base; n < len(l.set.contexts); n++ {
		if c := &l.set.contexts[n]; c.Feed == m.mark {
			c.Feed = ""
			c.fill(m.about)
		}
	}
	m.mark, l.last = "", -1
}

func (m *misp) objects() error {
	return m.d.array(func() error {
		return m.d.object(func(key string) error {
			if key == "Attribute" {
				return m.attributes()
			}
			return m.d.skip()
		})
	})
}

func (m *misp) attributes() error {
	return m.d.array(func() error {
		var a mispAttribute
		ok, err := m.d.decode(&a)
		if ok {
			m.attribute(&a)
		}
		return err
	})
}

func (m *misp) attribute(a *mispAttribute) {
	l := m.d.l
	seen, wrong := 0, 0
	for _, s := range a.Sightings {
		switch s.Type {
		case "0", "":
			seen++
		case "1":
			wrong++
		}
	}
	switch {
	case bool(a.Deleted), a.IDs != nil && !bool(*a.IDs):
		l.left()
		return
	case wrong > seen:
		l.refuse(0, a.Value, no("false-positive", "more sightings call it a false alarm than a hit"))
		return
	}
	i := Indicator{Label: a.Comment, Sightings: seen, Context: Context{Feed: m.mark}}
	if m.mark == "" && a.Event != nil {
		i.Context.Feed, i.Context.Publisher = a.Event.Info, a.Event.Orgc.Name
	}
	i.Context.tags(a.Tags)
	i.Context.galaxies(a.Galaxies)
	var err1, err2 error
	i.From, err1 = parseTime(a.First)
	i.Until, err2 = parseTime(a.Last)
	if err1 != nil || err2 != nil {
		l.warn(0, a.First+" "+a.Last, no("time", "this is no time; the window stays open on this side"))
	}
	i.FirstUse, i.LastUse = i.From, i.Until
	m.typed(a, i)
}

// typed adds an attribute by its type. Of "filename|hash" the hash is looked
// for and the name is its label, since the hash names the file exactly; of
// "domain|ip" either is.
func (m *misp) typed(a *mispAttribute, i Indicator) {
	l := m.d.l
	first, second, both := strings.Cut(a.Value, "|")
	switch kind := a.Type; kind {
	case "ip-dst|port", "ip-src|port", "hostname|port", "ip-dst", "ip-src":
		k := Address
		if strings.HasPrefix(kind, "host") {
			k = Domain
		}
		l.value(k, a.Value, i, 0)
	case "domain|ip":
		i.Kind, i.Value = Domain, first
		l.add(i, 0)
		if both {
			i.Kind, i.Value, i.Label = Address, second, "address of "+first
			l.add(i, 0)
		}
	case "filename|md5", "filename|sha1", "filename|sha256", "malware-sample":
		if !both {
			l.refuse(0, a.Value, no("no-hash", "the value has no hash behind a bar"))
			return
		}
		if i.Label == "" {
			i.Label = first
		}
		i.Kind, i.Value = MD5, second
		if _, h, ok := strings.Cut(kind, "|"); ok {
			i.Kind = typeNamed(h)
		}
		l.add(i, 0)
	case "email", "email-src", "email-dst", "email-reply-to":
		i.Kind, i.Value = Email, a.Value
		l.add(i, 0)
	case "md5", "sha1", "sha256", "domain", "hostname", "url", "user-agent", "http-user-agent":
		i.Kind, i.Value = typeNamed(kind), a.Value
		l.add(i, 0)
	case "filename":
		i.Kind, i.Value = Name, a.Value
		if strings.ContainsAny(a.Value, `\/`) {
			i.Kind = Path
		}
		l.add(i, 0)
	case "text", "comment", "other", "link", "datetime", "size-in-bytes", "counter", "float", "boolean", "mime-type", "attachment", "AS", "campaign-name", "campaign-id", "threat-actor", "vulnerability", "weakness", "github-repository", "whois-registrant-name", "anonymised":
		l.left() // context, not a trace
	default:
		l.refuse(0, a.Value, no("type", "attributes of the type %q are not looked for", short(kind)))
	}
}

// tags reads what tags say of actors, programs and handling.
func (c *Context) tags(tags []mispTag) {
	for _, t := range tags {
		if v := tlp(t.Name); v != "" && strings.HasPrefix(strings.ToLower(t.Name), "tlp") {
			c.TLP = v
		}
		rest, ok := strings.CutPrefix(t.Name, "misp-galaxy:")
		if !ok {
			continue
		}
		galaxy, value, ok := strings.Cut(rest, "=")
		if ok {
			c.cluster(galaxy, strings.Trim(value, `"`), "")
		}
	}
}

func (c *Context) galaxies(list []mispGalaxy) {
	for _, g := range list {
		for _, cl := range g.Clusters {
			galaxy := cl.Type
			if galaxy == "" {
				galaxy = g.Type
			}
			id := ""
			if len(cl.Meta.External) > 0 {
				id = cl.Meta.External[0]
			}
			c.cluster(galaxy, cl.Value, id)
		}
	}
}

// cluster takes a cluster of MISP's galaxies: ATT&CK's carry the id behind
// the name ("HAFNIUM - G0125").
func (c *Context) cluster(galaxy, value, id string) {
	if i := strings.LastIndex(value, " - "); i > 0 && attackID(value[i+3:]) != 0 {
		value, id = value[:i], value[i+3:]
	}
	switch galaxy {
	case "mitre-intrusion-set", "mitre-enterprise-attack-intrusion-set", "threat-actor", "microsoft-activity-group":
		if attackID(id) == 'G' {
			value = id
		}
		c.Actors = oneMore(c.Actors, value)
	case "mitre-malware", "mitre-tool", "mitre-enterprise-attack-malware", "mitre-enterprise-attack-tool":
		if attackID(id) == 'S' {
			c.Software = oneMore(c.Software, id)
		}
	}
}

// attackID tells an ATT&CK group ('G') or software id ('S') from other text.
func attackID(v string) byte {
	if len(v) != 5 || v[0] != 'G' && v[0] != 'S' {
		return 0
	}
	if _, ok := digits(v[1:]); !ok {
		return 0
	}
	return v[0]
}

func oneMore(list []string, v string) []string {
	for _, o := range list {
		if o == v {
			return list
		}
	}
	if v == "" || len(list) >= maxTies {
		return list
	}
	return append(list, v)
}

// fill adds what is said of the whole to what is said of a part.
func (c *Context) fill(about Context) {
	if c.Publisher == "" {
		c.Publisher = about.Publisher
	}
	if c.Feed == "" {
		c.Feed = about.Feed
	}
	if c.Link == "" {
		c.Link = about.Link
	}
	if c.TLP == "" {
		c.TLP = about.TLP
	}
	for _, a := range about.Actors {
		c.Actors = oneMore(c.Actors, a)
	}
	for _, s := range about.Software {
		c.Software = oneMore(c.Software, s)
	}
}

// looseBool reads true, 1, "1" and "true", which MISP's versions write.
type looseBool bool

// UnmarshalJSON accepts any scalar.
func (b *looseBool) UnmarshalJSON(data []byte) error {
	v := strings.Trim(string(data), `"`)
	*b = v == "true" || v == "1"
	return nil
}

// looseText reads a text or a number as text.
type looseText string

// UnmarshalJSON accepts any scalar.
func (t *looseText) UnmarshalJSON(data []byte) error {
	*t = looseText(strings.Trim(string(data), `"`))
	return nil
}

// stringList reads a text or a list of texts.
type stringList []string

// UnmarshalJSON leaves the list empty when it is neither.
func (s *stringList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*s = stringList{one}
		return nil
	}
	var many []string
	if json.Unmarshal(data, &many) == nil {
		*s = many
	}
	return nil
}
