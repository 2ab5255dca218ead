package generate

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/internal/actor"
	"spoor/internal/lab/labdata"
	"spoor/knowledge"
)

func TestBuiltinKnowledgeRegeneratesByteForByte(t *testing.T) {
	t.Parallel()
	folder := filepath.Dir(labdata.Path(t, "knowledge/threat-actor.json"))
	data, tally, err := Files(BuiltinInputs(folder), knowledge.Corrections())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, knowledge.Builtin()) {
		t.Error("knowledge.bin is not what its sources and corrections.yaml give; run go generate ./knowledge")
	}
	if n := tally.Skipped["correction about an actor that the sources lack"]; n != 0 {
		t.Errorf("%d corrections are about nobody", n)
	}
}

func TestDateOfACitation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why, name, text, url string
		want                 actor.Date
		from                 string
	}{
		{"the usual form", "X", "Doe, J. (2021, March 2). Title. Retrieved March 3, 2021.", "", 20210302, "text"},
		{"month only", "X", "Doe. (2021, March). Title.", "", 20210300, "text"},
		{"year only", "X", "Doe. (2016). Title. Retrieved December 18, 2024.", "", 20160000, "text"},
		{"year in the wording, month in the name", "Vendor November 2014", "Doe. (2014). Title.", "", 20141100, "text+"},
		{"old form without brackets", "X", "Vendor 2019, August 27 LYCEUM Takes Center Stage Retrieved. 2019/11/19", "", 20190827, "text"},
		{"no date: the day of retrieval is not one", "X", "Vendor. (n.d.). Profile. Retrieved February 24, 2022.", "", 0, ""},
		{"no date, but the name has one", "Vendor Group MAY 2023", "Vendor. (n.d.). Title.", "", 20230500, "name"},
		{"no date, the name has a year", "Vendor Group 2018", "Vendor. (n.d.). Title.", "", 20180000, "name"},
		{"no date, but the path has one", "X", "Vendor. (n.d.).", "https://example.org/2021/03/02/title/", 20210302, "url"},
		{"path with year and month", "X", "", "https://example.org/blog/2017/06/title.html", 20170600, "url"},
		{"a name and a wording in contradiction: the wording stands", "Vendor Group March 2020", "Vendor. (2021, March 2). Title.", "https://example.org/x", 20210302, "text"},
		{"the address bears the name out", "Vendor Worm June 2017", "Vendor. (2016, June 27). Title.", "https://example.org/2017/06/worm.html", 20170600, "name"},
		{"the address bears the wording out", "Vendor Group March 2020", "Vendor. (2021, March 2). Title.", "https://example.org/2021/03/02/x", 20210302, "text"},
		{"year and month in a Trend Micro address", "X", "", "https://www.trendmicro.com/en_us/research/25/g/title.html", 20250700, "url"},
		{"a wording older than the vulnerability it names", "Vendor Attacks JUL 2025", "Vendor. (2022, July 22). Title (CVE-2025-53770).", "", 20250700, "name"},
		{"the name is near the wording", "Vendor Oct 2021", "Vendor. (2021, November 3). Title.", "", 20211103, "text"},
		{"an impossible month", "X", "Vendor. (2021, Smarch 3). Title.", "", 20210000, "text"},
	} {
		got := dateOf(c.name, c.text, c.url)
		if c.from == "text+" {
			c.from = "name"
		}
		if got.date != c.want || got.from != c.from {
			t.Errorf("%s: %v from %q, want %v from %q", c.why, got.date, got.from, c.want, c.from)
		}
	}
}

const bundle = `{"type":"bundle","id":"bundle--1","objects":[
{"type":"x-mitre-collection","id":"x-mitre-collection--1","x_mitre_version":"99.1"},
{"type":"attack-pattern","id":"attack-pattern--1","name":"Old","revoked":true,"external_references":[{"source_name":"mitre-attack","external_id":"T1001"}]},
{"type":"attack-pattern","id":"attack-pattern--2","name":"New","x_mitre_is_subtechnique":true,"kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"}],"external_references":[{"source_name":"mitre-attack","external_id":"T1002.003"}]},
{"type":"intrusion-set","id":"intrusion-set--11111111-0000-0000-0000-000000000001","name":"Alpha","aliases":["Alpha","Beta"],"description":"SECRETPROSE","external_references":[{"source_name":"mitre-attack","external_id":"G0001"},{"source_name":"Beta","description":"Partly overlaps.(Citation: Vendor May 2020)"},{"source_name":"Vendor May 2020","description":"Vendor. (2020, May 4). Title.","url":"https://vendor.example/a"}]},
{"type":"campaign","id":"campaign--1","name":"Op","first_seen":"2021-01-03T04:00:00.000Z","description":"Used CVE-2021-26855 by [Alpha](https://attack.mitre.org/groups/G0001).","external_references":[{"source_name":"mitre-attack","external_id":"C0001"},{"source_name":"V2","description":"(2021, June 1)","url":"https://vendor.example/b"}]},
{"type":"relationship","id":"relationship--1","relationship_type":"uses","source_ref":"intrusion-set--11111111-0000-0000-0000-000000000001","target_ref":"attack-pattern--1","description":"SECRETPROSE exploited ProxyLogon.(Citation: V3)","external_references":[{"source_name":"V3","description":"(2022, July 1)","url":"https://vendor.example/c"}]},
{"type":"relationship","id":"relationship--2","relationship_type":"revoked-by","source_ref":"attack-pattern--1","target_ref":"attack-pattern--2"}
]}`

const cluster1 = `{"type":"threat-actor","name":"TA","version":7,"values":[
{"uuid":"aaaaaaaa-0000-0000-0000-000000000001","value":"GAMMA","description":"SECRETPROSE","meta":{"synonyms":["G0001","Beta"],"country":"XX","name-attribution":["Beta:d0c33595-b684-45ef-91c3-e2f5ce1a8191"],"refs":["https://www.vendor.example/a/"]},"related":[{"dest-uuid":"11111111-0000-0000-0000-000000000001","type":"similar","tags":["estimative-language:likelihood-probability=\"likely\""]},{"dest-uuid":"ffffffff-0000-0000-0000-000000000001","type":"uses"}]},
{"uuid":"bbbbbbbb-0000-0000-0000-000000000002","value":"DELTA","meta":{}}]}`

func build(t *testing.T, attack string, galaxies ...string) (*actor.Knowledge, *Tally, []byte) {
	t.Helper()
	var in []Input
	for _, g := range galaxies {
		in = append(in, Input{Name: "g.json", Data: []byte(g)})
	}
	k, tally, err := Build(Input{Name: "a.json", Data: []byte(attack)}, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := actor.Encode(&out, k); err != nil {
		t.Fatal(err)
	}
	read, err := actor.Decode(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return read, tally, out.Bytes()
}

func TestFactsOfASmallSource(t *testing.T) {
	t.Parallel()
	k, tally, data := build(t, bundle, cluster1)
	if k.Sources[0].Version != "99.1" || k.Sources[1].Version != "7" {
		t.Errorf("versions: %+v", k.Sources)
	}
	if len(k.Uses) != 1 || k.Uses[0].To != "T1002.003" || len(k.Uses[0].Reports) != 1 {
		t.Errorf("a use of a revoked technique is not mapped forward: %+v", k.Uses)
	}
	if tech := k.Technique("T1002.003"); tech == nil || tech.Parent != "T1002" {
		t.Errorf("parent is not taken from the id: %+v", tech)
	}
	a := k.Resolve("beta")
	if len(a.Matches) != 2 || a.Matches[0].Edges[0].Relation != actor.Overlaps || a.Matches[0].Edges[0].FirstSeen != 20200504 {
		t.Errorf("ATT&CK's alias: %+v", a.Matches)
	}
	if e := a.Matches[1].Edges[0]; e.Namer != "Microsoft" || e.NamerFrom != "stated" {
		t.Errorf("MISP's alias: %+v", e)
	}
	i, j := k.ReportAt("https://vendor.example/a"), k.ReportAt("http://www.vendor.example/a/#x")
	if i < 0 || i != j || k.Reports[i].Date != 20200504 || !slices.Contains(k.ReportsNamed("Vendor May 2020"), i) {
		t.Errorf("one address is %d and %d", i, j)
	}
	if who := k.TiedTo("CVE-2021-26855"); len(who) != 2 || who[0].Who != "C0001" || who[1].Who != "G0001" || len(who[1].Reports) != 1 {
		t.Errorf("vulnerabilities: %+v", who)
	}
	var relations []string
	for _, tie := range k.Ties {
		relations = append(relations, tie.From+" "+tie.Relation+" "+tie.To+" "+tie.Likelihood)
	}
	if want := []string{"C0001 named-in G0001 ", "misp:aaaaaaaa cites-id G0001 ", "misp:aaaaaaaa similar G0001 likely"}; !slices.Equal(relations, want) {
		t.Errorf("ties %q, want %q", relations, want)
	}
	if tally.Skipped["edge of misp to an entry of another galaxy"] != 1 {
		t.Errorf("an edge that leads nowhere is not counted: %v", tally.Skipped)
	}
	for _, s := range k.Facts {
		if strings.Contains(s.Value, "SECRETPROSE") {
			t.Error("a description was kept")
		}
	}
	var plain bytes.Buffer
	for _, r := range k.Reports {
		plain.WriteString(r.URL + strings.Join(r.Names, " "))
	}
	if strings.Contains(plain.String(), "SECRETPROSE") || len(data) == 0 {
		t.Error("a description was kept")
	}
}

func TestOrderOfTheSourcesLeavesNoTrace(t *testing.T) {
	t.Parallel()
	_, _, want := build(t, bundle, cluster1)
	head, rest, _ := strings.Cut(bundle, "\"objects\":[\n")
	body := strings.TrimSuffix(rest, "\n]}")
	objects := strings.Split(body, ",\n")
	slices.Reverse(objects)
	shuffled := head + "\"objects\":[\n" + strings.Join(objects, ",\n") + "\n]}"
	_, _, got := build(t, shuffled, cluster1)
	if !bytes.Equal(got, want) {
		t.Error("the order of objects changes the file")
	}
}

func TestUnusableSourcesAreRefused(t *testing.T) {
	t.Parallel()
	good := Input{Name: "a.json", Data: []byte(bundle)}
	misp := Input{Name: "g.json", Data: []byte(cluster1)}
	for why, try := range map[string]struct {
		attack      Input
		galaxies    []Input
		corrections string
	}{
		"not JSON":                         {Input{Data: []byte("hello")}, nil, ""},
		"JSON without objects":             {Input{Data: []byte(`{"type":"bundle"}`)}, nil, ""},
		"objects that are no list":         {Input{Data: []byte(`{"objects":{}}`)}, nil, ""},
		"no ATT&CK object":                 {Input{Data: []byte(`{"objects":[]}`)}, nil, ""},
		"an object cut short":              {Input{Data: []byte(bundle[:900])}, nil, ""},
		"a galaxy as ATT&CK":               {misp, nil, ""},
		"ATT&CK as a galaxy":               {good, []Input{good}, ""},
		"another galaxy":                   {good, []Input{{Data: []byte(`{"type":"tool","values":[{}]}`)}}, ""},
		"an entry without uuid":            {good, []Input{{Data: []byte(`{"type":"threat-actor","values":[{"value":"X"}]}`)}}, ""},
		"one galaxy twice":                 {good, []Input{misp, misp}, ""},
		"corrections with a foreign field": {good, []Input{misp}, "aliases: [{nme: X}]"},
		"a correction of no edge":          {good, []Input{misp}, "aliases: [{name: Nobody, actor: G0001, relation: disputed}]"},
		"a correction without a source":    {good, []Input{misp}, "aliases: [{name: New, actor: G0001, relation: same, add: true}]"},
		"a relation that is not one":       {good, []Input{misp}, "aliases: [{name: Beta, actor: G0001, relation: friend}]"},
		"a tie without a source":           {good, []Input{misp}, "parties: [{id: 'state:x', name: X, kind: state}]\nties: [{from: G0001, to: 'state:x', relation: r, statement: s}]"},
		"a date that is none":              {good, []Input{misp}, "aliases: [{name: Beta, actor: G0001, relation: same, date: yesterday, url: u}]"},
	} {
		if _, _, err := Build(try.attack, try.galaxies, []byte(try.corrections)); err == nil {
			t.Errorf("%s: accepted", why)
		}
	}
}

func TestUpdateWithOtherSourcesKeepsGoing(t *testing.T) {
	t.Parallel()
	k, tally, err := Build(Input{Data: []byte(bundle)}, []Input{{Data: []byte(cluster1)}}, knowledge.Corrections())
	if err != nil {
		t.Fatal(err)
	}
	if tally.Skipped["correction about an actor that the sources lack"] == 0 || len(k.Parties) == 0 {
		t.Error("corrections about absent actors are neither skipped nor counted")
	}
}

func TestReadFileTellsGzipFromPlain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cut.gz")
	if err := os.WriteFile(path, []byte{0x1f, 0x8b, 8, 0, 0}, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err == nil {
		t.Error("a cut gzip file is accepted")
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("an absent file is accepted")
	}
}

// FuzzBuild: sources are files from anywhere.
func FuzzBuild(f *testing.F) {
	f.Add([]byte(bundle), []byte(cluster1))
	f.Fuzz(func(t *testing.T, attack, galaxy []byte) {
		k, _, err := Build(Input{Data: attack}, []Input{{Data: galaxy}}, nil)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := actor.Encode(&out, k); err != nil {
			t.Fatal(err)
		}
		if _, err := actor.Decode(out.Bytes()); err != nil {
			t.Fatalf("what was built does not load: %v", err)
		}
	})
}
