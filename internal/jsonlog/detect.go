package jsonlog

import "spoor/internal/textlog"

// Detect says "json" when the head of a file holds an exported Windows event,
// else "". An object that goes on beyond the head counts by the keys seen.
func Detect(head []byte) string {
	text := textlog.Sniff(head)
	head = textlog.Head(head)
	i := skip(head, 0)
	if i < len(head) && head[i] == '[' {
		i = skip(head, i+1)
	}
	if i >= len(head) || head[i] != '{' {
		return ""
	}
	head = head[i:]
	d := newDecoder(nil)
	lines := wholeLines(text, head)
	for range 16 {
		r := nextRow(text, head, true, lines)
		if r.n == 0 {
			return ""
		}
		if r.kind == objectRow || r.kind == badRow && r.n == len(head) {
			n, code := d.flat.object(head[r.start:r.n])
			if (code == "" || n == len(head)-r.start || r.n == len(head)) && makePlan(d.flat.sig, nil).event {
				return "json"
			}
		}
		head = head[r.n:]
	}
	return ""
}
