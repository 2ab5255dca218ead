package serverconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// nativeModules are the files that IIS, .NET, Windows and Exchange register
// as native modules, with the folder each belongs to (in known's form; "" is
// any folder of the product). Sources: the modules of IIS
// (https://learn.microsoft.com/en-us/iis/get-started/introduction-to-iis/iis-modules-overview),
// Microsoft's own extensions (rewrite, ARR, CORS, ASP.NET Core, compression),
// and the host configurations of Exchange 2013, 2016 and 2019 that Microsoft
// publishes with its health checker (github.com/microsoft/CSS-Exchange,
// Shared/Tests).
func nativeModules() map[string]string {
	const inetsrv, net = "windows/system32/inetsrv", "windows/microsoft.net"
	list := map[string]string{
		"webengine.dll": net, "webengine4.dll": net,
		"rpcproxy.dll": "windows/system32/rpcproxy", "wsmsvc.dll": "windows/system32",
		"kerbauth.dll": "exchange", "exppw.dll": "exchange",
		"requestrouter.dll": "iis", "ecache.dll": "iis", "aspnetcorev2.dll": "iis", "iisbrotli.dll": "iis", "iiszlib.dll": "iis", "iiscors.dll": "iis", "bitratethrottling.dll": "iis", "advancedlogging.dll": "iis",
	}
	for _, name := range strings.Fields(`
		authanon authbas authcert authmap authmd5 authsspi cachfile cachhttp cachtokn cachuri cgi compdyn compstat custerr defdoc
		dirlist diprestr filter iis_ssi iisetw iisfcgi iisfreb iisreqs iprestr isapi iiswsock logcust loghttp modrqflt protsup
		redirect rewrite static urlauthz validcfg warmup webdav aspnetcore httpplatformhandler iiswmi asp`) {
		list[name+".dll"] = inetsrv
	}
	return list
}

// belongs reports that an image lies where the product that ships it puts it.
func belongs(p, folder string) bool {
	if strings.HasPrefix(p, "windows/syswow64/") { // the 32-bit twin
		p = "windows/system32/" + strings.TrimPrefix(p, "windows/syswow64/")
	}
	switch folder {
	case "exchange":
		return inExchange(p)
	case "iis":
		return strings.HasPrefix(p, "windows/system32/inetsrv/") || inPrograms(p) && strings.Contains(p, "/iis/")
	}
	return under(p, folder)
}

// filterFiles are the ISAPI filters of .NET and Exchange, from the same
// configurations.
func filterFiles() map[string]string {
	const net = "windows/microsoft.net"
	return map[string]string{"aspnet_filter.dll": net, "airfilter.dll": "exchange", "owaauth.dll": "exchange", "authfilter.dll": "exchange"}
}

// agentNames are the transport agents that Microsoft documents. Sources:
// https://learn.microsoft.com/en-us/exchange/mail-flow/transport-agents/transport-agents
// and ReinstallDefaultTransportAgents.ps1, which Exchange ships in its Scripts
// folder.
func agentNames() map[string]bool {
	list := map[string]bool{}
	for _, name := range [...]string{
		"transport rule agent", "dlp policy agent", "retention policy agent", "supervisory review agent", "malware agent",
		"text messaging routing agent", "text messaging delivery agent", "system probe drop smtp agent", "system probe drop routing agent",
		"journal agent", "journaling agent", "journal report decryption agent", "rms decryption agent", "rms encryption agent", "rms protocol decryption agent",
		"prelicensing agent", "unjournal agent", "interceptor routing agent", "interceptor smtp receive agent",
		"connection filtering agent", "address rewriting inbound agent", "address rewriting outbound agent", "edge rule agent",
		"content filter agent", "sender id agent", "sender filter agent", "recipient filter agent", "protocol analysis agent", "attachment filtering agent",
	} {
		list[name] = true
	}
	return list
}

// agentFolders are the folders below TransportRoles\agents that hold only
// Exchange's own agents, by the same script.
func agentFolders() [7]string {
	return [7]string{"hygiene", "edgemessagingpolicies", "rule", "antimalware", "journaling", "rmsvc", "interceptoragent"}
}

// commonTypes begin the names of the managed modules that .NET, IIS, Exchange
// and SharePoint register.
func commonTypes() [5]string {
	return [5]string{"system.", "microsoft.", "iis.", "asp.", "sharepoint."}
}

// w3cFields are the flags of logExtFileFlags whose columns show who asked for
// what and what was answered; the words are those of the logs' columns.
// https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/site/logfile/
func w3cFields() [9][2]string {
	return [9][2]string{
		{"Date", "date"}, {"Time", "time"}, {"ClientIP", "c-ip"}, {"UserName", "cs-username"}, {"Method", "cs-method"},
		{"UriStem", "cs-uri-stem"}, {"UriQuery", "cs-uri-query"}, {"HttpStatus", "sc-status"}, {"UserAgent", "cs(User-Agent)"},
	}
}

// fixedKey reports a machine key that is written out instead of generated.
func fixedKey(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) >= 32 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// knownKey says whose key it is where it is publicly known. Only the hash is
// kept here. Until February 2020 every installation of Exchange had one and
// the same key (CVE-2020-0688,
// https://msrc.microsoft.com/update-guide/vulnerability/CVE-2020-0688).
func knownKey(s string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(s))))
	if hex.EncodeToString(sum[:]) == sharedExchangeKey {
		return "the key that every Exchange server shared until the update of February 2020 (CVE-2020-0688)"
	}
	return ""
}

const sharedExchangeKey = "6d60845874ad370b4c0e1906237bb25eaf3490e22abd71b9c8423f81664e8fe3"
