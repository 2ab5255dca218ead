package examine

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"strings"
	"sync"

	"spoor/event"
	"spoor/internal/evidence"
)

// Codes of logs whose content is none.
const (
	codeEmpty       = "empty"       // no bytes
	codeZeroed      = "zeroed"      // nothing but zeros
	codeEncrypted   = "encrypted"   // bytes as even as those of encryption or noise
	codeTruncated   = "truncated"   // the start is there, the rest is not
	codeOverwritten = "overwritten" // something else
)

// logName are names that logs have on a server: event logs; IIS in its three
// formats and HTTP.sys, named by day (https://learn.microsoft.com/iis/manage/
// provisioning-and-managing-iis/configure-logging-in-iis); Exchange's, named by
// service, day or hour, and number.
var logName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(.*\.evtx|(u_)?(ex|nc|in)\d{6,8}(_x)?\.log|httperr\d+\.log|[a-z][a-z_.-]*?_?\d{8,10}-\d+\.log)$`)
})

// readName are those among them of which every kind is read, so that any other
// content is not the log's.
var readName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(.*\.evtx|(u_)?(ex|nc|in)\d{6,8}(_x)?\.log|httperr\d+\.log|(HttpProxy_|ECPServer|Rps_Http_|Rps_Cmdlet_|Ews_|MSGTRK)\d{8,10}-\d+\.log)$`)
})

// destroyed says why an item is a log by its name or its first bytes, and none
// by its content: a code and a sentence; "" for everything else. An empty
// channel of an event log has a chunk, so it is none of these.
func destroyed(it *evidence.Item, head []byte) (code, reason string) {
	name := path.Base(strings.ReplaceAll(strings.ReplaceAll(it.Path, `\`, "/"), "!/", "/"))
	if !logName().MatchString(name) {
		return "", ""
	}
	const none = "by its name this is a log, but "
	switch {
	case len(head) == 0:
		return codeEmpty, none + "it holds no bytes"
	case zeros(head):
		return codeZeroed, none + "it holds zeros only"
	case even(head):
		return codeEncrypted, none + "its bytes are as even as those of encrypted data"
	case readName().MatchString(name) && !titled(head):
		return codeOverwritten, none + "its content is none"
	}
	return "", ""
}

// titled reports text that calls itself a log of another kind, as Exchange and
// IIS begin theirs.
func titled(head []byte) bool { return len(head) > 0 && (head[0] == '#' || head[0] == 0xEF) }

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// leastEven is how many bytes are needed to tell; fewer are even by chance.
const leastEven = 512

// even reports that all byte values occur about equally often: the entropy
// that random bytes of this number have, less a margin of a quarter bit, which
// no text and no table of a log reaches.
func even(b []byte) bool {
	if len(b) < leastEven {
		return false
	}
	b = b[:min(len(b), 64<<10)]
	var count [256]int
	for _, c := range b {
		count[c]++
	}
	bits, n := 0.0, float64(len(b))
	for _, c := range count {
		if c > 0 {
			p := float64(c) / n
			bits -= p * math.Log2(p)
		}
	}
	// Random bytes fall short of 8 bits by 255/(2 n ln 2) on average (Miller).
	return bits > 8-255/(2*n*math.Ln2)-0.25
}

// absentPart is the code of damage that says that parts of a log are not there,
// beyond records that are known to be lost; "" for other damage.
func absentPart(damage string) string {
	switch damage {
	case "file-truncated", "chunk-truncated", "chunk-count":
		return codeTruncated
	case "file-magic", "chunk-magic":
		return codeOverwritten
	case "chunk-zero":
		return codeZeroed
	}
	return ""
}

// gone returns the first damage by which parts of a log are not there.
func gone(list []event.Damage) (event.Damage, string) {
	for _, d := range list {
		if code := absentPart(d.Code); code != "" {
			return d, code
		}
	}
	return event.Damage{}, ""
}

// nothingLeft says of a log of which no record could be read what is there
// instead.
func nothingLeft(list []event.Damage) (code, reason string) {
	for _, d := range list {
		kind := absentPart(strings.TrimPrefix(d.Code, noteOf))
		if kind == codeOverwritten && d.Code == "file-magic" {
			continue // what follows says more
		}
		if kind != "" {
			return kind, fmt.Sprintf("it begins as a log, but no record of it is left: %s", d.Detail)
		}
	}
	return "", ""
}

// noteOf begins the codes of what is normal in a log that was not closed.
const noteOf = "note-"
