package webshell

import (
	"bytes"
	"encoding/xml"
	"path"
	"strings"

	"spoor/internal/exchange"
)

// ASP.NET compiles a page when it is first asked for, and what it compiled
// stays below "Temporary ASP.NET Files" when the page is deleted: a small XML
// file per page that names it, and a library. They prove that the page was
// there and was run. Source: Microsoft, "Understanding ASP.NET dynamic
// compilation"; the form of the file is that of BuildResult's preservation.

// maxResidue bounds the XML of a compiled page; one has under 2 KiB.
const maxResidue = 64 << 10

// residue judges a .compiled file or a compiled library.
func residue(p string, body []byte) (Result, bool) {
	if bytes.HasPrefix(body, []byte("MZ")) {
		return library(p, body)
	}
	if len(body) > maxResidue || body[0] != '<' || !bytes.Contains(body, []byte("<preserve")) {
		return Result{}, false
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	for {
		t, err := d.Token()
		if err != nil {
			return Result{}, false
		}
		s, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if s.Name.Local != "preserve" {
			return Result{}, false
		}
		for _, a := range s.Attr {
			if strings.EqualFold(a.Name.Local, "virtualPath") && a.Value != "" {
				return compiled(a.Value), true
			}
		}
		return Result{}, false
	}
}

// compiled judges a page that was compiled by its address path: in the
// folders of Exchange and IIS where web shells are put, pages that no product
// ships are reported.
func compiled(address string) Result {
	low := strings.ToLower(address)
	r := Result{Page: address}
	switch place := exchangePlace(low); {
	case place == "" || strings.HasSuffix(place, "layouts") && !reportedName(low) || exchange.Ships(low) || !pageEnding(low):
		return r
	case place == "owa/auth" && strings.Count(low, "/") > 3 && !reportedName(low):
		return r // a folder of a build: pages of the product in it are not listed
	}
	r.Outcome, r.Class, r.Grave = Review, Compiled, true
	r.Why = "the page " + address + ", which Exchange does not ship, was compiled: it was there, and it was asked for at least once, even if it is deleted now"
	return r
}

// library judges what a page was compiled to. The names of what code calls
// stand in it as text.
func library(p string, body []byte) (Result, bool) {
	base := path.Base(p)
	if !strings.HasPrefix(base, "app_web_") || !strings.HasSuffix(base, ".dll") {
		return Result{}, false
	}
	has := func(names ...string) bool {
		for _, n := range names {
			if !bytes.Contains(body, []byte("\x00"+n+"\x00")) {
				return false
			}
		}
		return true
	}
	request := has("get_Request") || has("HttpRequest")
	r := Result{Page: pageOf(body)}
	name := "a compiled page"
	if r.Page != "" {
		name += " (" + r.Page + ")"
	}
	switch {
	case request && has("JScriptEvaluate"), request && has("Microsoft.JScript", "Eval"):
		r.Outcome, r.Class = WebShell, RunsRequest
		r.Why = name + " that reads requests and evaluates text as script"
	case request && has("RijndaelManaged", "CreateDecryptor", "Assembly", "Load", "CreateInstance"):
		r.Outcome, r.Class = WebShell, LoadsCode
		r.Why = name + " that decrypts what requests send and loads it as code"
	case request && has("ProcessStartInfo", "Start"), request && has("Process", "Start"):
		r.Outcome, r.Class, r.Grave = Review, Starts, false
		r.Why = name + " that reads requests and starts a program"
	}
	r.Carrier = "a compiled library"
	return r, true
}

// pageOf finds the address of the page in a library: a text in UTF-16 that
// begins with "~/" or "/".
func pageOf(body []byte) string {
	for _, ending := range [...]string{".aspx", ".ashx", ".asmx"} {
		wide := make([]byte, 0, 10)
		for i := range len(ending) {
			wide = append(wide, ending[i], 0)
		}
		at := bytes.Index(body, wide)
		if at < 0 {
			continue
		}
		start := at
		for start >= 2 && at-start < 512 && body[start-1] == 0 && body[start-2] > ' ' && body[start-2] < 0x7f {
			start -= 2
		}
		var b strings.Builder
		for i := start; i < at+len(wide); i += 2 {
			b.WriteByte(body[i])
		}
		if s := strings.TrimPrefix(b.String(), "~"); strings.HasPrefix(s, "/") {
			return s
		}
	}
	return ""
}
