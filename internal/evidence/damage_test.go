package evidence

import (
	"archive/tar"
	"bytes"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strings"
	"testing"

	"compress/flate"
)

func find(list []seen, suffix string) *seen {
	for i := range list {
		if strings.HasSuffix(list[i].path, suffix) {
			return &list[i]
		}
	}
	return nil
}

func TestCutArchivesGiveWhatTheyHold(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 20000)
	x := uint32(1)
	var members []member
	for i := range 10 {
		for j := range noise {
			x = x*1664525 + 1013904223
			noise[j] = 'a' + byte(x>>27)
		}
		members = append(members, member{fmt.Sprintf("m%d.log", i), fmt.Sprintf("%d\n%s", i, noise)})
	}
	tarball := makeTar(t, members...)
	for name, data := range map[string][]byte{"c.zip": makeZip(t, members...), "c.tar": tarball, "c.tgz": pack(t, tarball)} {
		for _, keep := range []int{95, 60, 30} {
			t.Run(fmt.Sprintf("%s cut to %d percent", name, keep), func(t *testing.T) {
				t.Parallel()
				cut := data[:len(data)*keep/100]
				list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), name), cut))
				whole := 0
				for i, m := range members {
					s := find(list, fmt.Sprintf("!/m%d.log", i))
					if s == nil {
						continue
					}
					if s.data == m.data && s.content.Problem == nil {
						whole++
					} else if !strings.HasPrefix(m.data, s.data) || s.content.Problem == nil && s.outcome != Unreadable {
						t.Errorf("%s: it is neither whole nor told as cut: %d of %d bytes, %v", s.path, len(s.data), len(m.data), s.content.Problem)
					}
				}
				if want := keep/10 - 1; whole < want {
					t.Errorf("%d members are whole, want at least %d", whole, want)
				}
				last := list[len(list)-1]
				if last.outcome != Partly || last.code != "truncated" {
					t.Errorf("the archive ends as %s (%s)", last.outcome, last.code)
				}
			})
		}
	}
}

func TestBombsEndInABudgetThatIsTold(t *testing.T) {
	t.Parallel()
	zeros := make([]byte, 8<<20)
	small := Limits{Grace: 1 << 20, Entries: 50}
	var many []member
	for i := range 60 {
		many = append(many, member{fmt.Sprint(i), fmt.Sprint("content ", i)})
	}
	bomb := makeZip(t, member{"0", string(zeros)}, member{"1", "after the bomb"})
	for _, c := range []struct {
		name, code string
		data       []byte
	}{
		{"a zip of zeros", "budget-ratio", bomb},
		{"a gzip of zeros", "budget-ratio", pack(t, zeros)},
		{"a tar.gz of zeros", "budget-ratio", pack(t, makeTar(t, member{"0", string(zeros)}))},
		{"a bomb inside a zip", "budget-ratio", makeZip(t, member{"in.zip", string(bomb)})},
		{"a zip with too many members", "budget-entries", makeZip(t, many...)},
		{"a tar with too many members", "budget-entries", makeTar(t, many...)},
		{"a gzip of empty members", "damaged", bytes.Repeat(pack(t, nil), 2000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			list, rep := walk(t, Options{Limits: small}, write(t, filepath.Join(t.TempDir(), "bomb"), c.data))
			if rep.Problems[c.code] == 0 {
				t.Errorf("no %s is told: %v", c.code, rep.Problems)
			}
			if last := list[len(list)-1]; last.outcome != Partly && last.outcome != Unreadable {
				t.Errorf("the container ends as %s", last.outcome)
			}
			var total int
			for _, s := range list {
				total += len(s.data)
			}
			if total > 5<<20 {
				t.Errorf("%d bytes were unpacked", total)
			}
		})
	}
}

func TestTwoReadingsOfAZipAreBothReadAndTold(t *testing.T) {
	t.Parallel()
	hidden := makeZip(t, member{"hidden.log", "not in the directory\n"})
	hidden = hidden[:bytes.Index(hidden, []byte(centralSig))]
	twice := makeZip(t, member{"same.log", "first\n"}, member{"same.log", "second\n"})
	renamed := makeZip(t, member{"one.log", "content\n"})
	copy(renamed[bytes.LastIndex(renamed, []byte("one.log")):], "two.log")
	for _, c := range []struct {
		name string
		data []byte
		want []string
	}{
		{"a name twice", twice, []string{"first\n", "second\n"}},
		{"a member before the first", append(bytes.Clone(hidden), makeZip(t, member{"a", "listed\n"})...), []string{"listed\n", "not in the directory\n"}},
		{"another name in the directory", renamed, []string{"content\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			list, rep := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "d.zip"), c.data))
			var got []string
			for _, s := range list {
				if s.data != "" {
					got = append(got, s.data)
				}
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") || rep.Problems["two-readings"] == 0 {
				t.Errorf("got %q with %v, want %q", got, rep.Problems, c.want)
			}
		})
	}
}

func TestADamagedTarGoesOnAtTheNextWholeHeader(t *testing.T) {
	t.Parallel()
	data := makeTar(t, member{"a", "first\n"}, member{"b", "second\n"}, member{"c", "third\n"})
	data[1024+5] ^= 0x40 // the name of b no longer fits its checksum
	list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "d.tar"), data))
	if find(list, "!/a") == nil || find(list, "!/c") == nil || list[len(list)-1].outcome != Partly {
		t.Errorf("got %v", list)
	}
}

func TestLinksInsideATarAreTold(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	w.WriteHeader(&tar.Header{Name: "l", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink})
	w.WriteHeader(&tar.Header{Name: "p", Typeflag: tar.TypeFifo})
	w.WriteHeader(&tar.Header{Name: strings.Repeat("long/", 60) + "f", Size: 2, Mode: 0o644})
	w.Write([]byte("x\n"))
	w.Close()
	list, rep := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "l.tar"), buf.Bytes()))
	if rep.Problems["symlink"] != 1 || rep.Problems["special-file"] != 1 || find(list, strings.Repeat("long/", 60)+"f") == nil {
		t.Errorf("got %v", list)
	}
}

// encryptZip writes one member with the traditional cipher.
func encryptZip(t *testing.T, password, name, data string) []byte {
	t.Helper()
	var packed bytes.Buffer
	f, _ := flate.NewWriter(&packed, 6)
	f.Write([]byte(data))
	f.Close()
	crc := crc32.ChecksumIEEE([]byte(data))
	plain := append([]byte("salt salt s"), byte(crc>>24))
	plain = append(plain, packed.Bytes()...)
	k := newZipKeys(password)
	for i, b := range plain {
		u := k.k2 | 2
		plain[i] = b ^ byte(u*(u^1)>>8)
		k.update(b)
	}
	le := func(n int, v ...int) []byte {
		var b []byte
		for _, x := range v {
			for i := range n {
				b = append(b, byte(x>>(8*i)))
			}
		}
		return b
	}
	common := append(le(2, 20, 1, 8, 0, 0), le(4, int(crc), len(plain), len(data))...)
	common = append(common, le(2, len(name), 0)...)
	out := append([]byte(localSig), common...)
	out = append(append(out, name...), plain...)
	start := len(out)
	out = append(append(append(out, centralSig...), le(2, 20)...), common...)
	out = append(append(append(out, le(2, 0, 0, 0)...), le(4, 0, 0)...), name...)
	length := len(out) - start
	out = append(append(append(out, endSig...), le(2, 0, 0, 1, 1)...), le(4, length, start)...)
	return append(out, 0, 0)
}

func TestEncryptedMembersNeedTheirPassword(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "e.zip"), encryptZip(t, "infected", "e.log", "plain text\n"))
	for password, want := range map[string]string{"": "", "wrong": "", "infected": "plain text\n"} {
		list, _ := walk(t, Options{Password: password}, path)
		s := find(list, "!/e.log")
		if s == nil || s.data != want || want == "" && (s.outcome != Unreadable || s.code != "encrypted") {
			t.Errorf("password %q: got %+v", password, s)
		}
	}
}
