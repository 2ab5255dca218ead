package exchangelog_test

import (
	"strings"
	"testing"

	"spoor/internal/exchangelog"
	"spoor/internal/stream"
)

func TestOtherLogsOfExchangeAreKnownAndCounted(t *testing.T) {
	t.Parallel()
	const (
		software = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n"
		smtp     = "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n2022-09-13T00:00:09.123Z,MX1\\Default,08DA,0,10.0.0.5:25,192.0.2.7:4711,+,,\r\n2022-09-13T00:00:10.123Z,MX1\\Default,08DA,1,10.0.0.5:25,192.0.2.7:4711,<,\"MAIL FROM:<a@example.org>, SIZE=1\",\r\n2022-09-13T00:00:11.123Z,too,short\r\n"
		audit    = "#Fields: Timestamp,Server,TenantId,RecordType,Data,UserKey,Operation\r\n2022-09-13T00:00:09.123Z,MX1,,1,\"{\"\"a\"\":\"\"b,c\"\"}\",S-1-5-21-1,New-TransportRule\r\n2022-09-13T00:00:09Zx,MX1,,1,{},,\r\n"
		ews      = "#Fields: DateTime,RequestId,SoapAction,ImpersonatedUser,ServerHostName\r\n2022-09-13T00:00:09.123Z,,FindItem,a@example.org,MX1\r\n2022-09-13T00:00:10.123Z,,FindItem\r\n"
		mapi     = "#Log-type: MapiHttp Log\r\n#Fields: DateTime,RequestId,ServerHostName\r\n2022-09-13T00:00:09.123Z,,MX1\r\n2022-09-13T00:00:10.123Z\r\n"
	)
	for name, c := range map[string]struct {
		in, format, codes, host, field, value string
		lines                                 stream.Lines
	}{
		"SMTP receive, two rows and a short one": {software + "#Log-type: SMTP Receive Protocol Log\r\n" + smtp, "smtp-receive", "row-width@7", "", "remote-endpoint", "192.0.2.7:4711", stream.Lines{Total: 7, Header: 1, Comment: 3, Parsed: 2, Damaged: 1}},
		"SMTP send has the same columns":         {software + "#Log-type: SMTP Send Protocol Log\r\n" + smtp, "smtp-send", "row-width@7", "", "connector-id", `MX1\Default`, stream.Lines{Total: 7, Header: 1, Comment: 3, Parsed: 2, Damaged: 1}},
		"audit rows, one with a wrong time":      {software + audit, "exchange-audit", "bad-time@5", "MX1", "Data", `{"a":"b,c"}`, stream.Lines{Total: 5, Header: 1, Comment: 2, Parsed: 1, Damaged: 1}},
		"EWS without a type, and a short row":    {software + ews, "ews", "row-width@5", "MX1", "ImpersonatedUser", "a@example.org", stream.Lines{Total: 5, Header: 1, Comment: 2, Parsed: 1, Damaged: 1}},
		"MapiHttp, and a short row":              {software + mapi, "mapihttp", "row-width@6", "MX1", "ServerHostName", "MX1", stream.Lines{Total: 6, Header: 1, Comment: 3, Parsed: 1, Damaged: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, sum := read(t, strings.NewReader(c.in))
			if sum.Lines != c.lines || codes(sum) != c.codes {
				t.Fatalf("got %+v %q, want %+v %q", sum.Lines, codes(sum), c.lines, c.codes)
			}
			e := events[0]
			if got := exchangelog.Detect([]byte(c.in)); got != c.format || e.Shape.Format() != c.format {
				t.Errorf("recognised as %q, read as %q, want %q", got, e.Shape.Format(), c.format)
			}
			if e.Host != c.host || e.Get(c.field).String() != c.value || e.Time.String() != "2022-09-13T00:00:09.123Z" {
				t.Errorf("host %q, %s %q at %s", e.Host, c.field, e.Get(c.field), e.Time)
			}
		})
	}
}
