package lab

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestColumnsAreAsManyAsTheBuildsWrite(t *testing.T) {
	t.Parallel()
	for want, got := range map[int]*CSVLog{
		74: NewHttpProxy(Build{15, 1, 2106, 2}, 74), 68: NewHttpProxy(Build{15, 0, 1395, 4}, 68), 64: NewHttpProxy(Build{15, 0, 847, 30}, 64),
		38: NewRpsHttp(Build{}), 67: NewRpsCmdlet(Build{}), 30: NewTracking(Build{}), 4: NewECPServer(),
	} {
		if len(got.Columns()) != want {
			t.Errorf("%s: %d columns, want %d", got.kind, len(got.Columns()), want)
		}
	}
}

func TestRowsKeepTheirColumnsAndValues(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, 3, 3, 6, 49, 53, 772e6, time.UTC)
	item := Item{"CMD", `Set-OabVirtualDirectory.ExternalUrl='http://f/<b x="1">'`}
	cases := map[string]struct {
		log  *CSVLog
		want string
	}{
		"a comma in an HttpProxy value becomes a blank": {NewHttpProxy(Build{15, 1, 2106, 2}, 74).Header(at).Proxy(ProxyRow{Time: at, Agent: "(KHTML, like Gecko)", Stem: "/owa"}), "(KHTML  like Gecko)"},
		"an ECP command is quoted twice":                {NewECPServer().Header(at).ECP(ECPRow{Time: at, Server: "EX", Event: "ECP.Request", Items: []Item{item}}), `'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<b x="1">'''`},
		"a cmdlet's parameters keep their quotes":       {NewRpsCmdlet(Build{15, 1, 1713, 5}).Header(at).Cmdlets(Cmdlet{Time: at, Name: "Get-Mailbox", Parameters: `-Identity "a, b"`}), `-Identity "a, b"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows := c.log.Bytes()[firstRow(c.log.Bytes()):]
			r := csv.NewReader(bytes.NewReader(rows))
			got, err := r.Read()
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.log.Columns()) {
				t.Errorf("%d values, %d columns", len(got), len(c.log.Columns()))
			}
			if !strings.Contains(strings.Join(got, "|"), c.want) {
				t.Errorf("row %q lacks %q", got, c.want)
			}
		})
	}
}

func TestW3CRowsFollowTheHeaderInForce(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, 3, 3, 6, 49, 53, 0, time.UTC)
	row := WebRow{Time: at, Server: "192.0.2.1", Method: "GET", Stem: "/x y", Port: 443, Client: "2001:db8::1", Agent: "a b", Status: 200}
	text := string(NewW3C().Header(at).Row(row).Fields(at, "date", "time", "cs-method", "X-Forwarded-For").Row(row).Bytes())
	for _, want := range []string{
		"2021-03-03 06:49:53 192.0.2.1 GET /x+y - 443 - 2001:db8::1 a+b - 200 0 0 0\r\n",
		"#Fields: date time cs-method X-Forwarded-For\r\n2021-03-03 06:49:53 GET -\r\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
}

func TestEveryDamageChangesTheFileAndOnlyTheCopy(t *testing.T) {
	t.Parallel()
	log := everyType().Bytes()
	l := NewW3C().Header(time.Unix(1614753600, 0))
	for i := range 20 {
		l.Row(WebRow{Time: time.Unix(1614753600+int64(i), 0), Server: "192.0.2.1", Method: "GET", Stem: fmt.Sprint("/", i), Port: 443, Client: "192.0.2.9", Agent: "a", Status: 200})
	}
	names := map[string]bool{}
	check := func(list []Damage, whole []byte) {
		keep := bytes.Clone(whole)
		for _, d := range list {
			got := d.Make(whole)
			if bytes.Equal(got, whole) {
				t.Errorf("%s changes nothing", d.Name)
			}
			if !bytes.Equal(d.Make(whole), got) {
				t.Errorf("%s is not the same twice", d.Name)
			}
			if !bytes.Equal(whole, keep) {
				t.Fatalf("%s changes its argument", d.Name)
			}
			if names[d.Name] {
				t.Errorf("two damages are called %q", d.Name)
			}
			names[d.Name] = true
		}
	}
	check(EventLogDamages(), log)
	check(TextDamages(), l.Bytes())
}
