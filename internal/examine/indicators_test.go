package examine

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/internal/finding"
	"spoor/internal/indicator"
)

// looked examines a folder for indicators and lists what was found, as
// "value at path".
func looked(t *testing.T, dir, list string, workers int) []string {
	t.Helper()
	l := indicator.NewLoader()
	if err := l.Load("list", strings.NewReader(list)); err != nil {
		t.Fatal(err)
	}
	set, _ := l.Set()
	var got []string
	_, err := Run(context.Background(), Options{Paths: []string{dir}, Workers: workers, Indicators: set}, Sink{Finding: func(f *finding.Finding) error {
		if f.Rule.Kind != "indicator" || f.Rule.Source != "list" || f.Step != nil {
			t.Errorf("finding %+v", f)
		}
		rel, err := filepath.Rel(dir, f.Source.Path)
		if err != nil {
			return err
		}
		got = append(got, strings.TrimPrefix(f.Rule.Title, "Indicator: ")+" at "+filepath.ToSlash(rel))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestIndicatorsAreFoundInRecordsFilesAndArchives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for _, name := range []string{"inetpub/wwwroot/aspnet_client/supp0rt.aspx", "kit/foo.bin"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("foo\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	log := "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n" +
		strings.Repeat("2021-03-03 00:00:01 192.0.2.10 GET /owa/ - 443 - 198.51.100.7 Mozilla/5.0 200\n", 3) +
		"2021-03-03 00:00:02 192.0.2.10 GET /owa/ - 443 - 45.33.32.156 Mozilla/5.0 200\n" +
		"2021-03-03 00:00:03 192.0.2.10 GET /d3b07384d113edec49eaa6238ad5ff00 - 443 - 198.51.100.7 Mozilla/5.0 200\n"
	for name, data := range map[string]string{"a.zip": z.String(), "big.bin": strings.Repeat("x", MaxFileBytes+100), "u_ex210303.log": log, "note.txt": "the attackers came from 45.33.32.156"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The MD5 of "foo\n", and the SHA-1 of a file longer than what is looked at.
	list := "45.33.32.156\nd3b07384d113edec49eaa6238ad5ff00\n\\inetpub\\wwwroot\\aspnet_client\\supp0rt.aspx\n" + bigSHA1 + "\n"
	want := []string{
		`path \inetpub\wwwroot\aspnet_client\supp0rt.aspx at a.zip!/inetpub/wwwroot/aspnet_client/supp0rt.aspx`,
		"md5 d3b07384d113edec49eaa6238ad5ff00 at a.zip!/inetpub/wwwroot/aspnet_client/supp0rt.aspx",
		"sha1 " + bigSHA1 + " at big.bin",
		"address 45.33.32.156 at u_ex210303.log",
		"md5 d3b07384d113edec49eaa6238ad5ff00 at u_ex210303.log",
	}
	slices.Sort(want)
	for _, workers := range []int{1, 4} {
		got := looked(t, dir, list, workers)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%d workers:\n got %s\nwant %s", workers, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

const bigSHA1 = "6d8b70405c64939dc554a0d7a2ef6100339873a1" // of MaxFileBytes+100 times the letter x
