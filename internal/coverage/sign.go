package coverage

// Signs are what rows show of the products on a server. A scanner asks any
// server for the paths of Exchange, so a path counts only where the server did
// not say that it has none. They are signs, not proof.
type Signs struct {
	Exchange   bool
	SharePoint bool
	// OldExchange is Exchange 2010 or older: pages below /owa/14... or
	// /owa/8... were answered, the folders that its setup makes.
	OldExchange bool
}

// Merge adds what other rows tell.
func (s *Signs) Merge(t Signs) {
	s.Exchange = s.Exchange || t.Exchange
	s.SharePoint = s.SharePoint || t.SharePoint
	s.OldExchange = s.OldExchange || t.OldExchange
}

// read takes the path and the answer of a request; the answer is empty where
// the log has none.
func (s *Signs) read(stem, status []byte) {
	if len(stem) < 5 || stem[0] != '/' {
		return
	}
	answered := len(status) == 0 || string(status) == "200"
	switch stem[1] {
	case '_':
		if answered && !s.SharePoint {
			s.SharePoint = below(stem, "/_layouts/") || below(stem, "/_vti_bin/")
		}
		return
	case 'o', 'O':
		if answered && !s.OldExchange {
			s.OldExchange = below(stem, "/owa/14.") || below(stem, "/owa/8.")
		}
	}
	if s.Exchange || string(status) == "404" {
		return
	}
	for _, dir := range [...]string{"/owa/", "/ecp/", "/ews/", "/mapi/", "/microsoft-server-activesync", "/rpc/rpcproxy.dll", "/powershell"} {
		if below(stem, dir) {
			s.Exchange = true
			return
		}
	}
}

// below reports that a path begins with dir, which is in lower case.
func below(stem []byte, dir string) bool {
	return len(stem) >= len(dir) && equalFold(stem[:len(dir)], dir)
}

func equalFold(b []byte, lower string) bool {
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
