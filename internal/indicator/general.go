package indicator

import (
	"net/netip"
	"slices"
	"strings"
)

// Widths of networks: a wider one is refused or warned about.
const (
	leastBits4, fewBits4 = 12, 20
	leastBits6, fewBits6 = 32, 48
)

// judgeAddress says whether an address can be looked for at all.
func judgeAddress(p netip.Prefix) (warn, bad *refuse) {
	a := p.Addr()
	least, few := leastBits4, fewBits4
	if a.Is6() {
		least, few = leastBits6, fewBits6
	}
	switch {
	case p.Bits() < least:
		return nil, no("too-general", "a network this wide holds millions of ordinary hosts")
	case a.IsUnspecified(), a.IsLoopback(), a.IsMulticast(), a.IsLinkLocalUnicast(), within(a, "0.0.0.0/8", "240.0.0.0/4", "192.0.0.0/24"):
		return nil, no("reserved-address", "no host on the internet has this address (RFC 6890)")
	case a.IsPrivate(), within(a, "100.64.0.0/10", "198.18.0.0/15"):
		return nil, no("private-address", "this address means another host in every network (RFC 1918, 6598, 4193)")
	case p.IsSingleIP() && slices.Contains(resolvers[:], a.String()):
		return nil, no("too-general", "this is a public name server that ordinary hosts use")
	case within(a, "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"):
		return no("documentation-address", "this address is reserved for examples (RFC 5737, 3849)"), nil
	case p.Bits() < few:
		return no("wide-network", "the network holds thousands of hosts"), nil
	}
	return nil, nil
}

func within(a netip.Addr, nets ...string) bool {
	for _, n := range nets {
		if netip.MustParsePrefix(n).Contains(a) {
			return true
		}
	}
	return false
}

// resolvers are public name servers, as their operators state them.
var resolvers = [...]string{
	"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220",
	"4.2.2.1", "4.2.2.2", "64.6.64.6", "94.140.14.14", "77.88.8.8", "114.114.114.114", "223.5.5.5",
	"2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2620:fe::fe",
}

// generalDomain says why a domain fits ordinary traffic, "" if it does not.
// The lists are short on purpose: names that appear in published feeds by
// mistake, and suffixes below which anybody can register.
func generalDomain(v string) string {
	if slices.Contains(everyday[:], strings.TrimPrefix(v, "www.")) {
		return "ordinary hosts use this domain every day"
	}
	if slices.Contains(shared[:], v) {
		return "anybody can have a name below this domain; name the host itself"
	}
	for _, end := range [...]string{".local", ".localhost", ".localdomain", ".internal", ".arpa", ".lan"} {
		if strings.HasSuffix(v, end) {
			return "the name means another host in every network"
		}
	}
	if labels := strings.Split(v, "."); len(labels) == 2 && len(labels[1]) == 2 && slices.Contains(seconds[:], labels[0]) {
		return "anybody can have a name below this domain; name the host itself"
	}
	return ""
}

var everyday = [...]string{
	"google.com", "microsoft.com", "windowsupdate.com", "windows.com", "office.com", "office365.com", "outlook.com", "live.com", "hotmail.com",
	"microsoftonline.com", "msn.com", "bing.com", "apple.com", "icloud.com", "amazon.com", "facebook.com", "twitter.com", "x.com", "youtube.com",
	"linkedin.com", "github.com", "gitlab.com", "gmail.com", "yahoo.com", "wikipedia.org", "adobe.com", "mozilla.org", "digicert.com", "verisign.com",
	"virustotal.com", "pastebin.com", "dropbox.com", "cloudflare.com", "akamai.net", "gstatic.com", "googleapis.com", "telegram.org", "t.me", "example.com", "example.org", "example.net",
}

var shared = [...]string{
	"github.io", "githubusercontent.com", "blogspot.com", "wordpress.com", "herokuapp.com", "azurewebsites.net", "cloudapp.net", "windows.net", "blob.core.windows.net",
	"amazonaws.com", "s3.amazonaws.com", "cloudfront.net", "appspot.com", "web.app", "firebaseapp.com", "pages.dev", "workers.dev", "netlify.app", "vercel.app", "trycloudflare.com",
	"ngrok.io", "duckdns.org", "no-ip.org", "no-ip.com", "ddns.net", "hopto.org", "zapto.org", "sytes.net", "dyndns.org", "afraid.org", "000webhostapp.com", "weebly.com",
	"azureedge.net", "onmicrosoft.com", "sharepoint.com", "in-addr.arpa", "ip6.arpa",
}

// seconds are labels that registries of two-letter domains use.
var seconds = [...]string{"co", "com", "net", "org", "gov", "gob", "gouv", "ac", "edu", "or", "ne", "go", "mil"}

// generalName reports a file name that many clean systems have.
func generalName(v string) bool {
	return slices.Contains(ordinary[:], v)
}

var ordinary = [...]string{
	"index.aspx", "default.aspx", "index.html", "index.htm", "index.php", "index.jsp", "default.asp", "default.htm", "web.config", "global.asax", "logon.aspx", "login.aspx", "logoff.aspx", "error.aspx", "errorfe.aspx",
	"signout.aspx", "test.aspx", "robots.txt", "favicon.ico", "readme.txt", "readme.md", "license.txt", "desktop.ini", "thumbs.db", "autorun.inf", "app.config",
	"cmd.exe", "powershell.exe", "pwsh.exe", "svchost.exe", "explorer.exe", "rundll32.exe", "regsvr32.exe", "mshta.exe", "wscript.exe", "cscript.exe", "conhost.exe", "lsass.exe", "services.exe", "winlogon.exe", "csrss.exe", "smss.exe", "wininit.exe", "spoolsv.exe", "taskhost.exe", "taskhostw.exe", "dllhost.exe", "msiexec.exe",
	"net.exe", "net1.exe", "sc.exe", "reg.exe", "schtasks.exe", "at.exe", "whoami.exe", "ping.exe", "ipconfig.exe", "certutil.exe", "bitsadmin.exe", "wmic.exe", "tasklist.exe", "notepad.exe", "setup.exe", "install.exe", "update.exe", "makecab.exe", "csc.exe", "cvtres.exe", "w3wp.exe", "iexplore.exe", "chrome.exe", "firefox.exe", "msedge.exe", "java.exe", "python.exe", "winword.exe", "excel.exe", "outlook.exe",
	"kernel32.dll", "ntdll.dll", "user32.dll", "advapi32.dll", "version.dll", "comsvcs.dll", "dbghelp.dll", "mscoree.dll", "msvcrt.dll",
	"test.exe", "test.txt", "test.php", "1.exe", "1.txt", "a.exe", "log.txt", "config.ini", "config.json", "data.dat", "temp.tmp", "update.dll",
}

// generalAgent reports a user agent that ordinary programs send.
func generalAgent(v string) bool {
	switch v {
	case "Mozilla/4.0", "Mozilla/5.0", "Mozilla/5.0 (compatible)", "Microsoft WinRM Client", "Microsoft BITS/7.5", "Microsoft BITS/7.8", "Mozilla/4.0 (compatible; MSIE 6.0)", "AMProbe/Local/ClientAccess", "ActiveMonitoring":
		return true
	}
	return false
}
