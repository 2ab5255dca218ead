package webshell

import "strings"

// natives finds the functions of Windows that a page declares, by the name
// under which the page calls them: [DllImport("x", EntryPoint = "system")]
// ... int Act(string s), and Declare Function Act Lib "x" Alias "system".
func natives(tokens []token) map[string]string {
	var list map[string]string
	note := func(called, real string) {
		if real == "" {
			real = called
		}
		real = nativeName(real)
		if real == "" || called == "" {
			return
		}
		if list == nil {
			list = map[string]string{}
		}
		list[called] = real
	}
	for i := range tokens {
		if tokens[i].kind != tokenName {
			continue
		}
		switch tokens[i].text {
		case "dllimport", "dllimportattribute":
			note(imported(tokens, i))
		case "lib":
			if i > 0 && i+1 < len(tokens) && tokens[i].lang == basic && tokens[i+1].kind == tokenString {
				real := ""
				if i+3 < len(tokens) && tokens[i+2].text == "alias" && tokens[i+3].kind == tokenString {
					real = tokens[i+3].text
				}
				note(tokens[i-1].text, real)
			}
		}
	}
	return list
}

// imported reads the declaration behind DllImport at i: the name before its
// parameters, and the entry point, if one is stated.
func imported(tokens []token, i int) (called, real string) {
	attribute := true
	for n := i + 1; n < min(len(tokens), i+60); n++ {
		t := &tokens[n]
		switch {
		case t.kind == tokenName && t.text == "entrypoint" && attribute && n+2 < len(tokens) && tokens[n+2].kind == tokenString:
			real = tokens[n+2].text
		case t.text == "]" || t.text == ">":
			attribute = false
		case t.text == "(" && !attribute && t.kind == tokenSign:
			return tokens[n-1].text, real
		case t.text == ";" || t.text == "{":
			return "", ""
		}
	}
	return "", ""
}

// nativeName is the function of Windows or its C library without the letters
// for its kind of text, "" for one that starts nothing and copies nothing.
func nativeName(name string) string {
	n := strings.TrimPrefix(strings.ToLower(name), "_")
	switch n {
	case "system", "wsystem", "wpopen", "popen":
		return "system"
	case "winexec", "virtualalloc", "virtualallocex", "virtualprotect", "createthread", "createremotethread", "writeprocessmemory", "rtlmovememory", "heapcreate", "queueuserapc":
		return n
	}
	for _, known := range [...]string{"shellexecute", "createprocess", "createprocessasuser"} {
		if n == known || n == known+"a" || n == known+"w" {
			return known
		}
	}
	return ""
}
