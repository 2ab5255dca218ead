package indicator

import "strings"

// Classify says of what kind a bare value is, without a word from its source.
// Whether it can be looked for is another question.
func Classify(v string) (Kind, *refuse) {
	v = refang(v)
	if k, ok := hashKind(v); ok {
		return k, nil
	}
	if strings.Contains(v, "://") {
		return URL, nil
	}
	if _, ok := parsePrefix(v); ok {
		return Address, nil
	}
	if strings.HasPrefix(v, "Mozilla/") && strings.Contains(v, " ") {
		return UserAgent, nil
	}
	if strings.ContainsAny(v, " \t") && !strings.ContainsAny(v, `\`) {
		return kinds, no("unrecognised", "this is no value of a known kind")
	}
	if len(v) > 2 && v[1] == ':' && slash(v[2]) || strings.Contains(v, `\`) || strings.HasPrefix(v, "/") && strings.Count(v, "/") > 1 {
		return Path, nil
	}
	if i := strings.IndexByte(v, '@'); i > 0 && strings.Contains(v[i:], ".") {
		return Email, nil
	}
	host, path, isPath := strings.Cut(v, "/")
	if name, number, ok := strings.Cut(host, ":"); ok && number != "" && strings.Trim(number, "0123456789") == "" {
		host = name
		if _, ok := parsePrefix(host); ok && !isPath {
			return Address, nil
		}
	}
	if isPath && path != "" || host != v && isPath {
		if dns(host) {
			return URL, nil
		}
		return kinds, no("unrecognised", "this is no value of a known kind")
	}
	i := strings.LastIndexByte(host, '.')
	if i <= 0 || !dns(host) {
		if i > 0 && fileEnding(host[i+1:]) == isFile {
			return Name, nil
		}
		return kinds, no("unrecognised", "this is no value of a known kind")
	}
	switch end := fileEnding(host[i+1:]); {
	case end == isFile:
		return Name, nil
	case end == isBoth && strings.Count(host, ".") == 1:
		return kinds, no("ambiguous", "this may be a file name or a domain; state its kind in a column")
	}
	return Domain, nil
}

func dns(v string) bool {
	_, _, bad := normalDomain(v)
	return bad == nil || bad.code == "too-general"
}

// hashKind tells a hash by its length.
func hashKind(v string) (Kind, bool) {
	var k Kind
	switch len(v) {
	case 64:
		k = SHA256
	case 40:
		k = SHA1
	case 32:
		k = MD5
	default:
		return 0, false
	}
	for i := range len(v) {
		if _, ok := hexDigit(v[i]); !ok {
			return 0, false
		}
	}
	return k, true
}

type ending uint8

const (
	isDomain ending = iota
	isFile
	isBoth // ends files and is a top-level domain
)

func fileEnding(v string) ending {
	switch strings.ToLower(v) {
	case "exe", "dll", "sys", "scr", "aspx", "ashx", "asmx", "asp", "ascx", "asax", "php", "jsp", "jspx", "cfm", "txt", "log", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "hta", "wsf", "lnk", "msi", "cab", "rar", "7z", "gz", "tar", "iso", "img", "vhd", "dat", "bin", "tmp", "dmp", "ini", "cfg", "xml", "json", "csv", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "pdf", "rtf", "jar", "war", "class", "html", "htm", "css", "jpg", "jpeg", "png", "gif", "ico", "pst", "ost", "edb", "key", "pem", "crt", "reg", "chm", "cpl", "ocx", "drv", "elf", "config", "compiled", "soap":
		return isFile
	case "zip", "mov", "sh", "py", "pl", "rs", "md", "ps":
		return isBoth
	}
	return isDomain
}
