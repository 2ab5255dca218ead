package evtxlog

import "bytes"

// Detect returns "evtx" when the start of an item is that of an event log: a
// file header, or a chunk without one (a carved or cut file).
func Detect(head []byte) string {
	if bytes.HasPrefix(head, []byte("ElfFile\x00")) || bytes.HasPrefix(head, []byte("ElfChnk\x00")) {
		return "evtx"
	}
	// A log whose header was damaged still has its first chunk at 4 KiB.
	if len(head) >= 4096+8 && bytes.HasPrefix(head[4096:], []byte("ElfChnk\x00")) {
		return "evtx"
	}
	return ""
}
