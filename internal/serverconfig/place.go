package serverconfig

import (
	"cmp"
	"path"
	"strings"

	"spoor/internal/exchange"
)

// known is a path on a Windows disk in one form: lower case, forward slashes,
// variables replaced, without drive where it has one, "windows/temp/a.dll".
// Names that lead to one folder have one form.
func known(name string) string {
	p := strings.ToLower(strings.Trim(strings.TrimSpace(name), `"'`))
	p = strings.ReplaceAll(p, `\`, "/")
	for _, prefix := range [...]string{"//?/", "//./", "/??/", "file:///"} {
		p = strings.TrimPrefix(p, prefix)
	}
	for _, v := range variables() {
		p = strings.ReplaceAll(p, v[0], v[1])
	}
	if len(p) > 1 && p[1] == ':' && p[0] >= 'a' && p[0] <= 'z' {
		p = p[2:]
	} else if strings.HasPrefix(p, "//") {
		return p // a share of another machine, or of this one
	}
	parts := strings.Split(path.Clean("/"+p), "/")[1:]
	for i, part := range parts {
		parts[i] = strings.TrimRight(part, ". ") // Windows passes over them
	}
	p = strings.Join(parts, "/")
	for _, a := range [...][2]string{
		{"progra~1/", "program files/"}, {"progra~2/", "program files (x86)/"}, {"progra~3/", "programdata/"},
		{"users/all users/", "programdata/"}, {"documents and settings/all users/application data/", "programdata/"},
		{"documents and settings/", "users/"},
	} {
		if strings.HasPrefix(p+"/", a[0]) {
			p = strings.TrimSuffix(a[1]+strings.TrimPrefix(p+"/", a[0]), "/")
		}
	}
	return p
}

// variables are those of the environment of a service, at their defaults.
func variables() [15][2]string {
	return [15][2]string{
		{"%windir%", "c:/windows"}, {"%systemroot%", "c:/windows"}, {"%systemdrive%", "c:"}, {"%homedrive%", "c:"},
		{"%programfiles(x86)%", "c:/program files (x86)"}, {"%commonprogramfiles%", "c:/program files/common files"}, {"%programfiles%", "c:/program files"}, {"%programw6432%", "c:/program files"},
		{"%programdata%", "c:/programdata"}, {"%allusersprofile%", "c:/programdata"}, {"%public%", "c:/users/public"},
		{"%temp%", "c:/windows/temp"}, {"%tmp%", "c:/windows/temp"}, {"%localappdata%", "c:/users/user/appdata/local"}, {"%appdata%", "c:/users/user/appdata/roaming"},
	}
}

// under reports that a path in known's form lies in a folder or is it.
func under(p, folder string) bool {
	return strings.HasPrefix(p+"/", folder+"/")
}

// inExchange and inPrograms name the folders in which products put their
// files. Exchange is known by the folders below its own, because it is often
// installed elsewhere.
func inExchange(p string) bool {
	if !strings.Contains(p, "exchange") {
		return false
	}
	for _, part := range [...]string{"/frontend/httpproxy", "/clientaccess", "/bin", "/transportroles", "/fip-fs", "/scripts"} {
		if strings.Contains(p+"/", part+"/") {
			return true
		}
	}
	return false
}

func inPrograms(p string) bool { return under(p, "program files") || under(p, "program files (x86)") }

// openPlace says in words why a path is one from which no product runs code
// on a server: everybody may write there, or it is swept. It is "" for every
// other path. Vendors keep programs two folders deep in ProgramData, so only
// what lies above is meant.
func openPlace(p string) string {
	parts := strings.Split(p, "/")
	switch {
	case strings.HasPrefix(p, "//"):
		return ""
	case reserved(parts):
		return "a folder with the name of a device, which Explorer cannot open"
	case under(p, "users/public"):
		return "the public folder, in which everybody may write"
	case under(p, "windows/temp"):
		return "the folder for temporary files of Windows"
	case under(p, "perflogs"):
		return "the folder for performance logs, in which no program belongs"
	case parts[0] == "$recycle.bin", parts[0] == "recycler":
		return "the recycle bin"
	case under(p, "windows/tracing"), under(p, "windows/tasks"), under(p, "windows/system32/spool/drivers/color"), under(p, "windows/system32/tasks"):
		return "a folder of Windows in which everybody may write"
	case parts[0] == "users" && strings.Contains(p+"/", "/appdata/local/temp/"):
		return "a user's folder for temporary files"
	}
	return ""
}

// homePlace says the same of places in which administrators keep scripts, and
// developers pages, but no product code that a service loads.
func homePlace(p string) string {
	first, _, _ := strings.Cut(p, "/")
	switch first {
	case "users":
		return "a user's own folder"
	case "temp", "tmp":
		return "a folder for temporary files"
	}
	return ""
}

// strange is either, for code that a service loads.
func strange(p string) string {
	switch why := cmp.Or(openPlace(p), homePlace(p)); {
	case why != "":
		return "it lies in " + why
	case under(p, "programdata") && strings.Count(p, "/") <= 2:
		return "it lies right below ProgramData, where no product keeps code"
	case webServed(p):
		return "it lies where pages are served"
	}
	return ""
}

// webServed reports a folder of pages in which no product keeps code that a
// service loads.
func webServed(p string) bool {
	for _, f := range exchange.Folders() {
		if f.Code == exchange.NoCode && under(p, f.Path) || f.Code == exchange.InBin && strings.Contains(p, "/"+f.Path+"/") && !strings.Contains(p, "/bin/") {
			return true
		}
	}
	place, _ := exchange.PlaceOfFile(p)
	return place.Product == "iis"
}

// reserved reports a component that is the name of a device ([MSDN] Naming
// Files). The folders of the 2021 wave were named so.
func reserved(parts []string) bool {
	for _, part := range parts {
		stem, _, _ := strings.Cut(part, ".")
		switch stem {
		case "con", "prn", "aux", "nul":
			return true
		}
		if len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) && stem[3] >= '1' && stem[3] <= '9' {
			return true
		}
	}
	return false
}

// shallow reports ProgramData itself, and what lies in it or in a folder of
// it: products keep their own two folders deep (maker, product), and the rogue
// folders of the 2021 wave lay right below.
func shallow(p string) bool {
	return under(p, "programdata") && strings.Count(p, "/") <= 1
}
