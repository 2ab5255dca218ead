package indicator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/internal/finding"
)

// loaded reads one file and lists what a set holds, one per line, and the
// codes of what it refuses or finds damaged.
func loaded(t testing.TB, text string) (list []Indicator, codes string, r *Report) {
	t.Helper()
	l := NewLoader()
	if err := l.Load("file", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	s, r := l.Set()
	s.All(func(i Indicator) { list = append(list, i) })
	var c []string
	for _, f := range r.Refusals {
		c = append(c, f.Code)
	}
	for range r.Damaged {
		c = append(c, "damaged")
	}
	if len(list) != r.Loaded {
		t.Errorf("the report says %d, the set holds %d", r.Loaded, len(list))
	}
	return list, strings.Join(c, " "), r
}

func values(list []Indicator) string {
	var v []string
	for _, i := range list {
		one := i.Kind.String() + ":" + i.Value
		for _, a := range i.Also {
			one += "&" + a.Value
		}
		if i.Port != 0 {
			one += fmt.Sprintf("&:%d", i.Port)
		}
		v = append(v, one)
	}
	return strings.Join(v, " ")
}

func TestAPlainListIsReadByTheFormOfItsValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ why, text, want, codes string }{
		{"harmless forms", "hxxps://bad[.]example[.]edu/x\n45.33.32[.]156\nbad(.)example.edu\nthief[@]bad[.]example.edu", "url:https://bad.example.edu/x address:45.33.32.156 domain:bad.example.edu email:thief@bad.example.edu", ""},
		{"comments and blank lines", "# one\n\n; two\n// three\n45.33.32.156 # four", "address:45.33.32.156", ""},
		{"a checksum file", "d3b07384d113edec49eaa6238ad5ff00  kit.exe\nd3b07384d113edec49eaa6238ad5ff01;a comment", "md5:d3b07384d113edec49eaa6238ad5ff00 md5:d3b07384d113edec49eaa6238ad5ff01", ""},
		{"an address with a port", "45.33.32.156:8443\nbad.example.edu:80", "address:45.33.32.156&:8443 domain:bad.example.edu&:80", ""},
		{"networks", "185.220.101.0/24\n2606:4700::/40", "address:185.220.101.0/24 address:2606:4700::/40", ""},
		{"names and paths", "supp0rt.aspx\nC:\\kit\\run.exe\n/tmp/kit/run.so", "file name:supp0rt.aspx path:c:\\kit\\run.exe path:\\tmp\\kit\\run.so", ""},
		{"addresses that mean any network", "10.1.2.3\n127.0.0.1\n0.0.0.0\n224.0.0.1\n169.254.1.1\n100.64.0.1\n::1\nfe80::1\nfd00::1\n255.255.255.255", "", "private-address reserved-address reserved-address reserved-address reserved-address private-address reserved-address reserved-address private-address reserved-address"},
		{"values that fit anything", "8.8.8.8\n1.0.0.0/8\ngoogle.com\nwww.microsoft.com\ngithub.io\nco.uk\nindex.aspx\ncmd.exe\nC:\\Windows\\System32\\cmd.exe", "", "too-general too-general too-general too-general too-general too-general too-general too-general too-general"},
		{"hashes of nothing", "d41d8cd98f00b204e9800998ecf8427e\nda39a3ee5e6b4b0d3255bfef95601890afd80709\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n00000000000000000000000000000000", "", "empty-file empty-file empty-file no-hash"},
		{"what is no indicator", "hello\nkit.zip\nC:\\kit\\\nC:\\kit\\*.exe\nlocalhost", "", "unrecognised ambiguous folder wildcard unrecognised"},
	} {
		list, codes, _ := loaded(t, c.text)
		if values(list) != c.want || codes != c.codes {
			t.Errorf("%s:\n got %s [%s]\nwant %s [%s]", c.why, values(list), codes, c.want, c.codes)
		}
	}
}

func TestATableIsReadByItsHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ why, text, want, codes string }{
		{"value and type", "Indicator;IndicatorType;TLP\n45.33.32.156;ip;White\nrun.exe;filename;White", "address:45.33.32.156 file name:run.exe", ""},
		{"a header in a comment, cells in quotes", "# URLhaus\n# id,dateadded,url,url_status,threat,urlhaus_link\n\"1\",\"2021-03-01 10:00:00\",\"http://bad.example.edu/x\",\"online\",\"malware, bad\",\"https://urlhaus.example/1/\"", "url:http://bad.example.edu/x", ""},
		{"a column of each kind", "md5,sha256,filename\nd3b07384d113edec49eaa6238ad5ff00,,run.exe", "md5:d3b07384d113edec49eaa6238ad5ff00 file name:run.exe", ""},
		{"address and port in columns", "first_seen_utc,dst_ip,dst_port\n2021-03-01 10:00:00,45.33.32.156,443", "address:45.33.32.156&:443", ""},
		{"a type that is not looked for", "type,value\nimphash,d3b07384d113edec49eaa6238ad5ff00\nhash,d3b07384d113edec49eaa6238ad5ff00", "md5:d3b07384d113edec49eaa6238ad5ff00", "type"},
		{"rows that are damaged", "type,value\nip,\"45.33.32.156\nip,45.33.32.156,extra\nip,45.33.32.156", "address:45.33.32.156", "damaged damaged"},
		{"a row without value", "type,value\nip,", "", "empty"},
	} {
		list, codes, r := loaded(t, c.text)
		if values(list) != c.want || codes != c.codes || r.Files[0].Format != "csv" {
			t.Errorf("%s: %s\n got %s [%s]\nwant %s [%s]", c.why, r.Files[0].Format, values(list), codes, c.want, c.codes)
		}
	}
	list, _, _ := loaded(t, "value,first_seen,last_seen,level,publisher,feed,link,tlp,actor,software,note,sightings\nbad.example.edu,2021-03-01,2021-03-09,low,CERT,Attack,https://cert.example/1,WHITE,G0125;Tick,S0020,C2,7\n")
	i := list[0]
	if i.From != date("2021-03-01T00:00:00Z") || i.Until != date("2021-03-09T23:59:59Z") || i.FirstUse != date("2021-03-01T00:00:00Z") || i.LastUse != date("2021-03-09T00:00:00Z") ||
		i.Level != finding.Low || !i.Stated || i.Sightings != 7 || i.Label != "C2" ||
		!i.Context.equal(Context{Publisher: "CERT", Feed: "Attack", Link: "https://cert.example/1", TLP: "clear", Actors: []string{"G0125", "Tick"}, Software: []string{"S0020"}, File: "file"}) {
		t.Errorf("what the row says: %+v", i)
	}
}

func date(v string) time.Time {
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		panic(err)
	}
	return t
}

func TestPatternsOfWholeValuesAreReadAndOthersRefusedWithACode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pattern, want, code string }{
		{"[ipv4-addr:value = '45.33.32.156']", "address:45.33.32.156", ""},
		{"[ipv4-addr:value ISSUBSET '185.220.101.0/24']", "address:185.220.101.0/24", ""},
		{"[domain-name:value IN ('a.example.edu', 'b.example.edu')]", "domain:a.example.edu domain:b.example.edu", ""},
		{"[url:value = 'http://a.example.edu/it\\'s'] OR [email-addr:value='x@a.example.edu']", "url:http://a.example.edu/it's email:x@a.example.edu", ""},
		{"[file:hashes.MD5 = 'd3b07384d113edec49eaa6238ad5ff00' OR file:hashes.'SHA-1' = 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15']", "md5:d3b07384d113edec49eaa6238ad5ff00 sha1:f1d2d2f924e986ac86fdf7b36c94bcdf32beec15", ""},
		{"[file:name = 'run.exe' AND file:hashes.'SHA-256' = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c']", "file name:run.exe&b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c", ""},
		{"[file:name = 'cmd.exe' AND file:parent_directory_ref.path = 'C:\\\\kit']", `path:c:\kit\cmd.exe`, ""},
		{"[(file:name = 'a1.exe' OR file:name = 'b1.exe') AND domain-name:value = 'c.example.edu']", "file name:a1.exe&c.example.edu file name:b1.exe&c.example.edu", ""},
		{"[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '45.33.32.156' AND network-traffic:dst_port = 8443]", "address:45.33.32.156&:8443", ""},
		{"[domain-name:value = 'a.example.edu' AND domain-name:resolves_to_refs[*].value = '45.33.32.156']", "domain:a.example.edu&45.33.32.156", ""},
		{"[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Strange Kit/1.0']", "user agent:Strange Kit/1.0", ""},
		{"[domain-name:value = 'a.example.edu'] AND [domain-name:value = 'b.example.edu']", "", "several-records"},
		{"[domain-name:value = 'a.example.edu'] FOLLOWEDBY [domain-name:value = 'b.example.edu']", "", "several-records"},
		{"[domain-name:value = 'a.example.edu'] REPEATS 5 TIMES", "", "several-records"},
		{"[file:name LIKE '%.exe']", "", "operator"},
		{"[file:name MATCHES '^a']", "", "operator"},
		{"[file:name != 'run.exe']", "", "operator"},
		{"[file:name NOT = 'run.exe']", "", "operator"},
		{"[file:size > 100]", "", "operator"},
		{"[windows-registry-key:key = 'HKLM\\\\x']", "", "object"},
		{"[file:hashes.SSDEEP = 'abc']", "", "hash-type"},
		{"[ipv4-addr:value = '10.0.0.1']", "", "private-address"},
		{"[file:name = 'run.exe' AND domain-name:value = 'google.com']", "", "too-general"},
		{"[file:parent_directory_ref.path = 'C:\\\\kit']", "", "folder"},
		{"[network-traffic:dst_port = 443]", "", "too-general"},
		{"[domain-name:value = 'a.example.edu'", "", "pattern"},
		{"[domain-name:value = 'a.example.edu]", "", "pattern"},
		{"domain-name:value = 'a.example.edu'", "", "pattern"},
		{"[" + strings.Repeat("(", 40) + "domain-name:value = 'a.example.edu'" + strings.Repeat(")", 40) + "]", "", "nesting"},
	} {
		raw := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(c.pattern)
		list, codes, _ := loaded(t, `{"type":"bundle","objects":[{"type":"indicator","id":"indicator--1","pattern":"`+raw+`","pattern_type":"stix"}]}`)
		if values(list) != c.want || codes != c.code {
			t.Errorf("%s:\n got %s [%s]\nwant %s [%s]", c.pattern, values(list), codes, c.want, c.code)
		}
	}
}

func TestABundleKeepsWhoSaysWhatAboutWhom(t *testing.T) {
	t.Parallel()
	list, codes, r := loaded(t, `{"type":"bundle","objects":[
{"type":"relationship","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"campaign--1","start_time":"2021-03-01T00:00:00Z","stop_time":"2021-03-05T00:00:00Z"},
{"type":"relationship","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"malware--1"},
{"type":"relationship","relationship_type":"attributed-to","source_ref":"campaign--1","target_ref":"intrusion-set--1"},
{"type":"indicator","id":"indicator--1","name":"C2","pattern":"[domain-name:value = 'bad.example.edu']","pattern_type":"stix","valid_from":"2021-02-01T00:00:00Z","valid_until":"2021-04-01T00:00:00Z","created_by_ref":"identity--1","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],"external_references":[{"source_name":"report","url":"https://cert.example/1"}]},
{"type":"indicator","id":"indicator--2","revoked":true,"pattern":"[domain-name:value = 'old.example.edu']","pattern_type":"stix"},
{"type":"indicator","id":"indicator--3","pattern":"rule x {}","pattern_type":"yara"},
{"type":"campaign","id":"campaign--1","name":"Wave"},
{"type":"intrusion-set","id":"intrusion-set--1","name":"HAFNIUM","external_references":[{"source_name":"mitre-attack","external_id":"G0125"}]},
{"type":"malware","id":"malware--1","name":"China Chopper","external_references":[{"source_name":"mitre-attack","external_id":"S0020"}]},
{"type":"identity","id":"identity--1","name":"CERT"},
{"type":"sighting","sighting_of_ref":"indicator--1","count":3},
{"type":"sighting","sighting_of_ref":"malware--1","observed_data_refs":["observed-data--1"]},
{"type":"observed-data","id":"observed-data--1","object_refs":["file--1","ipv4-addr--1"]},
{"type":"file","id":"file--1","name":"run.exe","hashes":{"MD5":"d3b07384d113edec49eaa6238ad5ff00"}},
{"type":"ipv4-addr","id":"ipv4-addr--1","value":"45.33.32.156"},
{"type":"ipv4-addr","id":"ipv4-addr--2","value":"45.33.32.157"},
{"type":"indicator","id":5}
]}`)
	if values(list) != "domain:bad.example.edu md5:d3b07384d113edec49eaa6238ad5ff00 address:45.33.32.156" || codes != "pattern-type damaged" || r.Left != 2 {
		t.Fatalf("%s [%s], %d left", values(list), codes, r.Left)
	}
	i := list[0]
	want := Context{Publisher: "CERT", Link: "https://cert.example/1", TLP: "green", Actors: []string{"G0125"}, Software: []string{"S0020"}, File: "file"}
	if written, _, _ := loaded(t, `{"type":"indicator","id":"indicator--1","created":"2021-03-10T09:00:00.000Z","valid_from":"2021-03-10T09:00:01Z","pattern":"[domain-name:value = 'bad.example.edu']","pattern_type":"stix"}`); !written[0].From.IsZero() {
		t.Errorf("the time of writing is no bound: %+v", written[0])
	}
	if !i.Context.equal(want) || i.Sightings != 3 || i.Label != "C2" || i.From != date("2021-02-01T00:00:00Z") || i.Until != date("2021-04-01T00:00:00Z") || i.FirstUse != date("2021-03-01T00:00:00Z") || i.LastUse != date("2021-03-05T00:00:00Z") {
		t.Errorf("what the bundle says: %+v", i)
	}
}

func TestAnEventKeepsItsWordsWhereverTheyStand(t *testing.T) {
	t.Parallel()
	list, codes, r := loaded(t, `{"response":[{"Event":{"Attribute":[
{"type":"filename|sha256","value":"run.exe|b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c","to_ids":true},
{"type":"ip-dst|port","value":"45.33.32.156|443","to_ids":"1","first_seen":"2021-03-01T00:00:00+00:00","last_seen":"2021-03-02T00:00:00+00:00"},
{"type":"domain|ip","value":"bad.example.edu|45.33.32.157","to_ids":true,"Tag":[{"name":"tlp:red"}]},
{"type":"domain","value":"left.example.edu","to_ids":false},
{"type":"domain","value":"gone.example.edu","to_ids":true,"deleted":true},
{"type":"domain","value":"wrong.example.edu","to_ids":true,"Sighting":[{"type":"1"}]},
{"type":"mutex","value":"abc","to_ids":true},
7,
{"type":"user-agent","value":"Strange Kit/1.0","Sighting":[{"type":"0"},{"type":"0"}]}],
"Object":[{"name":"file","Attribute":[{"type":"md5","value":"d3b07384d113edec49eaa6238ad5ff00","to_ids":true,"comment":"dropper"}]}],
"Galaxy":[{"type":"mitre-intrusion-set","GalaxyCluster":[{"type":"mitre-intrusion-set","value":"HAFNIUM - G0125"}]}],
"Tag":[{"name":"tlp:amber+strict"},{"name":"misp-galaxy:threat-actor=\"Tick\""},{"name":"misp-galaxy:mitre-malware=\"China Chopper - S0020\""}],
"Orgc":{"name":"CERT"},"info":"Wave","uuid":"5e1ff1bf-0000-4000-8000-000000000001"}},
{"Event":{"info":"Other","Attribute":[{"type":"md5","value":"d3b07384d113edec49eaa6238ad5ff00"}]}}]}`)
	want := "sha256:b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c address:45.33.32.156&:443 domain:bad.example.edu address:45.33.32.157 user agent:Strange Kit/1.0 md5:d3b07384d113edec49eaa6238ad5ff00 md5:d3b07384d113edec49eaa6238ad5ff00"
	if values(list) != want || codes != "false-positive type damaged" || r.Left != 2 {
		t.Fatalf("%s [%s], %d left", values(list), codes, r.Left)
	}
	about := Context{Publisher: "CERT", Feed: "Wave", Link: "misp:5e1ff1bf-0000-4000-8000-000000000001", TLP: "amber+strict", Actors: []string{"G0125", "Tick"}, Software: []string{"S0020"}, File: "file"}
	if slicesDiffer(list[0].Context.Actors, about.Actors) || list[0].Context.Feed != "Wave" || list[0].Context.TLP != "amber+strict" || list[0].Label != "run.exe" || list[2].Context.TLP != "red" || list[4].Sightings != 2 || list[5].Label != "dropper" {
		t.Errorf("what the event says: %+v", list[0])
	}
	if list[6].Context.Feed != "Other" || list[6].Context.Publisher != "" || len(list[6].Context.Actors) != 0 {
		t.Errorf("one event's words are said of another: %+v", list[6].Context)
	}
}

func slicesDiffer(a, b []string) bool {
	for _, v := range b {
		if !strings.Contains(strings.Join(a, "|"), v) {
			return true
		}
	}
	return len(a) != len(b)
}

func TestAFeedIsItsManifestAndItsEvents(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"manifest.json": `{"5e1ff1bf-0000-4000-8000-000000000001":{"info":"Wave","Orgc":{"name":"CERT"},"date":"2021-03-03"}}`,
		"5e1ff1bf-0000-4000-8000-000000000001.json": `{"Event":{"info":"Wave","Orgc":{"name":"CERT"},"Attribute":[{"type":"domain","value":"bad.example.edu","to_ids":true}]}}`,
		"hashes.csv": "0123456789abcdef0123456789abcdef,5e1ff1bf-0000-4000-8000-000000000001\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := NewLoader()
	if err := l.LoadPath(dir); err != nil {
		t.Fatal(err)
	}
	s, r := l.Set()
	if s.Len() != 1 || r.Refused+r.Damaged != 0 || len(r.Files) != 2 {
		t.Fatalf("%+v", r)
	}
}

const openIOC = `<?xml version="1.0" encoding="utf-8"?>
<OpenIOC xmlns="http://openioc.org/schemas/OpenIOC_1.1" id="1"><metadata><short_description>Kit</short_description><authored_by>CERT</authored_by></metadata>
<criteria><Indicator operator="OR">
<IndicatorItem condition="is"><Context document="FileItem" search="FileItem/Md5sum" type="mir"/><Content type="md5">d3b07384d113edec49eaa6238ad5ff00</Content></IndicatorItem>
<IndicatorItem condition="contains"><Context search="FileItem/FullPath"/><Content>kit</Content></IndicatorItem>
<IndicatorItem condition="is" negate="true"><Context search="PortItem/remoteIP"/><Content>45.33.32.156</Content></IndicatorItem>
<IndicatorItem condition="ends-with"><Context search="FileItem/FullPath"/><Content>\kit\run.dll</Content></IndicatorItem>
<IndicatorItem condition="is"><Context search="RegistryItem/Path"/><Content>x</Content></IndicatorItem>
<Indicator operator="AND">
<IndicatorItem condition="is"><Context search="FileItem/FileName"/><Content>run.exe</Content></IndicatorItem>
<IndicatorItem condition="is"><Context search="DnsEntryItem/Host"/><Content>bad.example.edu</Content></IndicatorItem>
</Indicator></Indicator></criteria></OpenIOC>`

func TestOpenIOCAlternativesStandForThemselves(t *testing.T) {
	t.Parallel()
	list, codes, r := loaded(t, openIOC)
	if values(list) != `md5:d3b07384d113edec49eaa6238ad5ff00 path:\kit\run.dll file name:run.exe&bad.example.edu` || codes != "operator operator object" || list[0].Context.Publisher != "CERT" || list[0].Context.Feed != "Kit" || r.Files[0].Format != "openioc" {
		t.Fatalf("%s [%s] %+v", values(list), codes, list)
	}
	old := strings.NewReplacer("OpenIOC", "ioc", "criteria", "definition").Replace(openIOC)
	if list, _, _ := loaded(t, old); len(list) != 3 {
		t.Fatalf("OpenIOC 1.0: %s", values(list))
	}
}

func TestDamageCostsTheDamagedPartAndIsCounted(t *testing.T) {
	t.Parallel()
	one := `{"type":"indicator","id":"indicator--1","pattern":"[domain-name:value = 'bad.example.edu']","pattern_type":"stix"}`
	for _, c := range []struct {
		why, text       string
		loaded, damaged int
	}{
		{"a bundle that ends too early", `{"type":"bundle","objects":[` + one + `,` + one[:40], 1, 1},
		{"a bundle with broken JSON", `{"type":"bundle","objects":[` + one + `,{]]}`, 1, 1},
		{"an event that ends too early", `{"Event":{"Attribute":[{"type":"domain","value":"bad.example.edu"},{"type":`, 1, 1},
		{"XML that ends too early", openIOC[:700], 0, 1},
		{"XML of another kind", `<html><body>45.33.32.156</body></html>`, 0, 1},
		{"JSON of another kind", `{"a":1}`, 0, 1},
		{"prose with a name in it", strings.Repeat("a line of words\n", 12) + "45.33.32.156\n", 0, 1},
		{"an event without its wrapping", `{"info":"Wave","Attribute":[{"type":"domain","value":"bad.example.edu"}],"Orgc":{"name":"CERT"}}`, 1, 0},
		{"no text", "\x00\x01\x02", 0, 1},
		{"a line without end", "45.33.32.156\n" + strings.Repeat("a", 3*maxLine) + "\n45.33.32.157", 2, 1},
		{"deep nesting", `{"type":"bundle","objects":[` + one + `],"x":` + strings.Repeat("[", 100_000), 1, 1},
		{"a lone object", one, 1, 0},
		{"a list of objects", `[` + one + `,` + one + `]`, 2, 0},
		{"a byte order mark", "\xef\xbb\xbf" + `{"type":"bundle","objects":[` + one + `]}`, 1, 0},
	} {
		list, codes, r := loaded(t, c.text)
		if len(list) != c.loaded || r.Damaged != c.damaged {
			t.Errorf("%s: %d loaded, %d damaged [%s], want %d and %d", c.why, len(list), r.Damaged, codes, c.loaded, c.damaged)
		}
	}
}
