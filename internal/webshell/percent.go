package webshell

import (
	"bytes"
	"strings"
)

// percent reads what stands between <% and %>: a directive, code or an
// expression.
func (p *page) percent(low []byte, i int) int {
	start := i + 2
	end := index(low, start, "%>")
	next := min(end+2, len(low))
	at := start
	for at < end && low[at] <= ' ' {
		at++
	}
	p.first(low, i)
	if p.family == noFamily {
		p.family = familyASP
	}
	if at < end && low[at] == '@' {
		return p.directive(low, at+1, end, next)
	}
	if i := bytes.Index(low[at:end], []byte("#@~^")); i >= 0 { // what stands before it is plain
		p.encoded = true
		end = at + i
	}
	f := block
	if start < end {
		switch low[start] {
		case '=', ':':
			f, start = output, start+1
		case '#':
			f, start = binding, start+1
		case '$':
			return next // an expression of the configuration
		case '!':
			p.family, start = familyJSP, start+1
		}
	}
	p.keep(start, end, f, unknown)
	return next
}

// directive reads <%@ name attributes %>. What follows the directive of a
// handler or service is code up to the end.
func (p *page) directive(low []byte, start, end, next int) int {
	if end-start > maxTag {
		end = start + maxTag
	}
	words := low[start:end]
	tag := pairs(words)
	name := string(bytes.TrimSpace(words))
	if n := strings.IndexAny(name, " \t\r\n="); n >= 0 {
		name = name[:n]
	}
	if p.language == "" {
		p.language = tag["language"]
	}
	switch name {
	case "page":
		if strings.HasPrefix(tag["import"], "java") || tag["language"] == "java" || tag["pageencoding"] != "" {
			p.family = familyJSP
		}
		p.inherits = tag["inherits"]
	case "taglib", "include":
		if tag["uri"] != "" || tag["file"] != "" {
			p.family = familyJSP
		}
	case "webhandler", "webservice", "servicehost", "language", "class":
		if (name == "language" || name == "class") && !p.service {
			return next // the kind may be left out where the name tells it
		}
		if tag["codebehind"] != "" || tag["codefile"] != "" || tag["class"] == "" && name == "webhandler" {
			return next
		}
		p.handler = true
		stop := len(low)
		if more := bytes.Index(low[next:], []byte("<%")); more >= 0 {
			stop = next + more
		}
		p.keep(next, stop, block, named(tag["language"]))
		return stop
	}
	return next
}

// phpCode keeps code from <? to ?>, which literals and block comments may
// hold without ending it.
func (p *page) phpCode(low []byte, i int) int {
	p.family = familyPHP
	p.first(low, i)
	start, f := i+2, block
	switch {
	case bytes.HasPrefix(low[i:], []byte("<?php")):
		start = i + 5
	case bytes.HasPrefix(low[i:], []byte("<?=")):
		start, f = i+3, output
	}
	end := len(low)
	for at := start; at < len(low); at++ {
		switch c := low[at]; {
		case c == '\'' || c == '"' || c == '`':
			for at++; at < len(low) && low[at] != c; at++ {
				if low[at] == '\\' {
					at++
				}
			}
		case c == '/' && at+1 < len(low) && low[at+1] == '*':
			at = after(low, at+2, "*/") - 1
		case c == '#' || c == '/' && at+1 < len(low) && low[at+1] == '/':
			for at+1 < len(low) && low[at+1] != '\n' && !(low[at+1] == '?' && at+2 < len(low) && low[at+2] == '>') {
				at++
			}
		case c == '?' && at+1 < len(low) && low[at+1] == '>':
			end = at
		}
		if end < len(low) {
			break
		}
	}
	p.keep(start, end, f, php)
	return min(end+2, len(low))
}

// named is the family of syntax of a stated language.
func named(stated string) language {
	switch stated {
	case "c#", "cs", "csharp", "java":
		return curly
	case "vb", "vbscript", "visualbasic", "vbs":
		return basic
	case "jscript", "javascript", "js", "jscript.net", "ecmascript":
		return jscript
	case "php":
		return php
	}
	return unknown
}
