package lab

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Build is an Exchange build such as 15.1.2106.2.
type Build [4]int

// String gives 15.1.2106.2.
func (b Build) String() string { return fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3]) }

// padded is the form of "#Version:" lines, 15.01.2106.002.
func (b Build) padded() string { return fmt.Sprintf("%02d.%02d.%04d.%03d", b[0], b[1], b[2], b[3]) }

// quoting is how a log treats a comma inside a value.
type quoting uint8

const (
	quoteCSV  quoting = iota // the value in quotes, quotes doubled
	quoteGone                // commas become blanks, as in HttpProxy and Rps_Http
)

// CSVLog is one of Exchange's comma separated logs while it is written.
type CSVLog struct {
	columns []string
	kind    string
	version string
	quoting quoting
	buf     bytes.Buffer
}

// Kinds of CSVLog, as "#Log-type:" names them.
const (
	KindHttpProxy = "HttpProxy Logs"
	KindECPServer = "ECP Server Log"
	KindRpsHttp   = "Rps Http Logs"
	KindRpsCmdlet = "Rps Cmdlet Logs"
	KindTracking  = "Message Tracking Log"
)

// NewHttpProxy starts an HttpProxy log with 74, 68 or 64 columns.
func NewHttpProxy(b Build, columns int) *CSVLog {
	return &CSVLog{columns: HttpProxyColumns(columns), kind: KindHttpProxy, version: b.padded(), quoting: quoteGone}
}

// NewECPServer starts an ECP Server log.
func NewECPServer() *CSVLog {
	return &CSVLog{columns: strings.Fields("TimeStamp ServerName EventId EventData"), kind: KindECPServer, version: "15.0.0.0"}
}

// NewRpsHttp starts a remote PowerShell HTTP log (38 columns).
func NewRpsHttp(b Build) *CSVLog {
	return &CSVLog{columns: strings.Fields(rpsHttpColumns), kind: KindRpsHttp, version: b.padded(), quoting: quoteGone}
}

// NewRpsCmdlet starts a remote PowerShell cmdlet log (67 columns).
func NewRpsCmdlet(b Build) *CSVLog {
	return &CSVLog{columns: strings.Fields(rpsCmdletColumns), kind: KindRpsCmdlet, version: b.padded()}
}

// NewTracking starts a message tracking log (30 columns).
func NewTracking(b Build) *CSVLog {
	return &CSVLog{columns: strings.Fields(trackingColumns), kind: KindTracking, version: b.padded()}
}

// Columns are the column names.
func (l *CSVLog) Columns() []string { return l.columns }

// Header writes the "#" lines.
func (l *CSVLog) Header(t time.Time) *CSVLog {
	fmt.Fprintf(&l.buf, "#Software: Microsoft Exchange Server\r\n#Version: %s\r\n#Log-type: %s\r\n#Date: %s\r\n#Fields: %s\r\n", l.version, l.kind, stamp(t), strings.Join(l.columns, ","))
	return l
}

// Cells writes a row by column name; absent columns are empty.
func (l *CSVLog) Cells(cells map[string]string) *CSVLog {
	for i, name := range l.columns {
		if i > 0 {
			l.buf.WriteByte(',')
		}
		v := cells[name]
		switch {
		case l.quoting == quoteGone:
			l.buf.WriteString(strings.NewReplacer(",", " ", "\r", " ", "\n", " ").Replace(v))
		case strings.ContainsAny(v, "\",\r\n"):
			l.buf.WriteString(`"` + strings.ReplaceAll(v, `"`, `""`) + `"`)
		default:
			l.buf.WriteString(v)
		}
	}
	l.buf.WriteString("\r\n")
	return l
}

// Bytes is what was written so far.
func (l *CSVLog) Bytes() []byte { return bytes.Clone(l.buf.Bytes()) }

// stamp is the time form of Exchange's logs.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func number(n int) string { return strconv.Itoa(n) }
