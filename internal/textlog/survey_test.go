package textlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/exchangelog"
	"spoor/internal/jsonlog"
	"spoor/internal/lab/labdata"
	"spoor/internal/stream"
	"spoor/internal/weblog"
)

// survey is what a reader made of one file.
type survey struct {
	format   string
	lines    stream.Lines
	from, to event.Time
	inferred int64
	damage   int64
}

func (s survey) String() string {
	l := s.lines
	return fmt.Sprintf("%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%d\t%d", s.format, l.Total, l.Header, l.Comment, l.Blank, l.Parsed, l.Damaged, s.from, s.to, s.inferred, s.damage)
}

// claims counts the readers that take a file for theirs.
func claims(data []byte) int {
	n := 0
	for _, detect := range []func([]byte) string{weblog.Detect, exchangelog.Detect, jsonlog.Detect} {
		if detect(data) != "" {
			n++
		}
	}
	return n
}

// open makes the reader that takes a file for its own; nil without one.
func open(data []byte) (string, stream.Splitter, stream.Decoder) {
	in := bytes.NewReader(data)
	if format := weblog.Detect(data); format != "" {
		return format, weblog.NewSplitter(in, 1), weblog.NewDecoder(nil)
	}
	if format := exchangelog.Detect(data); format != "" {
		return format, exchangelog.NewSplitter(in, 1), exchangelog.NewDecoder(nil)
	}
	if format := jsonlog.Detect(data); format != "" {
		return format, jsonlog.NewSplitter(in, 1), jsonlog.NewDecoder(nil)
	}
	return "", nil, nil
}

func read(data []byte, yield func(*event.Event)) survey {
	format, split, decode := open(data)
	if split == nil {
		return survey{format: "-"}
	}
	s := survey{format: format}
	for {
		var b stream.Block
		err := split.Next(&b)
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			panic(err)
		}
		sum := decode.Decode(&b, yield)
		s.lines.Add(sum.Lines)
		s.inferred += sum.Inferred
		s.damage += int64(len(sum.Damage)) + sum.DamageMore
		if sum.From.Known() && sum.From.Compare(s.from) < 0 {
			s.from = sum.From
		}
		if sum.To.Known() && (!s.to.Known() || sum.To.Compare(s.to) > 0) {
			s.to = sum.To
		}
	}
}

func TestWhatStandsBeforeACutIsReadAsBefore(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"02_helsecert_real_incident_2021/ECPServer20210303-1.excerpt.log",
		"02_helsecert_real_incident_2021/Test-ProxyLogon_Cve-2021-26855.csv",
		"02_helsecert_real_incident_2021/u_ex2103xx.excerpt.log",
		"03_debugprivilege_proxyshell_lab/Rps_Cmdlet_2023110922-1.LOG",
		"12_beats_iis_apache2/access_test.log",
		"13_artefacts_help_benign_exchange/MSGTRKMS2022091915-1.LOG",
		"22_markernan_synthetic/sysmon_otrf_real.json",
	} {
		data, err := os.ReadFile(labdata.Path(t, "exchange/"+name))
		if err != nil {
			t.Fatal(err)
		}
		type record struct {
			end  int64
			text string
		}
		var whole []record
		read(data, func(e *event.Event) {
			whole = append(whole, record{e.Ref.Offset + int64(e.Ref.Length), string(e.AppendJSON(nil))})
		})
		for cut := int(whole[0].end); cut < len(data); cut += 61 {
			var got []string
			s := read(data[:cut], func(e *event.Event) { got = append(got, string(e.AppendJSON(nil))) })
			if l := s.lines; l.Total != l.Header+l.Comment+l.Blank+l.Parsed+l.Damaged || l.Total != int64(bytes.Count(data[:cut], []byte{'\n'})+1-btoi(data[cut-1] == '\n')) {
				t.Fatalf("%s cut at %d: %+v", name, cut, l)
			}
			for i, r := range whole {
				if r.end > int64(cut) {
					break
				}
				if i >= len(got) || got[i] != r.text {
					t.Fatalf("%s cut at %d: row %d is not read as before", name, cut, i)
				}
			}
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestEveryTextFileOfTheExchangeSetIsReadAsTheTableSays(t *testing.T) {
	t.Parallel()
	root := labdata.Path(t, "exchange")
	var got strings.Builder
	got.WriteString("file\tformat\ttotal\theader\tcomment\tblank\tparsed\tdamaged\tfrom\tto\tinferred\tdamage\n")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".evtx") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		s := read(data, func(*event.Event) {})
		if n := claims(data); n > 1 {
			t.Errorf("%s: %d readers take it for theirs", rel, n)
		}
		if l := s.lines; l.Total != l.Header+l.Comment+l.Blank+l.Parsed+l.Damaged {
			t.Errorf("%s: lines do not add up: %+v", rel, l)
		}
		fmt.Fprintf(&got, "%s\t%s\n", filepath.ToSlash(rel), s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("SPOOR_UPDATE") != "" {
		if err := os.WriteFile("testdata/survey.tsv", []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/survey.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(got.String(), "\n") {
		if lines := strings.Split(string(want), "\n"); i >= len(lines) || lines[i] != line {
			t.Errorf("got  %s", line)
		}
	}
}
