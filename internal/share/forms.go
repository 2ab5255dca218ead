package share

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"spoor/internal/exchange"
	"spoor/internal/expression"
)

// Forms in which a text tells what a part of it is.
var (
	sidForm     = expression.Lazily(`(?i)\bS-1-5-21(?:-[0-9]+){3,5}|\bS-1-12-1(?:-[0-9]+){4}`)
	dnForm      = expression.Lazily(`(?i)\b(CN|OU|DC|O|L|ST|STREET|E)=((?:[^,=\\/"<>|;&]|\\.)+)`)
	mailForm    = expression.Lazily(`([\p{L}\p{N}._%+'\-]+)@((?:[\p{L}\p{N}][\p{L}\p{N}\-]*\.)+\p{L}{2,})`)
	forwardForm = expression.Lazily(`(?i)(?:forward|redirect|blindcopy)[\p{L}]*["'\s:=]+(?:smtp:)?'?$`)
	shareForm   = expression.Lazily(`(?:^|[^\\:?\p{L}\p{N}])\\\\+([\p{L}\p{N}][\p{L}\p{N}._\-]*)\\`)
	profileForm = expression.Lazily(`(?i)(?:^|[\\/])(?:users|documents and settings|benutzer|home)[\\/]+([^\\/:*?"<>|\r\n\t&;,]+)`)
	urlForm     = expression.Lazily(`(?i)\b[a-z][a-z0-9+.\-]{1,15}://([^/\s"'<>|\\?#,;)]*)([^\s"'<>|?#]*)`)
	domainForm  = expression.Lazily(`(?:[\p{L}\p{N}][\p{L}\p{N}\-]*\.)+\p{L}{2,}`)
	deviceForm  = expression.Lazily(`\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b`)
	guidForm    = expression.Lazily(`\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b`)
	hexForm     = expression.Lazily(`\b(?:0x[0-9A-Fa-f]{1,16}|[0-9A-Fa-f]{24,128})\b`)
	accountForm = expression.Lazily(`(?i)\bnet1?(?:\.exe)?"?\s+user\s+("[^"]+"|[^\s/"&|]+)(?:\s+("[^"]+"|[^\s/"&|]\S*))?`)
	memberForm  = expression.Lazily(`(?i)\bnet1?(?:\.exe)?"?\s+(?:local)?group\s+(?:"[^"]+"|[^\s"]+)\s+("[^"]+"|[^\s/"&|]+)`)
	hashForm    = expression.Lazily(`(?i)(?:[/-](?:ntlm|rc4|aes128|aes256)|-hashe?s?|\b(?:nt|lm)hash)["']?\s*[:= ]\s*["']?(:?[0-9a-f]{32,64}(?::[0-9a-f]{32})?)|\b([0-9a-f]{32}:[0-9a-f]{32})\b`)
	guidOfForm  = expression.Lazily(`(?i)\bmailbox(?:guid|id)?[~=]"?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`)
	secretForm  = expression.Lazily(`(?i)(?:\b(?:password|passwd|passwort|pwd|pass|validationkey|decryptionkey|apikey|secret)["']?\s*[=:]\s*|\s[-/]p(?:w|ass|assword)?[ :=]+)("[^"]*"|'[^']*'|[^\s&;,"']+)`)
	systemForm  = expression.Lazily(`(?i)(?:\b[a-z]:|%(?:temp|tmp|windir|systemroot|programdata|allusersprofile|public|appdata|localappdata)%)[\\/]+((?:[^\\/:*?"<>|\r\n\t]+[\\/]+)*?)([^\\/:*?"<>|\r\n\t ]+\.` + programEnd + `)\b`)
	fileForm    = expression.Lazily(`[\p{L}\p{N}_.\-$~{}()!]*[\p{L}\p{N}_)]\.[\p{L}\p{N}]{1,12}`)
)

// pageForm is a page in a place where shells are put: its name is kept, because
// it says something to whoever is given the copy.
var pageForm = sync.OnceValue(func() *regexp.Regexp {
	var places []string
	for _, p := range exchange.Places() {
		if p.Request != exchange.NoPath {
			places = append(places, strings.ReplaceAll(strings.Trim(p.Part, "/"), "/", `[\\/]+`))
		}
	}
	return regexp.MustCompile(`(?i)[\\/](?:` + strings.Join(places, "|") + `)[\\/]+(?:[^\\/:*?"<>|\s]+[\\/]+)*?([^\\/:*?"<>|\s&;,]+\.(?:asp|aspx|ashx|asmx|php|jsp))\b`)
})

// programEnd are ends of the names of programs, scripts and pages.
const programEnd = `(?:exe|dll|sys|ps1|psm1|bat|cmd|vbs|vbe|js|jse|wsf|hta|scr|cpl|asp|aspx|ashx|asmx|asax|php|jsp|jspx|xslt?|compiled|dmp)`

// systemRoots are folders that every server has and where nobody keeps
// programs named after a house; programs in them are kept by name.
var systemRoots = []string{"windows/", "winnt/", "program files/microsoft/", "program files/common files/microsoft shared/", "programdata/", "perflogs/", "temp/", "tmp/", "$recycle.bin/", "recovery/",
	"users/public/", "inetpub/wwwroot/aspnet_client/", "inetpub/temp/"}

// forms decides about every part whose form tells what it is.
func (r *reading) forms() {
	has := func(part string) bool { return strings.Contains(r.text, part) }
	if has("-1-5-21-") || has("-1-12-1-") {
		r.each(sidForm, 0, r.sid)
	}
	if has("=") {
		for _, m := range dnForm().FindAllStringSubmatchIndex(r.text, -1) {
			r.dn(m)
		}
	}
	if has("@") {
		for _, m := range mailForm().FindAllStringSubmatchIndex(r.text, -1) {
			r.mailbox(m)
		}
	}
	if has(`\\`) {
		r.each(shareForm, 1, r.host)
	}
	if has(`\`) || has("/") {
		r.each(profileForm, 1, r.profile)
		for _, m := range pageForm().FindAllStringSubmatchIndex(r.text, -1) {
			r.noteKept(isPage, m[2], m[3])
		}
		for _, m := range systemForm().FindAllStringSubmatchIndex(r.text, -1) {
			if r.system(m) {
				r.noteKept(isPage, m[4], m[5])
			}
		}
	}
	r.accounts()
	if has("://") {
		for _, m := range urlForm().FindAllStringSubmatchIndex(r.text, -1) {
			r.url(m)
		}
	}
	scanAddresses(r.text, r.addressAt)
	r.each(deviceForm, 0, func(s string) string { return r.learnName(isDevice, s) })
	r.each(guidForm, 0, nil)
	for _, m := range hexForm().FindAllStringIndex(r.text, -1) {
		r.hex(m[0], m[1])
	}
	if has(".") {
		for _, m := range fileForm().FindAllStringIndex(r.text, -1) {
			if r.pages[fold(r.text[m[0]:m[1]])] {
				r.noteKept(isPage, m[0], m[1])
			}
		}
		for _, m := range domainForm().FindAllStringIndex(r.text, -1) {
			if r.bare(m[0], m[1]) {
				r.noteKept(isPublic, m[0], m[1])
			}
		}
	}
}

// each replaces a group of every match of a form by what out makes of it, or
// keeps it where out is nil.
func (r *reading) each(form func() *regexp.Regexp, group int, out func(string) string) {
	for _, m := range form().FindAllStringSubmatchIndex(r.text, -1) {
		from, to := m[2*group], m[2*group+1]
		if from < 0 || from == to || !r.free(from, to) {
			continue
		}
		if out == nil {
			r.keep(from, to)
		} else {
			r.replace(from, to, out(r.text[from:to]))
		}
	}
}

// noteKept keeps a part and puts it on the owner's list.
func (r *reading) noteKept(k kind, from, to int) {
	if r.keep(from, to) {
		r.note("kept", k, r.text[from:to], "")
	}
}

// dn replaces a part of a distinguished name.
func (r *reading) dn(m []int) {
	from, to := m[4], m[5]
	value := r.text[from:to]
	switch typ := fold(r.text[m[2]:m[3]]); {
	case !r.free(from, to):
	case len(typ) == 1 && !strings.Contains(value, " "): // c=1, a parameter
	case wellKnownContainer[fold(value)] || commonName(value):
		r.keep(from, to)
	case typ == "dc":
		if inner[fold(value)] || topLevel(value) { // the last part of a domain
			r.keep(from, to)
		} else {
			r.replace(from, to, r.learnName(isNetBIOS, value))
		}
	default:
		r.replace(from, to, r.user(value))
	}
}

// mailbox replaces an e-mail address. Its domain is taken for one of the
// inside, but for two: where the name before it is one letter it was made up
// to get past a check (autodiscover.json?a@b.com), and where mail is forwarded
// to it, it is where the mail went.
func (r *reading) mailbox(m []int) {
	from, to := m[2], m[3]
	for from < to && r.text[from] == '\'' {
		from++
	}
	name := r.text[from:to]
	switch {
	case utf8.RuneCountInString(name) < 2:
		return
	case !r.free(from, to):
	case commonName(name):
		r.keep(from, to)
	case r.Copy.words.known(name):
		r.replace(from, to, r.stand(isUser, name))
	default:
		r.replace(from, to, r.user(name))
	}
	if forwardForm().MatchString(r.text[max(0, from-forwardReach):from]) && r.outside(r.text[m[4]:m[5]]) {
		return // read as a domain of the outside
	}
	if r.free(m[4], m[5]) {
		r.replace(m[4], m[5], r.domain(r.text[m[4]:m[5]]))
	}
}

// forwardReach is how far before an address the word stands that says that
// mail is forwarded to it.
const forwardReach = 40

// system reports a program in a folder that every server has.
func (r *reading) system(m []int) bool {
	if strings.HasPrefix(r.text[m[0]:m[1]], "%") {
		return true
	}
	parts := strings.FieldsFunc(fold(r.text[m[2]:m[3]]), func(c rune) bool { return c == '/' || c == '\\' })
	folders := strings.Join(parts, "/") + "/"
	return slices.ContainsFunc(systemRoots, func(root string) bool { return strings.HasPrefix(folders, root) })
}

// accounts replaces the names and passwords of commands that make accounts,
// and what stands behind the word password.
func (r *reading) accounts() {
	low := fold(r.text)
	hide := func(from, to int, out func(string) string) {
		for from < to && strings.IndexByte(`"'`, r.text[from]) >= 0 {
			from++
		}
		for to > from && strings.IndexByte(`"'`, r.text[to-1]) >= 0 {
			to--
		}
		if from < to && r.free(from, to) {
			r.replace(from, to, out(r.text[from:to]))
		}
	}
	if strings.Contains(low, "user") || strings.Contains(low, "group") {
		for _, m := range accountForm().FindAllStringSubmatchIndex(r.text, -1) {
			hide(m[2], m[3], r.account)
			if m[4] >= 0 && r.text[m[4]] != '*' {
				hide(m[4], m[5], r.secret)
			}
		}
		for _, m := range memberForm().FindAllStringSubmatchIndex(r.text, -1) {
			hide(m[2], m[3], r.account)
		}
	}
	if strings.Contains(low, "mailbox") {
		for _, m := range guidOfForm().FindAllStringSubmatchIndex(r.text, -1) {
			hide(m[2], m[3], func(s string) string { return r.learnName(isMailbox, s) })
		}
	}
	if strings.ContainsAny(low, ":=- ") {
		for _, m := range hashForm().FindAllStringSubmatchIndex(r.text, -1) {
			if m[2] >= 0 {
				hide(m[2], m[3], r.secret)
			} else {
				hide(m[4], m[5], r.secret)
			}
		}
	}
	if strings.Contains(low, "p") || strings.Contains(low, "key") || strings.Contains(low, "secret") {
		for _, m := range secretForm().FindAllStringSubmatchIndex(r.text, -1) {
			s := r.text[m[2]:m[3]]
			bare := len(strings.Trim(r.text[m[0]:m[2]], " :=")) == 2 // "-p tcp" is none, "-p Summer1" is one
			if !isNumber(s) && len(s) > 2 && (!bare || strings.ContainsAny(s, "0123456789")) {
				hide(m[2], m[3], r.secret)
			}
		}
	}
}

// url keeps the address of a page on a public host and replaces any other
// host.
func (r *reading) url(m []int) {
	from, to := m[2], m[3]
	if i := strings.LastIndexByte(r.text[from:to], '@'); i >= 0 {
		from += i + 1
	}
	host := r.text[from:to]
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.Trim(host[i+1:], "0123456789") == "" {
		host = host[:i]
	}
	to = from + len(host)
	addr, _, isAddr := parseAddress(host)
	switch {
	case len(host) < minTerm:
		r.keepRest(from, to)
	case isAddr && !r.internal(addr):
		r.keepRest(from, m[5])
	case isAddr || !r.free(from, to):
	case commonName(host):
		r.keep(from, to)
	case r.outside(host):
		r.noteKept(isPublic, from, to)
		r.keepRest(to, m[5])
	case !strings.ContainsAny(host, "%$*{}()[]<>+~"):
		r.replace(from, to, r.host(host))
	}
}

// bare reports a public domain that stands in a text without a scheme.
func (r *reading) bare(from, to int) bool {
	name := r.text[from:to]
	if labels := strings.Split(name, "."); !r.spoken(labels) || !r.free(from, to) || !r.outside(name) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(r.text[:from])
	after, _ := utf8.DecodeRuneInString(r.text[to:])
	return !alnum(before) && !alnum(after) && !strings.ContainsRune(`\/._-$`, before) && !strings.ContainsRune(`\_(`, after)
}

// spoken reports labels that are read as a domain where no scheme says so.
// Two labels of which the last is a country's may be a person's name and
// initials as well (weber.ch): they are a domain only where the country's
// names are rarely anything else.
func (r *reading) spoken(labels []string) bool {
	last := fold(labels[len(labels)-1])
	return topLevel(last) && (len(labels) > 2 || len(last) > 2 || abused[last])
}

// addressAt replaces an address of the inside and keeps any other.
func (r *reading) addressAt(from, to int, _ string) {
	if s := r.text[from:to]; r.free(from, to) {
		if out, ok := r.address(s, false); ok {
			r.replace(from, to, out)
		}
	}
}

// hex keeps numbers and hashes that are not text in disguise, and gives
// findings the identities that they have in the copy.
func (r *reading) hex(from, to int) {
	s := r.text[from:to]
	if id, ok := r.ids[s]; ok {
		r.replace(from, to, id)
		return
	}
	switch len(s) {
	case 32, 40, 64: // MD5, SHA-1, SHA-256
	default:
		if !strings.HasPrefix(s, "0x") {
			return
		}
	}
	if !spelled(s) {
		r.keep(from, to)
	}
}
