package indicator

import "strings"

// maxNesting bounds the parentheses of a pattern.
const maxNesting = 16

// parsePattern reads a STIX pattern (STIX 2.1 section 9) of comparisons with
// =, IN and ISSUBSET, joined by AND and OR. Observations may be joined by OR;
// each is one tree. All else is refused: what holds over several records, and
// every test that is not for a whole value.
func parsePattern(text string) ([]*node, *refuse) {
	if len(text) > maxSTIXText {
		return nil, no("too-long", "the pattern has more than %d bytes", maxSTIXText)
	}
	p := &patternParser{text: text}
	var list []*node
	for {
		open := 0
		for p.is("(") {
			if open++; open > maxNesting {
				return nil, no("nesting", "the pattern is nested too deeply")
			}
		}
		if !p.is("[") {
			return nil, no("pattern", "the pattern breaks at byte %d", p.at)
		}
		n, bad := p.or(0)
		if bad != nil {
			return nil, bad
		}
		if !p.is("]") {
			return nil, no("pattern", "the pattern breaks at byte %d", p.at)
		}
		list = append(list, n)
		for p.is(")") {
		}
		switch w := strings.ToUpper(p.word()); w {
		case "":
			if p.rest() {
				return nil, no("pattern", "the pattern breaks at byte %d", p.at)
			}
			return list, nil
		case "OR":
		default:
			return nil, no("several-records", "%s joins several records; only values of one record are compared", w)
		}
	}
}

type patternParser struct {
	text string
	at   int
}

func (p *patternParser) blank() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\n' || p.text[p.at] == '\r') {
		p.at++
	}
}

func (p *patternParser) rest() bool { p.blank(); return p.at < len(p.text) }

// is takes a sign if it is next.
func (p *patternParser) is(sign string) bool {
	p.blank()
	if strings.HasPrefix(p.text[p.at:], sign) {
		p.at += len(sign)
		return true
	}
	return false
}

// word takes letters.
func (p *patternParser) word() string {
	p.blank()
	start := p.at
	for p.at < len(p.text) && class[p.text[p.at]]&(isHex|isAlpha) != 0 {
		p.at++
	}
	return p.text[start:p.at]
}

// keyword takes a word if it is the one given.
func (p *patternParser) keyword(w string) bool {
	before := p.at
	if strings.EqualFold(p.word(), w) {
		return true
	}
	p.at = before
	return false
}

func (p *patternParser) or(depth int) (*node, *refuse) { return p.join(depth, "OR", p.and) }

func (p *patternParser) and(depth int) (*node, *refuse) { return p.join(depth, "AND", p.one) }

func (p *patternParser) join(depth int, w string, next func(int) (*node, *refuse)) (*node, *refuse) {
	first, bad := next(depth)
	if bad != nil || !p.keyword(w) {
		return first, bad
	}
	n := &node{and: w == "AND", kids: []*node{first}}
	for {
		kid, bad := next(depth)
		if bad != nil {
			return nil, bad
		}
		n.kids = append(n.kids, kid)
		if !p.keyword(w) {
			return n, nil
		}
	}
}

// one reads a comparison or what stands in parentheses.
func (p *patternParser) one(depth int) (*node, *refuse) {
	if p.is("(") {
		if depth >= maxNesting {
			return nil, no("nesting", "the pattern is nested too deeply")
		}
		n, bad := p.or(depth + 1)
		if bad == nil && !p.is(")") {
			bad = no("pattern", "the pattern breaks at byte %d", p.at)
		}
		return n, bad
	}
	object, path, bad := p.path()
	if bad != nil {
		return nil, bad
	}
	if p.keyword("NOT") {
		return nil, no("operator", "NOT is no test for a value that is there")
	}
	var values []string
	switch {
	case p.is("!="), p.is("<="), p.is(">="), p.is("<"), p.is(">"):
		return nil, no("operator", "only =, IN and ISSUBSET compare whole values")
	case p.is("="):
		v, bad := p.value()
		if bad != nil {
			return nil, bad
		}
		values = []string{v}
	default:
		switch op := strings.ToUpper(p.word()); op {
		case "IN":
			if !p.is("(") {
				return nil, no("pattern", "the pattern breaks at byte %d", p.at)
			}
			for {
				v, bad := p.value()
				if bad != nil {
					return nil, bad
				}
				values = append(values, v)
				if p.is(")") {
					break
				}
				if !p.is(",") {
					return nil, no("pattern", "the pattern breaks at byte %d", p.at)
				}
			}
		case "ISSUBSET":
			v, bad := p.value()
			if bad != nil {
				return nil, bad
			}
			values = []string{v}
		case "LIKE", "MATCHES", "ISSUPERSET", "EXISTS":
			return nil, no("operator", "%s is no comparison with a whole value", op)
		default:
			return nil, no("pattern", "the pattern breaks at byte %d", p.at)
		}
	}
	kind, bad := pathKind(object, path)
	if bad != nil {
		return nil, bad
	}
	n := &node{}
	for _, v := range values {
		n.kids = append(n.kids, &node{leaf: atom{leafKind(kind, v), v}})
	}
	if len(n.kids) == 1 {
		return n.kids[0], nil
	}
	return n, nil
}

// leafKind tells the kinds that share an object path.
func leafKind(k Kind, v string) Kind {
	switch k {
	case Address: // network-traffic refers to addresses and names alike
		if _, ok := parsePrefix(v); !ok {
			return Domain
		}
	case Name:
		if strings.ContainsAny(v, `\/`) {
			return Path
		}
	}
	return k
}

// path reads object:path, quotes taken off its parts.
func (p *patternParser) path() (object, path string, bad *refuse) {
	p.blank()
	start := p.at
	for p.at < len(p.text) && p.text[p.at] != ':' && class[p.text[p.at]]&(isHex|isAlpha|isDigit|isDash) != 0 {
		p.at++
	}
	object = strings.ToLower(p.text[start:p.at])
	if object == "" || !p.is(":") {
		return "", "", no("pattern", "the pattern breaks at byte %d", p.at)
	}
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		if c == '\'' {
			v, bad := p.value()
			if bad != nil {
				return "", "", bad
			}
			b.WriteString(v)
			continue
		}
		if class[c] == 0 && c != '[' && c != ']' && c != '*' || c == '@' {
			break
		}
		b.WriteByte(c)
		p.at++
	}
	return object, strings.ToLower(b.String()), nil
}

// value reads a string in quotes, in which a backslash keeps the next sign,
// or a number.
func (p *patternParser) value() (string, *refuse) {
	p.blank()
	if p.at < len(p.text) && p.text[p.at] != '\'' {
		start := p.at
		for p.at < len(p.text) && class[p.text[p.at]]&isWord != 0 {
			p.at++
		}
		if p.at > start {
			return p.text[start:p.at], nil
		}
	}
	if !p.is("'") {
		return "", no("pattern", "the pattern breaks at byte %d", p.at)
	}
	var b strings.Builder
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			b.WriteByte(p.text[p.at])
		case c == '\'':
			p.at++
			return b.String(), nil
		default:
			b.WriteByte(c)
		}
		p.at++
	}
	return "", no("pattern", "a quote in the pattern stays open")
}

// pathKind says what an object path holds (STIX 2.1 section 6).
func pathKind(object, path string) (Kind, *refuse) {
	switch object + ":" + path {
	case "ipv4-addr:value", "ipv6-addr:value", "network-traffic:dst_ref.value", "network-traffic:src_ref.value", "domain-name:resolves_to_refs[*].value":
		return Address, nil
	case "domain-name:value":
		return Domain, nil
	case "url:value":
		return URL, nil
	case "email-addr:value", "email-message:from_ref.value", "email-message:sender_ref.value", "email-message:to_refs[*].value":
		return Email, nil
	case "file:name", "process:name", "process:image_ref.name", "process:binary_ref.name":
		return Name, nil
	case "file:parent_directory_ref.path", "process:image_ref.parent_directory_ref.path":
		return folder, nil
	case "network-traffic:dst_port", "network-traffic:src_port":
		return port, nil
	case "network-traffic:dst_ref.type", "network-traffic:src_ref.type", "network-traffic:protocols[*]":
		return nothing, nil
	case "network-traffic:extensions.http-request-ext.request_header.user-agent":
		return UserAgent, nil
	}
	if rest, ok := strings.CutPrefix(path, "hashes."); ok && (object == "file" || object == "artifact") || strings.HasPrefix(path, "image_ref.hashes.") {
		if !ok {
			rest = strings.TrimPrefix(path, "image_ref.hashes.")
		}
		if k := typeNamed(rest); k == SHA256 || k == SHA1 || k == MD5 {
			return k, nil
		}
		return kinds, no("hash-type", "hashes of the type %q are not computed", short(rest))
	}
	return kinds, no("object", "%s is not looked for", short(object+":"+path))
}
