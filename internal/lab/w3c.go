package lab

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// IISFields are the columns that IIS logs unless told otherwise; more names
// can be given to NewW3C.
func IISFields() []string {
	return strings.Fields("date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken")
}

// WebRow is one request as IIS or HTTP.sys logs it. Empty strings are written
// as "-", blanks as "+".
type WebRow struct {
	Time                  time.Time
	Server, Method, Stem  string
	Query, User, Client   string
	Agent, Referer        string
	Port, ClientPort      int
	Status, Sub, Win32    int
	Taken                 int    // milliseconds
	Forwarded             string // X-Forwarded-For
	Cookie, Host          string
	Computer, Site        string
	SentBytes, ReadBytes  int
	Reason, Queue, SiteID string // HTTPERR only
}

func (r *WebRow) cell(name string) string {
	switch name {
	case "date":
		return r.Time.UTC().Format("2006-01-02")
	case "time":
		return r.Time.UTC().Format("15:04:05")
	case "s-ip":
		return r.Server
	case "cs-method":
		return r.Method
	case "cs-uri-stem":
		return r.Stem
	case "cs-uri":
		if r.Query == "" {
			return r.Stem
		}
		return r.Stem + "?" + r.Query
	case "cs-uri-query":
		return r.Query
	case "s-port":
		return strconv.Itoa(r.Port)
	case "c-port":
		return strconv.Itoa(r.ClientPort)
	case "cs-username":
		return r.User
	case "c-ip":
		return r.Client
	case "cs(User-Agent)":
		return r.Agent
	case "cs(Referer)":
		return r.Referer
	case "cs(Cookie)":
		return r.Cookie
	case "cs-host":
		return r.Host
	case "cs-version":
		return "HTTP/1.1"
	case "sc-status":
		return strconv.Itoa(r.Status)
	case "sc-substatus":
		return strconv.Itoa(r.Sub)
	case "sc-win32-status":
		return strconv.Itoa(r.Win32)
	case "time-taken":
		return strconv.Itoa(r.Taken)
	case "sc-bytes":
		return strconv.Itoa(r.SentBytes)
	case "cs-bytes":
		return strconv.Itoa(r.ReadBytes)
	case "X-Forwarded-For":
		return r.Forwarded
	case "s-computername":
		return r.Computer
	case "s-sitename":
		return r.Site
	case "s-siteid":
		return r.SiteID
	case "s-reason":
		return r.Reason
	case "s-queuename":
		return r.Queue
	}
	return ""
}

// W3CLog is a log in the W3C extended format while it is written.
type W3CLog struct {
	software string
	fields   []string
	buf      bytes.Buffer
}

// NewW3C starts an IIS log with these columns, IISFields when none are given.
// It has no header until Header is called.
func NewW3C(fields ...string) *W3CLog {
	if len(fields) == 0 {
		fields = IISFields()
	}
	return &W3CLog{software: "Microsoft Internet Information Services 10.0", fields: fields}
}

// NewHTTPERR starts a log of HTTP.sys.
func NewHTTPERR() *W3CLog {
	return &W3CLog{software: "Microsoft HTTP API 2.0", fields: strings.Fields("date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename")}
}

// Header writes the four header lines, as IIS does at each start.
func (l *W3CLog) Header(t time.Time) *W3CLog {
	fmt.Fprintf(&l.buf, "#Software: %s\r\n#Version: 1.0\r\n#Date: %s\r\n#Fields: %s\r\n", l.software, t.UTC().Format("2006-01-02 15:04:05"), strings.Join(l.fields, " "))
	return l
}

// Fields changes the columns from here on and writes a header that says so.
func (l *W3CLog) Fields(t time.Time, fields ...string) *W3CLog {
	l.fields = fields
	return l.Header(t)
}

// Row writes requests.
func (l *W3CLog) Row(rows ...WebRow) *W3CLog {
	for i := range rows {
		for j, f := range l.fields {
			if j > 0 {
				l.buf.WriteByte(' ')
			}
			v := rows[i].cell(f)
			if v == "" {
				v = "-"
			}
			l.buf.WriteString(strings.ReplaceAll(v, " ", "+"))
		}
		l.buf.WriteString("\r\n")
	}
	return l
}

// Bytes is what was written so far.
func (l *W3CLog) Bytes() []byte { return bytes.Clone(l.buf.Bytes()) }
