package jsonlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/jsonlog"
	"spoor/internal/lab/labdata"
	"spoor/internal/stream"
)

// read decodes a stream and describes every event in one line of text.
func read(t testing.TB, data []byte) ([]string, stream.Summary) {
	t.Helper()
	split, decode := jsonlog.NewSplitter(bytes.NewReader(data), 1), jsonlog.NewDecoder(nil)
	var out []string
	var all stream.Summary
	for {
		var b stream.Block
		err := split.Next(&b)
		if errors.Is(err, io.EOF) {
			return out, all
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := decode.Decode(&b, func(e *event.Event) {
			out = append(out, fmt.Sprintf("%s|%s|%s|%d|%s|%s", e.Time, e.Route.Channel, e.Route.Provider, e.Route.EventID, e.Host, e.AppendJSON(nil)))
		})
		all.Lines.Add(sum.Lines)
		all.Damage = append(all.Damage, sum.Damage...)
	}
}

func codes(sum stream.Summary) string {
	var out []string
	for _, d := range sum.Damage {
		out = append(out, fmt.Sprintf("%s@%d", d.Code, d.Line))
	}
	return strings.Join(out, " ")
}

func TestEveryExporterGivesTheNamesOfTheEventLogReader(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"velociraptor, with seconds as the time and an escaped host": {
			`{"System":{"Provider":{"Name":"P","Guid":"G"},"EventID":{"Value":4624},"TimeCreated":{"SystemTime":1617235221.1234567},"EventRecordID":99,"Correlation":{},"Execution":{"ProcessID":4},"Channel":"Security","Computer":"a\\b\ud83d\ude00\ud800x"},"EventData":{"User":"S-1-5-18","List":["a","b"]},"Message":"x"}`,
			`2021-04-01T00:00:21.1234567Z|Security|P|4624|` + "a\\b😀\xed\xa0\x80x" + `|{"Provider_Name":"P","Provider_Guid":"G","EventID":"4624","TimeCreated":"1617235221.1234567","EventRecordID":"99","Execution_ProcessID":"4","Channel":"Security","Computer":"a\\b😀\ud800x","User":"S-1-5-18","List":["a","b"],"Message":"x"}`},
		"winlogbeat": {
			`{"@timestamp":"2021-03-14T01:40:12.987Z","winlog":{"channel":"Security","computer_name":"h.x","event_id":4688,"provider_name":"P","process":{"pid":4,"thread":{"id":8}},"event_data":{"CommandLine":"cmd"},"user_data":{"A":"b"}},"message":"m","host":{"name":"h"}}`,
			`2021-03-14T01:40:12.987Z|Security|P|4688|h.x|{"@timestamp":"2021-03-14T01:40:12.987Z","Channel":"Security","Computer":"h.x","EventID":"4688","Provider_Name":"P","Execution_ProcessID":"4","Execution_ThreadID":"8","CommandLine":"cmd","A":"b","Message":"m","host.name":"h"}`},
		"evtx_dump with attributes beside the elements and labelled data": {
			`{"Event":{"#attributes":{"xmlns":"q"},"System":{"EventID":{"#attributes":{"Qualifiers":16384},"#text":7036},"Provider_attributes":{"Name":"SCM"},"TimeCreated_attributes":{"SystemTime":"2021-01-01T00:00:00.5Z"},"Channel":"System"},"EventData":{"Data":[{"#attributes":{"Name":"param1"},"#text":"x"},{"#attributes":{"Name":"param2"},"#text":"y"}],"Binary":"00"}}}`,
			`2021-01-01T00:00:00.5Z|System|SCM|7036||{"EventID_Qualifiers":"16384","EventID":"7036","Provider_Name":"SCM","TimeCreated":"2021-01-01T00:00:00.5Z","Channel":"System","param1":"x","param2":"y","Binary":"00"}`},
		"unnamed data keep their positions": {
			`{"Event":{"System":{"EventID":1,"Channel":"A"},"EventData":{"Data":{"#text":["u","v"]}},"UserData":{"EventXML":{"#attributes":{"xmlns":"i"},"Address":"1.2.3.4"}}}}`,
			`|A||1||{"EventID":"1","Channel":"A","Data":["u","v"],"Address":"1.2.3.4"}`},
		"EvtxECmd, with the data inside a string": {
			`{"Payload":"{\"EventData\":{\"Data\":[{\"@Name\":\"Image\",\"#text\":\"C:\\\\x.exe\"},{\"@Name\":\"User\"}]}}","Channel":"c","Provider":"P","EventId":1,"EventRecordId":"7","Computer":"h","TimeCreated":"2021-03-14T01:40:12.9870000+00:00","PayloadData1":"x"}`,
			`2021-03-14T01:40:12.9870000Z|c|P|1|h|{"Image":"C:\\x.exe","Channel":"c","Provider_Name":"P","EventID":"1","EventRecordID":"7","Computer":"h","TimeCreated":"2021-03-14T01:40:12.9870000+00:00","PayloadData1":"x"}`},
		"powershell": {
			`{"Id":4624,"LogName":"Security","ProviderName":"P","TimeCreated":"/Date(1617235221123)/","MachineName":"m","Properties":[{"Value":"q"},{"Value":3}]}`,
			`2021-04-01T00:00:21.123Z|Security|P|4624|m|{"EventID":"4624","Channel":"Security","Provider_Name":"P","TimeCreated":"/Date(1617235221123)/","Computer":"m","Data":["q","3"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for form, in := range map[string]string{"line": c.in + "\n", "array": "[" + c.in + "]", "pretty": strings.ReplaceAll(c.in, ":", ":\n")[:strings.LastIndexByte(strings.ReplaceAll(c.in, ":", ":\n"), '}')] + "\n}\n"} {
				if form == "pretty" && strings.Contains(c.in, "T0") {
					continue // a time holds colons
				}
				if jsonlog.Detect([]byte(in)) != "json" {
					t.Errorf("%s: not recognised", form)
				}
				got, sum := read(t, []byte(in))
				if len(got) != 1 || got[0] != c.want {
					t.Errorf("%s:\ngot  %s\nwant %s", form, got, c.want)
				}
				if len(sum.Damage) > 0 || sum.Lines.Total != sum.Lines.Parsed {
					t.Errorf("%s: %+v %+v", form, sum.Lines, sum.Damage)
				}
			}
		})
	}
}

func TestDamageCostsOnlyItsOwnObject(t *testing.T) {
	t.Parallel()
	const a, b = `{"EventID":1,"Channel":"c"}`, `{"EventID":2,"Channel":"c"}`
	for name, c := range map[string]struct {
		in    string
		good  int
		codes string
		lines stream.Lines
	}{
		"a line cut in the middle of an object":   {a[:20] + "\n" + b + "\n", 1, "bad-json@1", stream.Lines{Total: 2, Parsed: 1, Damaged: 1}},
		"a line cut inside a string":              {a + "\n" + a[:26] + "\n" + b + "\n", 2, "bad-json@2", stream.Lines{Total: 3, Parsed: 2, Damaged: 1}},
		"text between objects":                    {a + "\nhello\n" + b + "\n", 2, "bad-json@2", stream.Lines{Total: 3, Parsed: 2, Damaged: 1}},
		"an object that is no event":              {a + "\n{\"x\":1}\n" + b, 2, "not-an-event@2", stream.Lines{Total: 3, Parsed: 2, Damaged: 1}},
		"two objects on a line":                   {a + b + "\n" + a + ", " + b + "\n", 4, "", stream.Lines{Total: 2, Parsed: 2}},
		"NULs where the file was not written out": {a + "\n\x00\x00\x00\x00\n" + b + "\n", 2, "nul-bytes@2", stream.Lines{Total: 3, Parsed: 2, Damaged: 1}},
		"an array with its brackets on own lines": {"[\n" + a + ",\n" + b + "\n]\n", 2, "", stream.Lines{Total: 4, Parsed: 2, Comment: 2}},
		"blank lines":                             {a + "\n\n" + b + "\n", 2, "", stream.Lines{Total: 3, Parsed: 2, Blank: 1}},
		"an unfinished object at the end":         {a + "\n" + b[:12], 1, "bad-json@2", stream.Lines{Total: 2, Parsed: 1, Damaged: 1}},
		"objects nested too deep":                 {a + "\n" + strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70) + "\n" + b + "\n", 2, "too-deep@2", stream.Lines{Total: 3, Parsed: 2, Damaged: 1}},
		"a key of a mebibyte":                     {a + "\n{\"" + strings.Repeat("k", 1<<20) + "\":1}\n" + b + "\n", 2, "long-key@2", stream.Lines{Total: 3, Parsed: 2, Damaged: 1}},
		"a byte order mark":                       {"\xef\xbb\xbf" + a + "\r\n" + b + "\r\n", 2, "", stream.Lines{Total: 2, Parsed: 2}},
		"an unreadable time":                      {`{"EventID":1,"Channel":"c","TimeCreated":"yesterday"}` + "\n", 1, "bad-time@1", stream.Lines{Total: 1, Parsed: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, sum := read(t, []byte(c.in))
			if len(got) != c.good || codes(sum) != c.codes || sum.Lines != c.lines {
				t.Errorf("got %d events, %q, %+v; want %d, %q, %+v", len(got), codes(sum), sum.Lines, c.good, c.codes, c.lines)
			}
		})
	}
}

func TestOtherJSONIsNotClaimed(t *testing.T) {
	t.Parallel()
	for _, in := range []string{`{"name":"x","id":1}`, `[1,2,3]`, `{}`, `[]`, ``, `{"rules":[{"EventID":1}]}`, "<a/>", `{"Id":5,"Channel":"x"}`} {
		if got := jsonlog.Detect([]byte(in)); got != "" {
			t.Errorf("%s is said to be %s", in, got)
		}
	}
}

func TestUTF16ExportsGiveTheSameEventsAndTheirOwnOffsets(t *testing.T) {
	t.Parallel()
	const line = `{"EventID":1,"Channel":"ü😀"}`
	var wide []byte
	for _, r := range "\ufeff" + line + "\r\n" + line + "\r\n" {
		if r >= 0x10000 {
			r -= 0x10000
			wide = append(wide, byte(0xd800+(r>>10)), byte((0xd800+(r>>10))>>8), byte(0xdc00+r&0x3ff), byte((0xdc00+r&0x3ff)>>8))
			continue
		}
		wide = append(wide, byte(r), byte(r>>8))
	}
	narrow, _ := read(t, []byte(line+"\r\n"+line+"\r\n"))
	got, sum := read(t, wide)
	if !slices.Equal(narrow, got) || sum.Lines.Parsed != 2 {
		t.Errorf("got %q want %q", got, narrow)
	}
	split, decode := jsonlog.NewSplitter(bytes.NewReader(wide), 1), jsonlog.NewDecoder(nil)
	var b stream.Block
	if err := split.Next(&b); err != nil {
		t.Fatal(err)
	}
	end := int64(0)
	decode.Decode(&b, func(e *event.Event) {
		if e.Ref.Offset != end {
			t.Errorf("offset %d, want %d", e.Ref.Offset, end)
		}
		end = e.Ref.Offset + int64(e.Ref.Length)
	})
	if end != int64(len(wide)) {
		t.Errorf("the records end at %d of %d", end, len(wide))
	}
}

func TestEveryPublishedRegressionEventIsRead(t *testing.T) {
	t.Parallel()
	root := labdata.Path(t, "sigma-regression")
	files, events := 0, 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		got, sum := read(t, data)
		events += len(got)
		if len(got) == 0 || len(sum.Damage) > 0 || jsonlog.Detect(data) != "json" || sum.Lines.Parsed != sum.Lines.Total {
			t.Errorf("%s: %d events, %+v, %s", path, len(got), sum.Lines, codes(sum))
		}
		for _, e := range got {
			if strings.HasPrefix(e, "|") {
				t.Errorf("%s: no time: %.100s", path, e)
			}
		}
		return nil
	})
	if err != nil || files != 133 || events != 167 {
		t.Errorf("%d files, %d events, %v; want 133 and 167", files, events, err)
	}
}

func TestBlocksOfALargeStreamHoldWholeObjects(t *testing.T) {
	t.Parallel()
	object := `{"EventID":1,"Channel":"c","EventData":{"A":"` + strings.Repeat("x", 700) + `"}}`
	const count = 5000
	for name, in := range map[string]string{
		"lines":    strings.Repeat(object+"\n", count),
		"one line": "[" + strings.TrimSuffix(strings.Repeat(object+",", count), ",") + "]",
		"pretty":   strings.Repeat(strings.ReplaceAll(object, ",", ",\n  ")+"\n", count),
	} {
		got, sum := read(t, []byte(in))
		if want := int64(strings.Count(in, "\n")); len(got) != count || len(sum.Damage) > 0 || sum.Lines.Total != max(want, 1) {
			t.Errorf("%s: %d events, %+v, %s", name, len(got), sum.Lines, codes(sum))
		}
	}
}
