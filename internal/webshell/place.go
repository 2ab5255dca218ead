package webshell

import (
	"path"
	"strings"

	"spoor/internal/exchange"
)

// clean is a path in one form: lower case, with forward slashes, and without
// the ending that an examiner adds so that nothing runs it (page.aspx.txt).
func clean(name string) string {
	p := strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	for _, added := range [...]string{".txt", ".bin", ".vir", ".malware", ".sample", ".quarantine"} {
		if q, ok := strings.CutSuffix(p, added); ok && (pageEnding(q) || added != ".txt") {
			p = q
		}
	}
	return p
}

// IsPage reports a name that a server runs by its ending, which is judged
// wherever it lies.
func IsPage(name string) bool { return pageEnding(clean(name)) }

// pageEnding reports that the server runs a file of this name by default.
func pageEnding(name string) bool {
	return familyOf(name) != noFamily || codeFile(strings.ToLower(name))
}

// familyOf is the server that runs a file of this name by default.
func familyOf(name string) family {
	e := exchange.EndingOf(name)
	if !e.File {
		return noFamily
	}
	switch e.Family {
	case exchange.ASP:
		return familyASP
	case exchange.PHP:
		return familyPHP
	case exchange.JSP:
		return familyJSP
	case exchange.Sheet:
		return familySheet
	}
	return familyOther
}

// staticEnding reports a file that a server hands out as it is, unless its
// configuration was changed.
func staticEnding(name string) bool {
	switch path.Ext(name) {
	case ".css", ".log", ".txt", ".jpg", ".jpeg", ".png", ".gif", ".ico", ".bmp", ".svg", ".js", ".map", ".dat", ".xml", ".json", ".html", ".htm", ".pdf", ".woff", ".eot", ".csv":
		return true
	}
	return false
}

// codeFile reports source that the server compiles by itself: everything in
// App_Code, by the rules of ASP.NET for web sites.
func codeFile(p string) bool {
	ext := path.Ext(p)
	return (ext == ".cs" || ext == ".vb") && strings.Contains("/"+p, "/app_code/")
}

func codeLanguage(p string) language {
	if ext := path.Ext(p); ext == ".vb" || ext == ".vbhtml" {
		return basic
	}
	return curly
}

// script reports a program that a server starts for a request (CGI).
func script(p string) bool {
	switch path.Ext(p) {
	case ".pl", ".cgi":
		return strings.Contains("/"+p, "/cgi-bin/") || inServedFolder(p)
	}
	return false
}

// document reports a file of text for people or for tools, which quotes code
// but is never run by a server.
func document(name string) bool {
	switch path.Ext(name) {
	case ".md", ".markdown", ".rst", ".adoc", ".tex", ".yar", ".yara", ".yml", ".yaml", ".rules", ".rule", ".toml", ".erb", ".ejs", ".jst", ".mustache", ".tmpl", ".tpl", ".go", ".py", ".rb", ".pl", ".sh", ".ps1", ".psm1", ".ts", ".c", ".h", ".cpp", ".rs", ".sql", ".patch", ".diff", ".eml", ".msg":
		return true
	}
	return false
}

// Served reports whether a path lies where a web server serves pages, and
// ends as a page that the server runs.
func Served(name string) bool {
	p := clean(name)
	return inServedFolder(p) && (pageEnding(p) || script(p) || strings.HasSuffix(p, "web.config"))
}

func inServedFolder(p string) bool { return exchange.Served(p) }

// exchangePlace names the folder of Exchange, IIS or SharePoint in which
// pages of the product stand beside the shells of public reports, "" for
// another place.
func exchangePlace(p string) string {
	place, _ := exchange.PlaceOfFile(p)
	return strings.Trim(place.Part, "/")
}

// InProductFolder reports a folder that only Exchange, or nobody, puts pages
// into: those below LAYOUTS are left out, because solutions of SharePoint have
// theirs there.
func InProductFolder(name string) bool {
	place, ok := exchange.PlaceOfFile(clean(name))
	return ok && place.File == exchange.Closed
}

// reportedName reports a page name that public reports tie to web shells and
// that no product uses: the helsecert report of March 2021 (RedirSuiteServer-
// Proxy beside the legitimate RedirSuiteServiceProxy, TimeoutLogout beside
// TimeoutLogoff), Microsoft's of the same month on Hafnium, and Microsoft's of
// July 2025 on SharePoint (spinstall, ghostfile). A name alone never makes more than a review.
func reportedName(p string) bool {
	base := path.Base(p)
	if !pageEnding(base) || exchangePlace(p) == "" {
		return false
	}
	stem := strings.TrimSuffix(base, path.Ext(base))
	switch stem {
	case "redirsuiteserverproxy", "timeoutlogout", "outlooken",
		"erroree", "erroreee", "errorew", "errorff", "aspnet_www", "aspnet_iisstart", "aspnet_client", "xx", "shell", "healthcheck":
		return true
	}
	for _, start := range [...]string{"spinstall", "ghostfile"} {
		if rest, ok := strings.CutPrefix(stem, start); ok && strings.Trim(rest, "0123456789") == "" {
			return true
		}
	}
	return false
}
