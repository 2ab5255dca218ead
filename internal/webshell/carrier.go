package webshell

import (
	"bytes"
	"regexp"
	"strings"
	"time"
)

// What ProxyShell hides a shell in (CVE-2021-31207): nothing else puts script
// into these on a mail server.
const (
	MailStore   = "a mail store (PST)"
	Certificate = "a certificate or a request for one"
)

// carrierOf names the kind of file that server code may be hidden in, by its
// first bytes. Sources: MS-PST 2.2.2.6 ("!BDN"), X.690 8.1 (a sequence with a
// length of two bytes, as a certificate request is), and the signatures of
// picture formats.
func carrierOf(body []byte) string {
	for _, c := range [...]struct{ magic, says string }{
		{"!BDN", MailStore},
		{"\x30\x82", Certificate},
		{"GIF8", "a picture"}, {"\x89PNG", "a picture"}, {"\xff\xd8\xff", "a picture"},
		{"%PDF", "a PDF"},
	} {
		if bytes.HasPrefix(body, []byte(c.magic)) {
			return c.says
		}
	}
	return ""
}

// maxDump bounds the settings that are looked at; a dump has under 10 KiB.
const maxDump = 256 << 10

// isDump reports the settings of an object as Exchange prints them: they
// begin with the name, which a text about them does not.
func isDump(body []byte) bool {
	first, _, _ := bytes.Cut(body[:min(len(body), 512)], []byte("\n"))
	name, _, ok := bytes.Cut(first, []byte(":"))
	return ok && strings.EqualFold(string(bytes.TrimSpace(name)), "Name") && bytes.Contains(body[:min(len(body), maxDump)], []byte("WhenChanged"))
}

var (
	dumpAddress = regexp.MustCompile(`(?im)^\s*(External|Internal)Url\s*:[ \t]*(.*)$`)
	dumpChanged = regexp.MustCompile(`(?im)^\s*WhenChangedUTC\s*:\s*(\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2} [AP]M)`)
	// What is left of an address when the server has cut the script out: a
	// host of a few letters without a dot, and nothing behind it.
	shortHost = regexp.MustCompile(`(?i)^https?://([a-z]{1,4})/\s*$`)
)

// inspectDump finds script in an address of a settings dump.
func inspectDump(p string, body []byte) Result {
	body = body[:min(len(body), maxDump)]
	when := time.Time{}
	if c := dumpChanged.FindSubmatch(body); c != nil {
		if t, err := time.Parse("1/2/2006 3:04:05 PM", string(c[1])); err == nil {
			when = t.UTC()
		}
	}
	low := lower(body)
	for _, m := range dumpAddress.FindAllSubmatchIndex(body, 4) {
		address, name := low[m[4]:m[5]], string(body[m[2]:m[3]])
		if bytes.Contains(address, []byte("<%")) || bytes.Contains(address, []byte("<script")) && bytes.Contains(address, []byte("runat")) {
			r := Result{Outcome: WebShell, Class: Dump, When: when, Carrier: "the settings of a virtual directory",
				Why: "the settings of a virtual directory with server-side script in " + name + "Url: the file that CVE-2021-27065 writes"}
			pg, f, key := examine(p, body, low)
			r.Key, r.Partly = key, pg.cut
			if s := shell(f); s.class != "" {
				r.Why += "; the script " + s.says
			}
			return r
		}
	}
	for _, m := range dumpAddress.FindAllSubmatch(body, 4) {
		if shortHost.Match(m[2]) {
			return Result{Outcome: Review, Class: Answer, Grave: true, When: when,
				Why: "the settings of a virtual directory whose " + string(m[1]) + "Url is what remains of an address with script once the server has cut the script out: the answer of a web shell, or a trace of one"}
		}
	}
	return Result{}
}
