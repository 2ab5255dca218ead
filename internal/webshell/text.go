package webshell

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text knows functions that only make a text or a number out of another.
func (c *call) text() (value, bool) {
	a := c.arg(0)
	lang := c.op.lang
	switch c.name {
	case "chr", "chrw", "chrb", "fromcharcode", "tochar":
		return c.characters(), true
	case "strreverse", "strrev":
		if a.whole {
			return marked(literal(reversed(a.text)), a.mark|builtName), true
		}
		return marked(a, builtName), true
	case "str_rot13":
		if a.whole {
			return marked(literal(rotated(a.text)), a.mark|builtName|decoded), true
		}
		return marked(a, decoded|builtName), true
	case "str_replace", "str_ireplace":
		subject := c.arg(2)
		if subject.whole && c.arg(0).whole && c.arg(1).whole && c.arg(0).text != "" {
			return marked(literal(bounded(strings.ReplaceAll(subject.text, c.arg(0).text, c.arg(1).text))), subject.mark|builtName), true
		}
		subject.mark |= c.arg(1).mark & carried
		return subject, true
	case "replace":
		if c.free { // Replace(text, what, by)
			if a.whole && c.arg(1).whole && c.arg(2).whole && c.arg(1).text != "" {
				return marked(literal(bounded(strings.ReplaceAll(a.text, c.arg(1).text, c.arg(2).text))), a.mark), true
			}
			return a, true
		}
		if c.recv.whole && a.whole && c.arg(1).whole && a.text != "" {
			return marked(literal(bounded(strings.ReplaceAll(c.recv.text, a.text, c.arg(1).text))), c.recv.mark), true
		}
		r := c.recv
		r.mark |= c.arg(1).mark & carried
		return r, true
	case "implode", "join":
		if lang == php {
			return marked(c.arg(1), c.arg(0).mark&carried), true
		}
	case "substr", "strtr", "substr_replace", "pack", "explode", "str_split", "array_diff", "ucfirst", "lcfirst", "strstr":
		if lang == php && c.free && a.whole && a.text != "" && c.all.mark&tainted == 0 { // a part of a constant
			return value{mark: a.mark&carried | builtName}, true
		}
	case "concat":
		r := c.recv
		for _, x := range c.args {
			r = added(r, x)
		}
		return r, true
	case "format", "sprintf", "vsprintf":
		r := value{mark: c.all.mark & carried, text: a.text}
		if i := strings.IndexAny(a.text, "{%"); i >= 0 {
			r.text = a.text[:i]
			r.head = i == 0 && c.all.mark&tainted != 0
		}
		return r, true
	case "trim", "ltrim", "rtrim", "trimend", "trimstart", "tolower", "toupper", "strtolower", "strtoupper", "lcase", "ucase", "tostring", "cstr", "string", "stripslashes", "strval", "valueof", "htmldecode", "urldecode", "rawurldecode", "unescape", "decodeuricomponent", "ctype", "tochararray", "touppercase", "tolowercase":
		v := c.recv
		if c.free || lang == php || !v.known || v.mark == 0 && v.text == "" && len(c.args) > 0 {
			v = a
		}
		switch c.name {
		case "unescape", "decodeuricomponent", "urldecode", "rawurldecode":
			if plain := unescaped(v.text); v.whole && plain != v.text {
				return marked(literal(plain), v.mark|decoded|builtName), true
			}
		case "tolower", "strtolower", "lcase", "tolowercase":
			v.text = strings.ToLower(v.text)
		case "toupper", "strtoupper", "ucase", "touppercase":
			v.text = strings.ToUpper(v.text)
		}
		return v, true
	case "base64_decode", "frombase64string", "b64decode", "decodebuffer", "hex2bin", "gzinflate", "gzuncompress", "gzdecode", "bzdecompress", "convert_uudecode", "fromhexstring", "transformfinalblock", "dofinal", "openssl_decrypt", "mcrypt_decrypt", "inflate", "decompress", "atob", "parsehexbinary", "parsebase64binary", "base64decode", "decryptstring", "unprotect":
		return c.decodes(), true
	case "decode":
		if c.recv.text == "" && (c.arg(0).mark&blob != 0 || c.all.mark&tainted != 0) {
			return c.decodes(), true
		}
	case "getdecoder", "getmimedecoder":
		return value{}, true
	case "getstring", "getbytes", "tobytearray", "toarray":
		v := a
		if !c.free && !v.known || len(c.args) == 0 || v.mark == 0 && v.text == "" || v.mark&carried == 0 && c.recv.mark&carried != 0 { // getBytes(charset)
			v = c.recv
			v.mark |= a.mark & carried
		}
		return v, true
	case "parse":
		if c.on("int", "int32", "int64", "long", "guid", "datetime", "double", "decimal", "bool", "boolean", "uint", "short", "byte", "float", "timespan") {
			return value{}, true
		}
	case "cint", "clng", "cbyte", "val", "asc", "ascw", "ord", "hexdec", "charcodeat", "toint32", "tobyte", "parseint", "intval", "bindec", "octdec":
		return value{mark: c.all.mark & blob}, true // a number of a code that is put together
	case "length", "strlen", "count", "sizeof", "len", "lenb", "ubound", "floatval", "boolval", "cdbl", "cbool", "cdate", "int", "abs", "round", "isset", "empty", "is_null", "is_numeric", "isnumeric", "is_array", "is_string", "is_dir", "is_file", "is_writable", "is_readable", "file_exists", "isnull", "isempty", "isnullorempty", "isnullorwhitespace", "isdate",
		"in_array", "array_key_exists", "strpos", "stripos", "strrpos", "strcmp", "strcasecmp", "strncmp", "strncasecmp", "instr", "instrrev", "indexof", "lastindexof", "contains", "containskey", "startswith", "endswith", "equalsignorecase", "compareto", "compare", "ismatch", "test", "matches", "match", "preg_match", "preg_match_all", "ereg", "parsefloat", "parselong", "toint16", "toint64", "toboolean", "todouble", "todatetime", "tryparse", "md5", "sha1", "crc32", "hash", "password_hash", "password_verify", "hash_equals", "computehash", "hashcode", "gethashcode", "function_exists", "class_exists", "method_exists", "defined", "ctype_alnum", "ctype_digit", "ctype_alpha", "exists", "fileexists", "folderexists", "hasfile", "isdirectory", "isfile", "canread", "canwrite", "getlength", "lastmodified", "filesize", "filemtime", "fileperms", "available", "time", "date", "microtime", "strtotime", "rand", "mt_rand", "uniqid", "filetype", "feof", "random_bytes", "newguid":
		return value{}, true
	case "equals":
		return value{mark: c.recv.mark & loadedCode}, true
	case "htmlencode", "htmlspecialchars", "htmlentities", "urlencode", "rawurlencode", "json_encode", "nl2br", "strip_tags", "addslashes", "htmlattributeencode", "base64_encode", "tobase64string", "bin2hex", "escapeshellarg", "escapeshellcmd", "number_format":
		v := a
		v.head = false
		if c.name == "escapeshellarg" || c.name == "escapeshellcmd" {
			v.mark &^= tainted
			v.text, v.whole = "'", false
		}
		return v, true
	case "basename", "getfilename", "getfilenamewithoutextension", "pathinfo":
		v := a
		v.head = false
		if v.mark&uploadName != 0 {
			v.head = true // still the client's own ending
		}
		return v, true
	case "combine":
		if c.on("path") {
			r := c.arg(0)
			for _, x := range c.args[min(1, len(c.args)):] {
				r = added(added(r, literal("/")), x)
			}
			return r, true
		}
	}
	return value{}, false
}

func marked(v value, m mark) value {
	v.mark |= m
	return v
}

// characters makes text of character codes.
func (c *call) characters() value {
	var b strings.Builder
	v := value{known: true}
	for _, a := range c.args {
		digits, base := codePoint(strings.ToLower(a.text))
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || !a.whole || n > utf8.MaxRune {
			v = value{mark: c.all.mark&carried | builtName, known: true}
			if v.mark&blob != 0 {
				v.mark |= decoded
			}
			return v
		}
		b.WriteRune(rune(n))
	}
	v = literal(b.String())
	v.mark |= builtName
	return v
}

// codePoint splits a number of Basic, C# or PHP in its digits and their base;
// "&" alone stands before octal digits.
func codePoint(number string) (string, int) {
	switch {
	case strings.HasPrefix(number, "&h"), strings.HasPrefix(number, "0x"):
		return number[2:], 16
	case strings.HasPrefix(number, "&o"):
		return number[2:], 8
	case strings.HasPrefix(number, "&"):
		return number[1:], 8
	}
	return number, 10
}

// unescaped undoes %41 and %u0041.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		digits, n := "", 0
		switch rest := s[i:]; {
		case len(rest) >= 6 && rest[0] == '%' && rest[1]|0x20 == 'u':
			digits, n = rest[2:6], 6
		case len(rest) >= 3 && rest[0] == '%':
			digits, n = rest[1:3], 3
		}
		if r, err := strconv.ParseUint(digits, 16, 16); n > 0 && err == nil {
			b.WriteRune(rune(r))
			i += n - 1
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// decodes turns a constant into what it stands for, and marks the rest.
func (c *call) decodes() value {
	v := c.arg(0)
	for _, a := range c.args[min(1, len(c.args)):] {
		v.mark |= a.mark & (tainted | blob)
	}
	v.mark |= c.recv.mark & (tainted | blob)
	v.head = v.head || c.recv.head
	if v.whole {
		var plain []byte
		var err error
		switch c.name {
		case "base64_decode", "frombase64string", "decode", "atob", "b64decode", "decodebuffer":
			plain, err = base64.StdEncoding.DecodeString(v.text)
		case "hex2bin", "fromhexstring", "parsehexbinary":
			plain, err = hex.DecodeString(v.text)
		}
		if err == nil && len(plain) > 0 && utf8.Valid(plain) {
			r := literal(string(plain))
			r.mark |= v.mark | decoded | builtName
			return r
		}
		v.text, v.whole = "", false
	}
	v.mark |= decoded
	return v
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func rotated(s string) string {
	b := []byte(s)
	for i, c := range b {
		if l := c | 0x20; l >= 'a' && l <= 'z' {
			b[i] = c - l + 'a' + (l-'a'+13)%26
		}
	}
	return string(b)
}
