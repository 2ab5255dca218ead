package pageuse

import "bytes"

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
	if dot := bytes.LastIndexByte(base, '.'); dot > 0 && len(base)-dot <= 8 {
		switch ending(base[dot+1:]) {
		case "aspx", "ashx", "asmx", "asp", "asax", "ascx", "cer", "cdx", "asa", "svc", "soap", "cshtml", "vbhtml", "shtml", "stm", "master", "config":
			return kindASP, false
		case "php", "phtml", "php5", "php7", "pht":
			return kindPHP, true
		case "jsp", "jspx", "jspf":
			return kindJSP, true
		case "cgi", "pl":
			return kindCGI, true
		case "cfm", "cfc":
			return kindColdFusion, true
		case "do", "action":
			return kindJava, true
		}
		return 0, false
	}
	for _, start := range [...]string{"/manager/html", "/actuator", "/solr/", "/jenkins"} {
		if bytes.HasPrefix(stem, []byte(start)) {
			return kindJava, true
		}
	}
	return 0, false
}

// ending is a short ending in lower case.
func ending(b []byte) string {
	var low [8]byte
	n := copy(low[:], b)
	for i := range n {
		if c := low[i]; c >= 'A' && c <= 'Z' {
			low[i] = c | 0x20
		}
	}
	return string(low[:n])
}

// runs reports a page that can be a shell.
func runs(kind uint16) bool {
	return kind&(kindASP|kindPHP|kindJSP|kindCGI|kindColdFusion) != 0
}
