package indicator

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// role is what a column of a table holds.
type role uint8

const (
	unused role = iota
	valueColumn
	typeColumn
	fromColumn
	untilColumn
	firstColumn
	lastColumn
	levelColumn
	publisherColumn
	feedColumn
	linkColumn
	tlpColumn
	actorColumn
	softwareColumn
	labelColumn
	portColumn
	sightingColumn
	kindColumn // + Kind
)

// roleOf knows a column by its name: letters and digits of it, in lower case.
func roleOf(name string) role {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		}
	}
	switch b.String() {
	case "value", "indicator", "ioc", "indicatorvalue", "iocvalue", "observable", "observablevalue", "pattern", "attributevalue":
		return valueColumn
	case "type", "indicatortype", "ioctype", "kind", "observabletype", "attributetype":
		return typeColumn
	case "firstseen", "firstseenutc", "firstsubmission":
		return firstColumn
	case "lastseen", "lastseenutc":
		return lastColumn
	case "validfrom", "from":
		return fromColumn
	case "validuntil", "until", "expires", "expiration", "expirationdate":
		return untilColumn
	case "level", "severity":
		return levelColumn
	case "source", "publisher", "org", "orgc", "reporter", "provider", "author":
		return publisherColumn
	case "feed", "campaign", "event", "eventinfo", "report":
		return feedColumn
	case "link", "reference", "references", "sourceurl", "urlhauslink", "reporturl":
		return linkColumn
	case "tlp":
		return tlpColumn
	case "actor", "actors", "threatactor", "group", "attackgroup", "intrusionset":
		return actorColumn
	case "software", "attacksoftware":
		return softwareColumn
	case "note", "notes", "description", "comment", "label", "name", "title", "malware", "malwareprintable", "family", "signature", "threat":
		return labelColumn
	case "port", "dstport", "destinationport":
		return portColumn
	case "sightings", "count":
		return sightingColumn
	}
	if k := typeNamed(b.String()); k < kinds {
		return kindColumn + role(k)
	}
	return unused
}

// typeNamed knows a kind by the words that feeds use, kinds if none.
func typeNamed(name string) Kind {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		}
	}
	switch b.String() {
	case "ip", "ips", "ipv4", "ipv6", "ipaddr", "ipaddress", "address", "ipdst", "ipsrc", "dstip", "srcip", "cidr", "ipv4addr", "ipv6addr", "ipport", "ipdstport", "ipsrcport", "network", "destinationip", "remoteip", "filehostip":
		return Address
	case "domain", "domains", "domainname", "hostname", "host", "fqdn", "hostnameport", "dnsname":
		return Domain
	case "url", "urls", "uri", "urlhttp":
		return URL
	case "filename", "file", "name":
		return Name
	case "filepath", "path", "fullpath", "filefullpath":
		return Path
	case "sha256", "sha256hash", "filehashsha256", "filesha256":
		return SHA256
	case "sha1", "sha1hash", "filehashsha1", "filesha1":
		return SHA1
	case "md5", "md5hash", "filehashmd5", "filemd5":
		return MD5
	case "useragent", "httpuseragent":
		return UserAgent
	case "email", "emailaddr", "emailaddress", "emailsrc", "emaildst", "sender", "mail":
		return Email
	}
	return kinds
}

// table is a CSV file being read.
type table struct {
	sep   byte
	cells []string // of the row being read
	roles []role   // nil until a header was seen
	prev  string   // the last comment, which may be the header
	value bool     // a column of values is there
}

// header takes a line as the header if at least two cells name columns, one
// of them a value or a kind, and no cell is an indicator itself.
func (t *table) header(line string) bool {
	line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "#/ "))
	sep := separator(line)
	if sep == 0 {
		return false
	}
	cells, ok := split(line, sep, nil)
	if !ok {
		return false
	}
	roles, known, hold := make([]role, len(cells)), 0, false
	value := false
	for i, c := range cells {
		roles[i] = roleOf(c)
		if roles[i] != unused {
			known++
		}
		value = value || roles[i] == valueColumn
		hold = hold || roles[i] == valueColumn || roles[i] >= kindColumn
	}
	if known < 2 || !hold {
		return false
	}
	t.sep, t.roles, t.value = sep, roles, value
	return true
}

// separator is the one of comma, semicolon, tab and bar that occurs most
// often outside quotes, 0 if none does.
func separator(line string) byte {
	var count [128]int
	quoted := false
	for i := range len(line) {
		switch c := line[i]; c {
		case '"':
			quoted = !quoted
		case ',', ';', '\t', '|':
			if !quoted {
				count[c]++
			}
		}
	}
	best := byte(0)
	for _, c := range [...]byte{',', ';', '\t', '|'} {
		if count[c] > 0 && (best == 0 || count[c] > count[best]) {
			best = c
		}
	}
	return best
}

// split appends the cells of a row (RFC 4180); false when a quote stays open.
func split(line string, sep byte, cells []string) ([]string, bool) {
	for {
		line = strings.TrimLeft(line, " ")
		if !strings.HasPrefix(line, `"`) {
			i := strings.IndexByte(line, sep)
			if i < 0 {
				return append(cells, strings.TrimSpace(line)), true
			}
			cells, line = append(cells, strings.TrimSpace(line[:i])), line[i+1:]
			continue
		}
		var b strings.Builder
		line = line[1:]
		for {
			i := strings.IndexByte(line, '"')
			if i < 0 {
				return nil, false
			}
			b.WriteString(line[:i])
			line = line[i+1:]
			if !strings.HasPrefix(line, `"`) {
				break
			}
			b.WriteByte('"')
			line = line[1:]
		}
		cells = append(cells, b.String())
		i := strings.IndexByte(line, sep)
		if i < 0 {
			return cells, true
		}
		line = line[i+1:]
	}
}

// text reads a list or a table: a table has a header, which may be the last
// comment before the first row.
func (l *Loader) text(r io.Reader) error {
	t := table{}
	first := true
	l.file.Format = "list"
	start := l.mark()
	err := l.lines(r, func(n int, line string) {
		if comment(line) {
			if first && strings.TrimSpace(line) != "" {
				t.prev = line
			}
			return
		}
		if first {
			first = false
			if t.header(line) {
				l.file.Format = "csv"
				return
			}
			if t.prev != "" && t.header(t.prev) {
				l.file.Format = "csv"
			}
		}
		if t.roles != nil {
			l.row(n, line, &t)
			return
		}
		l.list(n, line, Context{})
	})
	if none := l.report.Codes["unrecognised"] - start.none; t.roles == nil && none >= minProse && none > l.file.Loaded {
		l.back(start)
		l.damage(0, fmt.Sprintf("%d lines hold no indicator, more than do: this is no list", none))
		l.file.Format = ""
	}
	return err
}

// minProse is how many lines without an indicator make a text that holds
// more of them than of others no list.
const minProse = 10

// row reads one row of a table with a header: the value column, or else every
// column that holds a kind of its own.
func (l *Loader) row(n int, line string, t *table) {
	cells, ok := split(line, t.sep, t.cells[:0])
	t.cells = cells
	if !ok {
		l.damage(n, "a quote in the row stays open")
		return
	}
	if len(cells) > len(t.roles) && strings.Join(cells[len(t.roles):], "") != "" {
		l.damage(n, "the row has more cells than the header")
		return
	}
	v := rowValues{kind: kinds}
	for at, c := range cells {
		if at < len(t.roles) && !blank(c) {
			l.take(n, &v, t.roles[at], c)
		}
	}
	if !t.has(fromColumn) && !t.has(untilColumn) { // no word on validity but the use
		v.From, v.Until = v.FirstUse, v.LastUse
		v.Until = until(v.lastUse, v.Until)
	}
	if t.value {
		l.cell(n, v.kind, v.stated, v.value, v.port, v.Indicator)
		return
	}
	for at, c := range cells {
		if at < len(t.roles) && t.roles[at] >= kindColumn && !blank(c) {
			l.cell(n, Kind(t.roles[at]-kindColumn), "", c, v.port, v.Indicator)
		}
	}
}

// rowValues is what the columns of a row say.
type rowValues struct {
	Indicator
	kind                         Kind
	stated, value, port, lastUse string
}

// blank reports the words that tables write for nothing.
func blank(c string) bool {
	return c == "" || c == "-" || strings.EqualFold(c, "none") || strings.EqualFold(c, "null")
}

// take reads one cell by the role of its column.
func (l *Loader) take(n int, v *rowValues, r role, c string) {
	var err error
	switch r {
	case valueColumn:
		v.value = c
	case typeColumn:
		v.stated, v.kind = c, typeNamed(c)
	case fromColumn:
		v.From, err = parseTime(c)
	case untilColumn:
		if v.Until, err = parseTime(c); err == nil {
			v.Until = until(c, v.Until)
		}
	case firstColumn:
		v.FirstUse, err = parseTime(c)
	case lastColumn:
		v.LastUse, err = parseTime(c)
		v.lastUse = c
	case levelColumn:
		if v.Level, v.Stated = parseLevel(c); !v.Stated {
			l.warn(n, c, no("level", "the levels are informational, low, medium, high and critical; the kind's own level is taken"))
		}
	case publisherColumn:
		v.Context.Publisher = c
	case feedColumn:
		v.Context.Feed = c
	case linkColumn:
		v.Context.Link = c
	case tlpColumn:
		v.Context.TLP = tlp(c)
	case actorColumn:
		v.Context.Actors = names(c)
	case softwareColumn:
		v.Context.Software = names(c)
	case labelColumn:
		if v.Label != "" {
			c = v.Label + ", " + c
		}
		v.Label = c
	case portColumn:
		v.port = c
	case sightingColumn:
		if count, ok := digits(c); ok {
			v.Sightings = int(min(count, math.MaxInt32))
		}
	}
	if err != nil {
		l.warn(n, c, no("time", "this is no time; the window stays open on this side"))
	}
}

func (t *table) has(r role) bool {
	for _, o := range t.roles {
		if o == r {
			return true
		}
	}
	return false
}

// cell adds the value of a row. A type that the row states and this package
// does not know is refused, never guessed; "hash" leaves the length to say
// which.
func (l *Loader) cell(n int, k Kind, stated, v, portText string, i Indicator) {
	if v == "" {
		l.refuse(n, "", no("empty", "there is no value"))
		return
	}
	if k == kinds {
		var bad *refuse
		switch strings.ToLower(stated) {
		case "", "hash", "hashes", "filehash", "file hash", "ioc", "indicator":
		default:
			l.refuse(n, v, no("type", "values of the type %q are not looked for", short(stated)))
			return
		}
		if k, bad = Classify(v); bad != nil {
			l.refuse(n, v, bad)
			return
		}
	}
	if k == Name && strings.ContainsAny(v, `\/`) {
		k = Path
	}
	if portText != "" && (k == Address || k == Domain) {
		i.Kind = k
		l.clause([]atom{{k, v}, {port, portText}}, i, n)
		return
	}
	l.value(k, v, i, n)
}

// names cuts a cell with several names.
func names(c string) []string {
	var list []string
	for _, n := range strings.FieldsFunc(c, func(r rune) bool { return r == ';' || r == ',' || r == '|' }) {
		if n = strings.TrimSpace(n); n != "" && len(list) < maxTies {
			list = append(list, n)
		}
	}
	return list
}
