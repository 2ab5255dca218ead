package xmllog

import (
	"bytes"

	"spoor/internal/textlog"
)

// Format is that of the events.
const Format = "event-xml"

// namespace is that of events (https://learn.microsoft.com/windows/win32/wes/
// eventschema-schema).
const namespace = "http://schemas.microsoft.com/win/2004/08/events/event"

// Detect says [Format] when the head of a file begins with events in XML, else
// "".
func Detect(head []byte) string {
	head = bytes.TrimLeft(textlog.Head(head), " \t\r\n")
	if len(head) == 0 || head[0] != '<' {
		return ""
	}
	at := bytes.Index(head, []byte("<Event"))
	if at < 0 || !bytes.Contains(head[at:], []byte(namespace)) {
		return ""
	}
	// Only a declaration, comments and a root may stand before the first one.
	for _, tag := range bytes.Split(head[:at], []byte{'<'}) {
		if len(bytes.TrimSpace(tag)) > 0 && tag[0] != '?' && tag[0] != '!' && !bytes.HasPrefix(tag, []byte("Events")) && bytes.IndexByte(tag, ' ') >= 0 {
			return ""
		}
	}
	return Format
}
