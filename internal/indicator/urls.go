package indicator

import "bytes"

// urlEnd ends a URL inside a text.
func urlEnd(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '|' || c == '`' || c == '^' || c == '{' || c == '}' || c == '\\'
}

// url looks up the URL whose scheme is text[start:colon]. It reads no further
// than the longest URL of the set, so that a text full of schemes costs no
// more than its length times that.
func (s *Scanner) url(text []byte, start, colon int) {
	path := colon + 3
	for path < len(text) && !urlEnd(text[path]) && text[path] != '/' && text[path] != '?' && text[path] != '#' {
		path++
	}
	end := path
	for end < len(text) && end-path <= s.set.urlMax && !urlEnd(text[end]) {
		end++
	}
	if path-colon > maxValue {
		return
	}
	before, rest := len(s.hits), text[path:end]
	switch {
	case end-path <= s.set.urlMax:
		whole := end
		for whole > path && bytes.IndexByte([]byte(".,;:)]!*"), text[whole-1]) >= 0 {
			whole--
		}
		s.oneURL(text, start, whole)
	case bytes.IndexByte(rest, '#') >= 0:
		s.oneURL(text, start, path+bytes.IndexByte(rest, '#'))
	case bytes.IndexByte(rest, '?') >= 0: // too long as a whole, but it may be known without query
		s.oneURL(text, start, path+bytes.IndexByte(rest, '?'))
	}
	if cut := bytes.IndexAny(rest, ",;)]"); cut >= 0 && len(s.hits) == before { // may belong to the text around it
		s.oneURL(text, start, path+cut)
	}
}

// oneURL looks up text[start:end], and what stands before its query.
func (s *Scanner) oneURL(text []byte, start, end int) {
	whole, ok := appendURL(s.text[:0], text[start:end])
	if !ok {
		return
	}
	s.text = whole
	s.lookURL(whole, start, end)
	if cut := bytes.IndexByte(whole, '?'); cut > 0 {
		s.lookURL(whole[:cut], start, end)
	}
}

// lookURL looks up a URL with its scheme and without.
func (s *Scanner) lookURL(url []byte, start, end int) {
	for _, u := range [2][]byte{url, url[bytes.IndexByte(url, ':')+3:]} {
		h := s.set.hash(URL, u)
		if !s.set.open(h) {
			continue
		}
		s.set.find(h, func(n uint32) {
			e := &s.set.entries[n]
			if e.kind == URL && bytes.Equal(s.set.text(e), u) {
				s.add(n, start, end)
			}
		})
	}
}

// appendURL writes a URL in the form that is compared (RFC 3986 section 6.2):
// scheme and host in lower case, the scheme's own port, user information and
// fragment left out, an empty path as "/". Path and query stay as they are.
// Without a scheme the result has none.
func appendURL(dst, url []byte) ([]byte, bool) {
	scheme := bytes.Index(url, []byte("://"))
	host := 0
	if scheme > 0 {
		for _, c := range url[:scheme+3] {
			dst = append(dst, lower[c])
		}
		host = scheme + 3
	}
	rest := url[host:]
	end := bytes.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	name := rest[:end]
	if at := bytes.LastIndexByte(name, '@'); at >= 0 {
		name = name[at+1:]
	}
	if c := bytes.LastIndexByte(name, ':'); c >= 0 && defaultPort(url[:max(scheme, 0)], name[c+1:]) {
		name = name[:c]
	}
	name = bytes.TrimSuffix(name, []byte("."))
	if len(name) == 0 {
		return dst, false
	}
	for _, c := range name {
		dst = append(dst, lower[c])
	}
	path := rest[end:]
	if f := bytes.IndexByte(path, '#'); f >= 0 {
		path = path[:f]
	}
	if len(path) == 0 || path[0] != '/' {
		dst = append(dst, '/')
	}
	return append(dst, path...), true
}

func defaultPort(scheme, port []byte) bool {
	switch string(port) {
	case "":
		return true
	case "80":
		return equalFold(scheme, []byte("http"))
	case "443":
		return equalFold(scheme, []byte("https"))
	case "21":
		return equalFold(scheme, []byte("ftp"))
	}
	return false
}

// agent looks up the whole text as a user agent.
func (s *Scanner) agent(text []byte) {
	a := appendAgent(s.text[:0], text)
	s.text = a
	if len(a) < s.set.agentSize[0] || len(a) > s.set.agentSize[1] {
		return
	}
	h := s.set.hash(UserAgent, a)
	if !s.set.open(h) {
		return
	}
	s.set.find(h, func(n uint32) {
		e := &s.set.entries[n]
		if e.kind == UserAgent && bytes.Equal(s.set.text(e), a) {
			s.add(n, 0, len(text))
		}
	})
}

// appendAgent writes a user agent in the form that is compared: IIS writes a
// blank as "+", HttpProxy a comma as a blank, so any run of the three is one
// blank.
func appendAgent(dst, text []byte) []byte {
	gap := false
	for _, c := range text {
		if c == ' ' || c == '+' || c == ',' {
			gap = len(dst) > 0
			continue
		}
		if gap {
			dst, gap = append(dst, ' '), false
		}
		dst = append(dst, c)
	}
	return dst
}
