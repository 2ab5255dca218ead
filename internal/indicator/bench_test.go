package indicator

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// million writes a table of n indicators of all kinds.
func million(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("type,value,first_seen,publisher,note\n")
	for i := range n {
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "ip,%d.%d.%d.%d,", 20+r.IntN(60), r.IntN(256), r.IntN(256), 1+r.IntN(254))
		case 1:
			fmt.Fprintf(&b, "domain,h%x.d%x.net,", r.Uint32(), r.Uint32())
		case 2:
			fmt.Fprintf(&b, "url,http://h%x.org/%x/%x.php,", r.Uint32(), r.Uint32(), i)
		case 3:
			fmt.Fprintf(&b, "sha256,%016x%016x%016x%016x,", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
		case 4:
			fmt.Fprintf(&b, "path,C:\\ProgramData\\x%x\\f%x.exe,", r.Uint32(), r.Uint32())
		}
		b.WriteString("2021-03-01,CERT,seen in the wave\n")
	}
	return b.String()
}

// lines are texts as logs hold them.
func texts() [][]byte {
	r := rand.New(rand.NewPCG(3, 4))
	var list [][]byte
	for range 4096 {
		list = append(list,
			fmt.Appendf(nil, "%d.%d.%d.%d", 1+r.IntN(220), r.IntN(256), r.IntN(256), r.IntN(256)),
			fmt.Appendf(nil, "/owa/auth/%x/themes/resources/segoeui-regular.ttf", r.Uint32()),
			fmt.Appendf(nil, "&CorrelationID=<empty>;&cafeReqId=%08x-1234-4321-abcd-%012x;&encoding=;", r.Uint32(), r.Uint64()>>16),
			fmt.Appendf(nil, `"C:\Windows\System32\inetsrv\appcmd.exe" list config /text:* /x:%x`, r.Uint32()),
			fmt.Appendf(nil, "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/%d.0.4389.82+Safari/537.36", r.IntN(100)),
			fmt.Appendf(nil, "SHA1=%016x%016x%08x,MD5=%016x%016x,SHA256=%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint32(), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()),
			fmt.Appendf(nil, "https://mail.town%d.example.org/owa/?bO=%d", r.IntN(1000), r.IntN(10)))
	}
	return list
}

func BenchmarkLoadMillion(b *testing.B) {
	text := million(1_000_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		l := NewLoader()
		if err := l.Load("file", strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
		s, r := l.Set()
		b.StopTimer()
		if r.Loaded < 999_000 {
			b.Fatalf("%+v", r.Codes)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc-uint64(len(text)))/float64(s.Len()), "B/indicator")
		b.StartTimer()
	}
}

func benchmarkScan(b *testing.B, n int) {
	l := NewLoader()
	if err := l.Load("file", strings.NewReader(million(n))); err != nil {
		b.Fatal(err)
	}
	s, _ := l.Set()
	scanner, list := NewScanner(s), texts()
	size, hits := 0, []Hit(nil)
	for _, t := range list {
		size += len(t)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range list {
			hits = scanner.Scan(t, hits[:0])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(list)), "ns/value")
}

func BenchmarkScanHundred(b *testing.B) { benchmarkScan(b, 100) }

func BenchmarkScanMillion(b *testing.B) { benchmarkScan(b, 1_000_000) }
