package indicator

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// lines calls f for every line of a text without its end. A line longer than
// maxLine is damage and its rest is passed over.
func (l *Loader) lines(r io.Reader, f func(n int, line string)) error {
	b := bufio.NewReaderSize(r, maxLine)
	for n := 1; ; n++ {
		line, err := b.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		if long {
			l.damage(n, "the line is longer than any line of a list")
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = b.ReadSlice('\n')
			}
		} else if len(line) > 0 {
			f(n, string(bytes.TrimRight(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), "\r\n")))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// comment reports a line that holds no indicator.
func comment(line string) bool {
	t := strings.TrimSpace(line)
	return t == "" || t[0] == '#' || strings.HasPrefix(t, "//") || t[0] == ';'
}

// list reads one line of a list: the first word that is an indicator, and
// what follows as its label. A value may be followed by a comment.
func (l *Loader) list(n int, line string, c Context) {
	if comment(line) {
		return
	}
	text := strings.TrimSpace(line)
	label := ""
	if i := strings.Index(text, " #"); i > 0 {
		text, label = strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+2:])
	}
	k, bad := Classify(text)
	if bad != nil { // "hash  name", "hash;comment", "address,comment"
		if i := strings.IndexAny(text, " \t;,|"); i > 0 {
			if first, worse := Classify(text[:i]); worse == nil {
				k, bad = first, nil
				text, label = text[:i], strings.Trim(text[i:], " \t;,|*")
			}
		}
	}
	if bad != nil {
		l.refuse(n, text, bad)
		return
	}
	l.value(k, text, Indicator{Label: label, Context: c}, n)
}

// value adds a value whose kind is known; "address:port" and "address|port"
// are both together.
func (l *Loader) value(k Kind, v string, i Indicator, line int) {
	i.Kind, i.Value = k, v
	if k == Domain || k == Address {
		v = refang(v)
		host, number, ok := strings.Cut(v, "|")
		if !ok && strings.Count(v, ":") == 1 {
			host, number, ok = strings.Cut(v, ":")
		}
		if ok {
			i.Value = host
			if _, isAddr := parsePrefix(host); isAddr {
				i.Kind = Address
			}
			l.clause([]atom{{i.Kind, host}, {port, number}}, i, line)
			return
		}
	}
	l.add(i, line)
}
