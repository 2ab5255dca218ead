//go:build spoorpoison

package examine

// poison overwrites a released buffer, so that a value kept beyond its event
// shows up as nonsense in a test instead of as a rare wrong report.
func poison(b []byte) {
	for i := range b {
		b[i] = 0xdb
	}
}
