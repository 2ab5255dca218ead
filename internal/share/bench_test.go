package share

import (
	"fmt"
	"testing"
)

// BenchmarkFinding copies lines of HttpProxy and process records, of which
// one value in ten is new.
func BenchmarkFinding(b *testing.B) {
	var lines [][]byte
	for i := range 1000 {
		lines = append(lines, fmt.Appendf(nil, `{"time":"2021-03-03T02:14:%02d.%03dZ","host":"mail01.kanzlei-mueller.de","rule":{"id":"6c1e7b1a","title":"Request to an Exchange back end","level":"high","kind":"sigma","source":"builtin/chain/x.yml"},"techniques":["T1190"],"cves":[],"actors":[],"message":"request with the anchor ServerInfo~a]@mail01.kanzlei-mueller.de:444/mapi/emsmdb/?# was answered 200","source":{"path":"evidence/MAIL01/C/Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy/Ecp/HttpProxy_2021030302-1.LOG","kind":"httpproxy","sha256":""},"where":{"offset":%d,"line":%d},"event":{"DateTime":"2021-03-03T02:14:08.935Z","RequestId":"4b53d3f2-3bbe-41c8-b528-%012d","Protocol":"Ecp","UrlHost":"mail.kanzlei-mueller.de","UrlStem":"/ecp/w7.js","AuthenticatedUser":"KANZLEI\\user%d","AnchorMailbox":"ServerInfo~a]@mail01.kanzlei-mueller.de:444/mapi/emsmdb/?#","UserAgent":"python-requests/2.25.1","ClientIpAddress":"203.0.113.%d","ServerHostName":"MAIL01","HttpStatus":"200","GenericInfo":"BeginRequest=2021-03-03T02:14:08.%03dZ;CorrelationID=<empty>;ProxyState-Run=None;EndRequest=2021-03-03T02:14:08.935Z;","CommandLine":"cmd /c net use \\\\fs%d\\daten$ & whoami"},"id":"%024x"}`,
			i%60, i, i*300, i, i, i%100, i%250, i, i%100, i))
	}
	c, err := New(Key{1}, nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, line := range lines {
		if _, err := c.Finding(line); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.Ready(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(lines[0])))
	for i := 0; b.Loop(); i++ {
		if _, err := c.Finding(lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
	}
}
