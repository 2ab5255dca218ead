package webshell

import (
	"path"
	"slices"
	"strings"
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
	switch strings.ToLower(path.Ext(name)) {
	case ".aspx", ".ashx", ".asmx", ".asp", ".asax", ".ascx", ".master", ".soap", ".asa", ".cer", ".cdx", ".svc", ".rem", ".cshtml", ".vbhtml":
		return familyASP
	case ".php", ".phtml", ".php3", ".php4", ".php5", ".php7", ".phps", ".pht", ".phar", ".inc":
		return familyPHP
	case ".jsp", ".jspx", ".jspf", ".jsw", ".jsv":
		return familyJSP
	case ".xslt", ".xsl":
		return familySheet
	case ".cfm", ".cfc", ".cfml", ".shtml", ".shtm", ".stm":
		return familyOther
	}
	return noFamily
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

// servedFolders are places from which a web server hands out pages, as parts
// of a path in lower case. Sources: the defaults of IIS, Exchange and
// SharePoint; the folders that rogue virtual directories pointed at in the
// 2021 wave lie below ProgramData (CSS-Exchange, Test-ProxyLogon).
func servedFolders() [14]string {
	return [14]string{
		"inetpub/wwwroot/", "/wwwroot/", "frontend/httpproxy/", "/clientaccess/", "/template/layouts/", "/template/admin/",
		"programdata/", "/var/www/", "/htdocs/", "/public_html/", "/webapps/", "users/all users/", "/www/", "/httpdocs/",
	}
}

// Served reports whether a path lies where a web server serves pages, and
// ends as a page that the server runs.
func Served(name string) bool {
	p := clean(name)
	return inServedFolder(p) && (pageEnding(p) || script(p) || strings.HasSuffix(p, "web.config"))
}

func inServedFolder(p string) bool {
	p = "/" + p
	for _, dir := range servedFolders() {
		if strings.Contains(p, dir) {
			return true
		}
	}
	return false
}

// exchangePlace names the folder of Exchange, IIS or SharePoint in which
// pages of the product stand beside the shells of public reports, "" for
// another place.
func exchangePlace(p string) string {
	p = "/" + p
	for _, place := range [...]string{"/owa/auth/", "/ecp/auth/", "/aspnet_client/", "/httpproxy/oab/", "/oab/", "/template/layouts/", "/_layouts/"} {
		if strings.Contains(p, place) {
			return strings.Trim(place, "/")
		}
	}
	return ""
}

// InProductFolder reports a folder that only Exchange, or nobody, puts pages
// into: those below LAYOUTS are left out, because solutions of SharePoint have
// theirs there.
func InProductFolder(name string) bool {
	switch exchangePlace(clean(name)) {
	case "owa/auth", "ecp/auth", "aspnet_client", "httpproxy/oab":
		return true
	}
	return false
}

// stockPages are the pages that Exchange itself has in owa/auth and ecp/auth.
// Source: the list of legitimate files in Microsoft's and CERT guidance of
// March 2021.
func stockPages() [9]string {
	return [9]string{"errorfe.aspx", "expiredpassword.aspx", "frowny.aspx", "logoff.aspx", "logon.aspx", "outlookcn.aspx", "redirsuiteserviceproxy.aspx", "signout.aspx", "timeoutlogoff.aspx"}
}

// stock reports that a path is that of a page Exchange ships.
func stock(p string) bool {
	pages := stockPages()
	switch place := exchangePlace(p); place {
	case "owa/auth", "ecp/auth":
		base := path.Base(p)
		if place == "ecp/auth" {
			return base == "timeoutlogoff.aspx"
		}
		return base != "timeoutlogoff.aspx" && slices.Contains(pages[:], base)
	}
	return false
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
