package casefile

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"spoor/internal/finding"
)

// BenchmarkFindings is what storing a finding and writing its line cost, the
// database left out.
func BenchmarkFindings(b *testing.B) {
	const n = 20_000
	list := make([]*finding.Finding, n)
	for i := range list {
		list[i] = sample(i)
		list[i].Rule.ID = fmt.Sprint("rule", i%100)
		list[i].Event = json.RawMessage(fmt.Sprintf(`{"date":"2021-03-03","time":"00:00:%02d","s-ip":"192.0.2.1","cs-method":"POST","cs-uri-stem":"/ecp/y.js","cs-uri-query":"-","c-ip":"203.0.113.9","cs(User-Agent)":"Mozilla/5.0+(X11)+<x>","sc-status":"200","n":%d}`, i%60, i))
	}
	for b.Loop() {
		c, err := Create(filepath.Join(b.TempDir(), "case"), false)
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range list {
			if err := c.Add(f); err != nil {
				b.Fatal(err)
			}
		}
		c.Findings(upper)
		if err := c.each(func(*finding.Finding, []byte) error { return nil }); err != nil {
			b.Fatal(err)
		}
		c.Abandon()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "findings/s")
}
