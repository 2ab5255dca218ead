package assess

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/finding"
	"spoor/internal/lab"
	"spoor/internal/report/page"
)

var aDay = time.Date(2021, 3, 3, 6, 0, 0, 0, time.UTC)

// clients counts requests by client and keeps the first few clients by name.
type clients struct{ seen map[string]int64 }

func newClients() *clients { return &clients{map[string]int64{}} }

func (c *clients) Add(e *event.Event, _ bool) {
	if ip := e.Get("c-ip").String(); ip != "" {
		c.seen[ip]++
	}
}

// busiest is what all workers saw: one client that is kept, the rest is dropped.
type busiest struct {
	name        string
	n, leftOver int64
}

func (b *busiest) Dropped() int64 { return b.leftOver }

func mergeClients(cols []*clients, _ func(string, event.ItemID) string) *busiest {
	all := map[string]int64{}
	b := &busiest{}
	for _, c := range cols {
		for ip, n := range c.seen {
			all[ip] += n
			b.leftOver += n
		}
	}
	for ip, n := range all {
		if n > b.n || n == b.n && ip < b.name {
			b.name, b.n = ip, n
		}
	}
	b.leftOver -= b.n
	return b
}

// An observer of one's own: what it finds is in the case, and what it dropped is
// said in the verdict and on page one, whatever the number of workers.
func TestAnObserverOfOnesOwnIsHeardAndSaysWhatItDropped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 3 { // several blocks for several workers
		l := lab.NewW3C(lab.IISFields()...).Header(aDay)
		for n := range 900 {
			l.Row(lab.WebRow{Time: aDay, Server: "192.0.2.1", Method: "GET", Stem: fmt.Sprintf("/shop/%d", i), Client: fmt.Sprintf("203.0.113.%d", min(n%30, 20)), Port: 443, Status: 200})
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("u_ex2103%02d.log", i+1)), append(l.Bytes(), byte('\n')), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	toy := Observe("busy clients", newClients, mergeClients, func(b *busiest, w *Whole) []*finding.Finding {
		return []*finding.Finding{finding.New(finding.Finding{Rule: finding.Rule{ID: "toy-busiest", Title: "The busiest client", Level: "low", Kind: "sum", Source: "test"},
			Source: w.Source(0), Host: w.Host("", 0), Message: b.name, Fields: map[string]string{"c-ip": b.name, "n": fmt.Sprint(b.n)}})}
	})
	var want []byte
	for _, n := range []int{1, 2, 7} {
		got := assess(t, dir, workers(n), func(o *Options) { o.Observers = append(Observers(), toy) })
		d := got.verdict.Evidence.Dropped
		if len(d) != 1 || d[0].By != "busy clients" || d[0].Events != 3*600 {
			t.Fatalf("%d workers: dropped %+v", n, d)
		}
		found, err := os.ReadFile(filepath.Join(got.dir, "findings.ndjson"))
		if err != nil || !bytes.Contains(found, []byte(`"toy-busiest"`)) || !bytes.Contains(found, []byte("u_ex210301.log")) {
			t.Fatalf("findings %s (%v)", found, err)
		}
		if want == nil {
			want = found
		}
		if !bytes.Equal(found, want) {
			t.Errorf("%d workers: other findings", n)
		}
		var one bytes.Buffer
		if err := page.Write(&one, &got.verdict, page.Options{Messages: optionsFor(t, dir).Messages}); err != nil || !strings.Contains(strings.Join(strings.Fields(one.String()), " "), "1,800 events were examined but are not in the sums of busy clients") {
			t.Errorf("page one does not say what was dropped (%v):\n%s", err, one.String())
		}
	}
}
