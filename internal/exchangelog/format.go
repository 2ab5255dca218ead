package exchangelog

import "strings"

// Formats of the shapes.
const (
	HttpProxy      = "httpproxy"
	RpsHttp        = "rps-http"
	RpsCmdlet      = "rps-cmdlet"
	MsgTrk         = "msgtrk"
	EcpServer      = "ecp-server"
	EcpActivity    = "ecp-activity"
	AgentLog       = "agentlog"
	Ews            = "ews"
	MapiHttp       = "mapihttp"
	SmtpReceive    = "smtp-receive"
	SmtpSend       = "smtp-send"
	Audit          = "exchange-audit"
	TestProxyLogon = "testproxylogon"
	Other          = "exchange-csv" // a known frame with an unknown log type
)

// formatOf names the format by the #Log-type line and, where that says
// nothing, by column names that only one log has.
func formatOf(logType string, names []string) string {
	t := strings.ToLower(logType)
	for _, known := range [...]struct{ prefix, format string }{
		{"httpproxy", HttpProxy}, {"rps http", RpsHttp}, {"rps cmdlet", RpsCmdlet}, {"message tracking", MsgTrk},
		{"ecp server", EcpServer}, {"ecp activity", EcpActivity}, {"agent log", AgentLog}, {"ews", Ews},
		{"mapihttp", MapiHttp}, {"mapi http", MapiHttp}, {"smtp receive", SmtpReceive}, {"smtp send", SmtpSend},
	} {
		if strings.HasPrefix(t, known.prefix) {
			return known.format
		}
	}
	has := func(want ...string) bool {
		for _, w := range want {
			found := false
			for _, n := range names {
				found = found || strings.EqualFold(n, w)
			}
			if !found {
				return false
			}
		}
		return true
	}
	switch {
	case has("AnchorMailbox", "BackEndCookie", "ProxyAction"):
		return HttpProxy
	case has("CmdletUniqueId", "Parameters"):
		return RpsCmdlet
	case has("ShellId", "CommandName", "ClientInfo"):
		return RpsHttp
	case has("event-id", "message-id", "recipient-address"):
		return MsgTrk
	case has("SoapAction", "ImpersonatedUser"):
		return Ews
	case has("RecordType", "Operation", "UserKey", "Data"):
		return Audit
	case has("DateTime", "AnchorMailbox"):
		return TestProxyLogon
	case has("ServerName", "EventId", "EventData"):
		return EcpServer
	}
	return Other
}

// claimed lists the columns that the client of a request fills as it likes.
func claimed(name string) bool {
	switch strings.ToLower(name) {
	case "useragent", "clientinfo", "clientrequestid", "urlhost", "cs(user-agent)", "s:referrer":
		return true
	}
	return false
}

// isTimeName lists the names of a row's own time.
func isTimeName(name string) bool {
	switch strings.ToLower(name) {
	case "datetime", "date-time", "timestamp":
		return true
	}
	return false
}

func isHostName(name string) bool {
	switch strings.ToLower(name) {
	case "serverhostname", "servername", "server-hostname", "hostname", "server":
		return true
	}
	return false
}
