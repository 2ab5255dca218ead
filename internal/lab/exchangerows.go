package lab

import (
	"strings"
	"time"
)

// ProxyRow is one request in an HttpProxy log; what is not here is written as
// an idle server writes it.
type ProxyRow struct {
	Time                             time.Time
	ID                               GUID
	Build                            Build
	Protocol, Host, Stem, Query      string
	AuthType, User, Anchor           string // AuthType "" and User "": not authenticated
	Agent, Client, Server            string
	Status, BackEnd                  int // BackEnd 0: never asked
	Error, Method, Target, TargetVer string
	Routing, Hint, Cookie            string
	In, Out, Taken                   int
	Errors                           string
}

func boolean(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func optional(n int) string {
	if n == 0 {
		return ""
	}
	return number(n)
}

// Proxy writes requests into an HttpProxy log.
func (l *CSVLog) Proxy(rows ...ProxyRow) *CSVLog {
	for i := range rows {
		r := &rows[i]
		c := map[string]string{
			"DateTime": stamp(r.Time), "RequestId": r.ID.String(), "Protocol": r.Protocol, "UrlHost": r.Host, "UrlStem": r.Stem,
			"AuthenticationType": r.AuthType, "IsAuthenticated": boolean(r.User != ""), "AuthenticatedUser": r.User, "AnchorMailbox": r.Anchor,
			"UserAgent": r.Agent, "ClientIpAddress": r.Client, "ServerHostName": r.Server, "HttpStatus": number(r.Status),
			"BackEndStatus": optional(r.BackEnd), "ErrorCode": r.Error, "Method": r.Method, "TargetServer": r.Target,
			"TargetServerVersion": r.TargetVer, "RoutingType": r.Routing, "RoutingHint": r.Hint, "BackEndCookie": r.Cookie,
			"RequestBytes": number(r.In), "ResponseBytes": optional(r.Out), "TotalRequestTime": number(r.Taken), "UrlQuery": r.Query,
			"CoreLatency": "1", "HttpProxyOverhead": "1", "GenericErrors": r.Errors,
			"GenericInfo": "BeginRequest=" + stamp(r.Time.Add(-time.Duration(r.Taken)*time.Millisecond)) + ";CorrelationID=<empty>;ProxyState-Run=None;EndRequest=" + stamp(r.Time) + ";",
		}
		if r.BackEnd != 0 {
			c["ProxyAction"], c["RoutingStatus"] = "Proxy", "CafeV1"
		}
		r.Build.into(c)
		l.Cells(c)
	}
	return l
}

func (b Build) into(c map[string]string) {
	for i, name := range []string{"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"} {
		c[name] = number(b[i])
	}
}

// Item is one KEY=value of an ECP log's EventData; its text begins with "S:".
type Item struct{ Key, Value string }

// ECPRow is one row of an ECP Server or Activity log.
type ECPRow struct {
	Time   time.Time
	Server string
	Event  string // "ECP.Request", "ECP.LongRunning", "Request"
	Items  []Item
}

// ECP writes rows; an item whose value holds a semicolon or a quote is put in
// single quotes with those inside doubled.
func (l *CSVLog) ECP(rows ...ECPRow) *CSVLog {
	for _, r := range rows {
		var parts []string
		for _, it := range r.Items {
			s := "S:" + it.Key + "=" + it.Value
			if strings.ContainsAny(it.Value, ";'") {
				s = "'" + strings.ReplaceAll(s, "'", "''") + "'"
			}
			parts = append(parts, s)
		}
		l.Cells(map[string]string{"TimeStamp": stamp(r.Time), "ServerName": r.Server, "EventId": r.Event, "EventData": strings.Join(parts, ";")})
	}
	return l
}

// ShellRequest is one request to remote PowerShell.
type ShellRequest struct {
	Time                             time.Time
	ID                               GUID
	Build                            Build
	Host, User, Client, Server       string
	Status, Bytes, Taken             int
	ClientInfo, Query, Action, Error string
}

// ShellRequests writes rows of an Rps_Http log.
func (l *CSVLog) ShellRequests(rows ...ShellRequest) *CSVLog {
	for i := range rows {
		r := &rows[i]
		c := map[string]string{
			"DateTime": stamp(r.Time), "StartTime": stamp(r.Time.Add(-time.Duration(r.Taken) * time.Millisecond)), "RequestId": r.ID.String(),
			"UrlHost": r.Host, "UrlStem": "/Powershell", "AuthenticationType": "Kerberos", "IsAuthenticated": boolean(r.User != ""),
			"AuthenticatedUser": r.User, "ClientIpAddress": r.Client, "ServerHostName": r.Server, "FrontEndServer": r.Host,
			"HttpStatus": number(r.Status), "SubStatus": "0", "Action": r.Action, "RequestBytes": number(r.Bytes), "ClientInfo": r.ClientInfo,
			"ActivityContextLifeTime": number(r.Taken), "TotalTime": number(r.Taken), "UrlQuery": r.Query, "GenericErrors": r.Error,
		}
		r.Build.into(c)
		l.Cells(c)
	}
	return l
}

// Cmdlet is one command run over remote PowerShell.
type Cmdlet struct {
	Time                         time.Time
	ID                           GUID
	Build                        Build
	Server, User, SID            string
	Application                  string
	Name, Parameters             string
	Taken                        int
	ErrorType, Result, ErrorText string // Result "" is written as Success
}

// Cmdlets writes rows of an Rps_Cmdlet log.
func (l *CSVLog) Cmdlets(rows ...Cmdlet) *CSVLog {
	for i := range rows {
		r := &rows[i]
		c := map[string]string{
			"DateTime": stamp(r.Time), "StartTime": stamp(r.Time.Add(-time.Duration(r.Taken) * time.Millisecond)), "RequestId": r.ID.String(),
			"ServerHostName": r.Server, "ProcessId": "6832", "ProcessName": "w3wp#MSExchangePowerShellAppPool", "ThreadId": "5",
			"AuthenticatedUser": r.User, "ExecutingUserSid": r.SID, "IsAdmin": "True", "ClientApplication": r.Application, "Cmdlet": r.Name,
			"Parameters": r.Parameters, "CmdletUniqueId": r.ID.String(), "ADViewEntireForest": "False", "TotalTime": number(r.Taken),
			"ErrorType": r.ErrorType, "ExecutionResult": r.Result, "GenericErrors": r.ErrorText,
		}
		if r.Result == "" {
			c["ExecutionResult"] = "Success"
		}
		r.Build.into(c)
		l.Cells(c)
	}
	return l
}

// Mail is one step of a message in the tracking log.
type Mail struct {
	Time                            time.Time
	Client, ClientHost              string
	Server, ServerHost              string
	Context, Source, Event          string
	ID, Recipient, Sender, Subject  string
	Size                            int
	Direction, OriginalIP, Traffic  string
	LogID                           GUID
	Build                           Build
	Connector, Reference, ExtraData string
}

// Mails writes rows of a message tracking log.
func (l *CSVLog) Mails(rows ...Mail) *CSVLog {
	for i := range rows {
		r := &rows[i]
		l.Cells(map[string]string{
			"date-time": stamp(r.Time), "client-ip": r.Client, "client-hostname": r.ClientHost, "server-ip": r.Server,
			"server-hostname": r.ServerHost, "source-context": r.Context, "connector-id": r.Connector, "source": r.Source,
			"event-id": r.Event, "message-id": r.ID, "recipient-address": r.Recipient, "total-bytes": number(r.Size),
			"recipient-count": "1", "reference": r.Reference, "message-subject": r.Subject, "sender-address": r.Sender,
			"return-path": r.Sender, "directionality": r.Direction, "original-client-ip": r.OriginalIP, "custom-data": r.ExtraData,
			"transport-traffic-type": r.Traffic, "log-id": r.LogID.String(), "schema-version": r.Build.padded(),
		})
	}
	return l
}
