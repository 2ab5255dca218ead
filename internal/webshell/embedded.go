package webshell

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// Pages whose server code stands in elements and expressions of its own kind
// are not read as code: what counts is that something the request sends
// stands where it is run. Sources: the manuals of ColdFusion (cfexecute,
// cffile, scopes), of server side includes (exec), of the expression language
// of Java pages (param, header, cookie) and of Perl's CGI.

// embedded is what such elements of a page do.
func embedded(p string, low []byte) fact {
	switch path.Ext(p) {
	case ".cfm", ".cfc", ".cfml":
		return coldFusion(low)
	case ".shtml", ".shtm", ".stm":
		return serverInclude(low)
	case ".jsp", ".jspx", ".jspf":
		return javaExpression(low)
	case ".pl", ".cgi":
		return perl(low)
	}
	return 0
}

// elementsOf lists the text of every element that begins with start, up to
// maxElements.
const maxElements = 500

func elementsOf(low []byte, start, end string) [][]byte {
	var list [][]byte
	for len(list) < maxElements {
		i := bytes.Index(low, []byte(start))
		if i < 0 {
			break
		}
		low = low[i+len(start):]
		n := bytes.Index(low, []byte(end))
		if n < 0 {
			n = min(len(low), maxTag)
		}
		list = append(list, low[:n])
		low = low[n:]
	}
	return list
}

// requestScope reports text of ColdFusion that names what a request sends.
func requestScope(s string) bool {
	for _, scope := range [...]string{"form.", "form[", "url.", "url[", "cookie.", "cookie[", "cgi.http_", "cgi.query_string", "gethttprequestdata"} {
		if strings.Contains(s, scope) {
			return true
		}
	}
	return false
}

func coldFusion(low []byte) fact {
	if !requestScope(string(low)) {
		return 0
	}
	f := readsRequest
	for _, e := range elementsOf(low, "<cfexecute", ">") {
		tag := pairs(append([]byte("x "), e...))
		name, args := tag["name"], tag["arguments"]
		hash, _, fixed := strings.Cut(args, "#")
		switch {
		case strings.Contains(name, "#"), fixed && interpreter(name) && openLine(hash):
			f |= startsRequest
		case fixed:
			f |= startsFixed
		}
	}
	for _, e := range elementsOf(low, "<cffile", ">") {
		tag := pairs(append([]byte("x "), e...))
		to := tag["file"] + tag["destination"]
		if a := tag["action"]; (a == "write" || a == "append") && strings.Contains(to, "#") && strings.Contains(tag["output"], "#") && requestScope(to) {
			f |= writesRequest
		}
	}
	for _, e := range elementsOf(low, "evaluate(", ")") {
		if requestScope(string(e)) {
			f |= runsRequest
		}
	}
	if bytes.Contains(low, []byte("java.lang.runtime")) || bytes.Contains(low, []byte("java.lang.processbuilder")) {
		for _, e := range elementsOf(low, ".exec(", ")") {
			if requestScope(string(e)) {
				f |= startsRequest
			}
		}
	}
	return f
}

func serverInclude(low []byte) fact {
	f := fact(0)
	for _, e := range elementsOf(low, "<!--#exec", "-->") {
		if bytes.Contains(e, []byte("query_string")) || bytes.Contains(e, []byte("http_")) {
			f |= startsRequest | readsRequest
		}
	}
	return f
}

func javaExpression(low []byte) fact {
	f := fact(0)
	for _, start := range [...]string{"${", "#{"} {
		for _, e := range elementsOf(low, start, "}") {
			s := string(e)
			sends := strings.Contains(s, "param.") || strings.Contains(s, "param[") || strings.Contains(s, "paramvalues") || strings.Contains(s, "header.") || strings.Contains(s, "header[") || strings.Contains(s, "cookie.") || strings.Contains(s, "getparameter")
			runs := strings.Contains(s, "java.lang.runtime") || strings.Contains(s, "processbuilder") || strings.Contains(s, "scriptenginemanager")
			if sends && runs {
				f |= startsRequest | readsRequest
			}
		}
	}
	return f
}

// perl follows one step: a variable that is set from the request and stands
// at the start of a command.
func perl(low []byte) fact {
	if !bytes.HasPrefix(low, []byte("#!")) || !bytes.Contains(low[:min(len(low), 200)], []byte("perl")) {
		return 0
	}
	text := string(low[:min(len(low), 256<<10)])
	f := fact(0)
	sets := regexp.MustCompile(`(?:my\s*)?\$(\w{1,40})\s*=[^;\n]{0,200}(?:param\s*\(|query_string|<stdin>|http_\w)`)
	for _, m := range sets.FindAllStringSubmatch(text, 50) {
		f |= readsRequest
		v := regexp.QuoteMeta("$"+m[1]) + `\b`
		if regexp.MustCompile("`\\s*" + v + `|\b(?:system|exec)\s*\(?\s*"?\s*` + v + `|\bqx\W\s*` + v + `|\beval\s*\(?\s*` + v + `|\bopen\s*\([^;\n]{0,60}"\s*` + v + `[^"]*\|`).MatchString(text) {
			f |= startsRequest
		}
	}
	return f
}
