package textlog_test

import (
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
	"spoor/internal/weblog"
)

// survey is what a reader made of one file.
type survey struct {
	format   string
	lines    event.Lines
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

func read(data []byte) survey {
	s := survey{format: "-"}
	var split event.Splitter
	var decode event.Decoder
	if s.format = weblog.Detect(data); s.format != "" {
		split, decode = weblog.NewSplitter(strings.NewReader(string(data)), 1), weblog.NewDecoder(nil)
	} else if s.format = exchangelog.Detect(data); s.format != "" {
		split, decode = exchangelog.NewSplitter(strings.NewReader(string(data)), 1), exchangelog.NewDecoder(nil)
	} else if s.format = jsonlog.Detect(data); s.format != "" {
		split, decode = jsonlog.NewSplitter(strings.NewReader(string(data)), 1), jsonlog.NewDecoder(nil)
	} else {
		return survey{format: "-"}
	}
	for {
		var b event.Block
		err := split.Next(&b)
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			panic(err)
		}
		sum := decode.Decode(&b, func(*event.Event) {})
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
		s := read(data)
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
