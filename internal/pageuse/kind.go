package pageuse

import (
	"bytes"

	"spoor/internal/exchange"
)

// Kinds of page, as a set. No server runs four of the last ones.
const (
	kindASP uint16 = 1 << iota // what IIS runs
	kindPHP
	kindJSP
	kindCGI
	kindColdFusion
	kindHidden // files that begin with a dot, which IIS never hands out
	kindJava   // consoles of Java servers
	kindOther
)

// kindOf is the kind of an address path, 0 for one that is no page; foreign
// says that a server of one make would not answer it beside the others.
func kindOf(stem []byte) (kind uint16, foreign bool) {
	slash := bytes.LastIndexByte(stem, '/') + 1
	base := stem[slash:]
	if len(base) > 1 && base[0] == '.' || bytes.Contains(stem, []byte("/.git/")) {
		return kindHidden, true
	}
	if bytes.IndexByte(base, '.') > 0 {
		return kindOfEnding(exchange.EndingOf(base))
	}
	for _, start := range [...]string{"/manager/html", "/actuator", "/solr/", "/jenkins"} {
		if bytes.HasPrefix(stem, []byte(start)) {
			return kindJava, true
		}
	}
	return 0, false
}

// kindOfEnding is the kind of a page by who runs it. Settings are a page where
// they map themselves to a handler.
func kindOfEnding(e exchange.Ending) (kind uint16, foreign bool) {
	switch e.Family {
	case exchange.Settings:
		return kindASP, false
	case exchange.ASP, exchange.Includes:
		kind = kindASP
	case exchange.PHP:
		kind, foreign = kindPHP, true
	case exchange.JSP:
		kind, foreign = kindJSP, true
	case exchange.CGI:
		kind, foreign = kindCGI, true
	case exchange.ColdFusion:
		kind, foreign = kindColdFusion, true
	case exchange.Servlet:
		kind, foreign = kindJava, true
	}
	if !e.Request {
		return 0, false
	}
	return kind, foreign
}

// runs reports a page that can be a shell.
func runs(kind uint16) bool {
	return kind&(kindASP|kindPHP|kindJSP|kindCGI|kindColdFusion) != 0
}
