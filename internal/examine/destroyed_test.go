package examine

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/evidence"
)

func TestLogsByNameAlone(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 4096)
	rand.NewChaCha8([32]byte{7}).Read(noise)
	few := noise[:leastEven]
	text := []byte(strings.Repeat("nothing to see here\r\n", 200))
	for _, c := range []struct {
		path string
		head []byte
		want string
	}{
		{"logs/u_ex210303.log", nil, codeEmpty},
		{"logs/Security.evtx", nil, codeEmpty},
		{"logs/u_ex210303.log", make([]byte, 100), codeZeroed},
		{"logs/u_ex210303_x.log", noise, codeEncrypted},
		{"logs/httperr1.log", few, codeEncrypted},
		{"logs/HttpProxy_2021030306-1.LOG", noise, codeEncrypted},
		{"logs/AgentLog20220913-1.LOG", noise, codeEncrypted},
		{`C:\inetpub\logs\u_ex210303.log`, text, codeOverwritten},
		{"a.zip!/logs/ECPServer20210303-1.LOG", text, codeOverwritten},
		{"logs/u_ex210303.log", noise[:leastEven-1], codeOverwritten},
		{"logs/AgentLog20220913-1.LOG", text, ""},                                               // no reader says what it should be
		{"logs/u_ex210303.log", []byte("#Fields: date time\n"), ""},                             // another layout of it
		{"logs/HttpProxy_2021030306-1.LOG", []byte("#Software: Microsoft Exchange Server"), ""}, // the same
		{"logs/setup.log", make([]byte, 100), ""},                                               // nothing by its name
		{"logs/notes.txt", noise, ""},
		{"logs/u_ex210303.log.zip", noise, ""},
		{"u_ex210303.log/readme.txt", noise, ""},
	} {
		if got, why := destroyed(&evidence.Item{Path: c.path}, c.head); got != c.want || (why != "") != (c.want != "") {
			t.Errorf("%s, %d bytes: %q (%s), want %q", c.path, len(c.head), got, why, c.want)
		}
	}
}

func TestEvenBytesAreToldFromText(t *testing.T) {
	t.Parallel()
	rng := rand.NewChaCha8([32]byte{9})
	for n := leastEven; n <= 1<<16; n *= 2 {
		for range 50 {
			b := make([]byte, n)
			rng.Read(b)
			if !even(b) {
				t.Fatalf("%d random bytes are not even", n)
			}
		}
	}
	for name, b := range map[string][]byte{
		"text":           bytes.Repeat([]byte("2021-03-03 00:00:01 192.0.2.10 GET /owa/ 302 "), 100),
		"UTF-16":         bytes.Repeat([]byte("2\x000\x002\x001\x00-\x000\x003\x00 \x00/\x00o\x00w\x00a\x00"), 100),
		"every byte":     append(bytes.Repeat([]byte{0}, 3000), noiseOf(1000)...),
		"base64 of them": bytes.Repeat([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"), 64),
	} {
		if even(b) {
			t.Errorf("%s is even", name)
		}
	}
}

func noiseOf(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func TestWhatIsLeftOfALog(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage []event.Damage
		want   string
	}{
		"a checksum that a running system had not written": {[]event.Damage{{Code: "note-records-checksum"}}, ""},
		"an empty channel": {nil, ""},
		"chunks that the head counts and that are missing": {[]event.Damage{{Code: "chunk-count"}}, codeTruncated},
		"the same in a log that was in use":                {[]event.Damage{{Code: "note-chunk-count"}}, codeTruncated},
		"noise behind the head":                            {[]event.Damage{{Code: "chunk-magic"}, {Code: "chunk-count"}}, codeOverwritten},
		"zeros between":                                    {[]event.Damage{{Code: "chunk-zero"}}, codeZeroed},
		"a damaged head and nothing else":                  {[]event.Damage{{Code: "file-magic"}, {Code: "chunk-truncated"}}, codeTruncated},
	} {
		if got, why := nothingLeft(c.damage); got != c.want || (why != "") != (c.want != "") {
			t.Errorf("%s: %q (%s), want %q", name, got, why, c.want)
		}
	}
}
