package evtxlog

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/lab"
)

// peerProgram is evtx_dump, the program of the Rust crate evtx; bench/evtx.sh
// builds it.
func peerProgram(t *testing.T) string {
	t.Helper()
	program := os.Getenv("SPOOR_EVTX_DUMP")
	if program == "" {
		t.Skip("SPOOR_EVTX_DUMP names no evtx_dump, comparison skipped (bench/evtx.sh)")
	}
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("compared with %s", bytes.TrimSpace(out))
	return program
}

type peerRecord struct {
	id     uint64
	chunk  int64 // here only: the chunk's number
	fields []peerField
}

// key tells records of one id apart: a tool that hides a record gives its id
// to the next one. Six digits of the time are what both print.
func (r *peerRecord) key() string {
	key := fmt.Sprint(r.id)
	for _, f := range r.fields {
		if f.section == event.System && (f.name == "EventID" || f.name == "TimeCreated") {
			key += " " + f.text[:min(len(f.text), len("2006-01-02T15:04:05.000000"))]
		}
	}
	return key
}

// there reads a log with the other reader, in order.
func there(t *testing.T, program, name string, flags ...string) []peerRecord {
	t.Helper()
	// An error is a log that it could not read to the end; the records that
	// are missing then must be explained like any others.
	out, _ := exec.Command(program, append(flags, "-t", "1", "-o", "xml", "--no-indent", name)...).Output()
	var all []peerRecord
	marks := regexp.MustCompile(`(?m)^Record (\d+)\n<\?xml [^>]*\?>\n?`).FindAllSubmatchIndex(out, -1)
	for i, m := range marks {
		end := len(out)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		id, err := strconv.ParseUint(string(out[m[2]:m[3]]), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		fields, err := peerFields(strings.TrimRight(string(out[m[1]:end]), "\n"))
		if err != nil {
			t.Errorf("%s: record %d there: %v", filepath.Base(name), id, err)
		}
		all = append(all, peerRecord{id: id, fields: fields})
	}
	return all
}

// here reads a log with this package. damaged holds, by chunk, the code of
// the first damage.
func here(t *testing.T, name string) (all []peerRecord, damaged map[int64]string) {
	t.Helper()
	chunk := func(offset int64) int64 { return (offset - fileHeaderSize) / chunkSize }
	total, err := readFile(name, func(e *event.Event) {
		r := peerRecord{id: e.Ref.Record, chunk: chunk(e.Ref.Offset)}
		for slot, v := range e.Values {
			f := e.Shape.Field(event.Slot(slot))
			// A list is an element for each of its members there.
			v.Each(func(v event.Value) {
				if text := v.String(); text != "" {
					r.fields = append(r.fields, peerField{section: f.Section, name: f.Name, text: text, kind: v.Kind, bits: v.Bits})
				}
			})
		}
		all = append(all, r)
	})
	if err != nil {
		t.Fatal(err)
	}
	damaged = map[int64]string{}
	for _, d := range total.Damage {
		// A chunk without a signature stands where a chunk should begin.
		if n := chunk(d.Offset); !IsNote(d.Code) && damaged[n] == "" {
			damaged[n] = d.Code
		}
	}
	return all, damaged
}

// comparison counts values by what became of them.
type comparison struct {
	logs, records, values, equal int
	classes                      map[string]int
	examples                     map[string]string
}

func (c *comparison) note(class, format string, args ...any) {
	if c.classes[class]++; c.classes[class] == 1 {
		c.examples[class] = fmt.Sprintf(format, args...)
	}
}

func (c *comparison) log(t *testing.T, program, name string, flags ...string) {
	t.Helper()
	short := filepath.Base(name)
	mine, damaged := here(t, name)
	theirs := there(t, program, name, flags...)
	c.logs++
	at := map[string][]int{}
	for i := range theirs {
		key := theirs[i].key()
		at[key] = append(at[key], i)
	}
	next := 0
	for i := range mine {
		key := mine[i].key()
		if len(at[key]) == 0 {
			code, ok := damaged[mine[i].chunk]
			if !ok {
				t.Errorf("%s: record %s is only here, in a chunk without damage", short, key)
			}
			c.note("records only here, in a chunk with "+code, "%s %s", short, key)
			continue
		}
		k := at[key][0]
		at[key] = at[key][1:]
		if k < next && (i == 0 || mine[i].chunk != mine[i-1].chunk) {
			c.note("logs whose chunks stand in another order there", "%s, from %s on", short, key)
		} else if k < next {
			t.Errorf("%s: record %s is out of order", short, key)
		}
		next = k + 1
		c.records++
		c.record(t, short, &mine[i], &theirs[k])
	}
	for key, left := range at {
		if len(left) > 0 {
			t.Errorf("%s: record %s is only there, %d times", short, key, len(left))
		}
	}
}

// record compares the values of a record that both read, in order.
func (c *comparison) record(t *testing.T, short string, mine, theirs *peerRecord) {
	t.Helper()
	b := theirs.fields
	for _, a := range mine.fields {
		if len(b) > 0 && a.section == b[0].section && a.name == b[0].name {
			c.values++
			if a.text == b[0].text {
				c.equal++
			} else if class := differs(&a, b[0].text); class != "" {
				c.note(class, "%s record %d %s: %q here, %q there", short, mine.id, a.name, a.text, b[0].text)
			} else {
				t.Errorf("%s record %d %s: %q here, %q there", short, mine.id, a.name, a.text, b[0].text)
			}
			b = b[1:]
			continue
		}
		switch {
		case a.section == event.Rendering:
			c.note("RenderingInfo in a second fragment of a value, only here", "%s record %d %s: %q", short, mine.id, a.name, a.text)
		case a.name == "EventData" && a.kind == event.Binary:
			c.note("bytes where the data should be binary XML, only here", "%s record %d: %q", short, mine.id, a.text)
		default:
			t.Errorf("%s record %d %s: %q here, next there %v", short, mine.id, a.name, a.text, b[:min(1, len(b))])
			return
		}
	}
	if len(b) > 0 {
		t.Errorf("%s record %d: only there %v", short, mine.id, b)
	}
}

// differs names the class of a difference, or "" where there is no reason for
// it. docs/formats/evtx.md says who is right.
func differs(a *peerField, text string) string {
	switch a.kind {
	case event.GUID:
		switch {
		case strings.EqualFold(strings.Trim(a.text, "{}"), text):
			return "GUID: braces here, none there"
		case strings.EqualFold(a.text, text):
			return "GUID: capital letters here, small ones there"
		}
	case event.FileTime:
		if micro := a.text[:len(a.text)-2] + "Z"; micro == text {
			return "FILETIME: seven digits here, cut to six there"
		}
	case event.SysTime:
		if strings.TrimSuffix(a.text, "Z")+"000Z" == text || strings.TrimSuffix(a.text, "Z")+"0000Z" == text {
			return "SYSTEMTIME: three digits here, filled with zeros there"
		}
	case event.Bool:
		if a.bits > 1 && text == "true" {
			return "Boolean that is neither 0 nor 1: the number here, true there"
		}
	case event.Wide, event.Narrow, event.Text:
		switch {
		case strings.ToValidUTF8(a.text, "") == text:
			return "half of a surrogate pair: kept here, left out there"
		case strings.Map(xmlOnly, strings.ToValidUTF8(a.text, "_")) == text:
			return "characters that XML cannot hold: kept here, _ there"
		}
	}
	return ""
}

// xmlOnly is what evtx_dump 0.15 does with control characters.
func xmlOnly(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
		return '_'
	}
	return r
}

func (c *comparison) tell(t *testing.T) {
	t.Helper()
	other := 0
	for class, n := range c.classes {
		if !strings.HasPrefix(class, "records ") && !strings.HasPrefix(class, "logs ") && !strings.HasSuffix(class, "only here") {
			other += n
		}
	}
	t.Logf("%d logs, %d records that both read, %d values that are not empty: %d equal byte for byte, %d written otherwise", c.logs, c.records, c.values, c.equal, other)
	for _, class := range slices.SortedFunc(maps.Keys(c.classes), func(a, b string) int { return cmp.Compare(c.classes[b], c.classes[a]) }) {
		t.Logf("%9d  %s, such as %.200s", c.classes[class], class, c.examples[class])
	}
}

func TestEveryValueAgreesWithEvtxDump(t *testing.T) {
	program := peerProgram(t)
	c := comparison{classes: map[string]int{}, examples: map[string]string{}}
	for _, rel := range []string{"evtx", "sigma-regression"} {
		for _, name := range logs(t, rel) {
			c.log(t, program, name)
		}
	}
	c.tell(t)
	if c.values < 700_000 {
		t.Errorf("only %d values were compared", c.values)
	}
}

// What the lab writes must be a log for others as well, checksums included.
func TestEvtxDumpReadsWhatTheLabWrites(t *testing.T) {
	program := peerProgram(t)
	c := comparison{classes: map[string]int{}, examples: map[string]string{}}
	files := map[string][]byte{"types.evtx": sample(3000, false), "bare.evtx": sample(300, true)}
	for i, s := range []*lab.EventStream{lab.NewServerStream(1, 20_000), lab.NewEventStream(1, 20_000, 0), lab.NewEventStream(1, 20_000, 6)} {
		data := make([]byte, s.Size())
		if _, err := s.ReadAt(data, 0); err != nil {
			t.Fatal(err)
		}
		files[fmt.Sprintf("stream%d.evtx", i)] = data
	}
	for i, f := range lab.Demo() {
		if strings.HasSuffix(f.Path, ".evtx") {
			files[fmt.Sprintf("demo%d.evtx", i)] = f.Data
		}
	}
	dir := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		c.log(t, program, path, "--validate-checksums")
	}
	c.tell(t)
	for class := range c.classes {
		if strings.Contains(class, "only here") {
			t.Errorf("%s: %s", class, c.examples[class])
		}
	}
}
