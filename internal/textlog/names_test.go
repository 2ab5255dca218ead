package textlog

import (
	"fmt"
	"testing"
)

func TestNamesOutliveTheirBytesAndAreBounded(t *testing.T) {
	var n Names
	raw := []byte("MAIL01")
	got := n.Of(raw)
	copy(raw, "xxxxxx")
	if got != "MAIL01" || n.Of([]byte("MAIL01")) != "MAIL01" || n.Of(nil) != "" {
		t.Errorf("got %q", got)
	}
	for i := range 3 * maxNames {
		if name := fmt.Sprint("HOST", i); n.Of([]byte(name)) != name {
			t.Fatalf("%s is not itself", name)
		}
	}
	if len(n.known) > maxNames {
		t.Errorf("%d names are kept", len(n.known))
	}
	n.Of([]byte("HOST1"))
	if a := testing.AllocsPerRun(100, func() { n.Of([]byte("HOST1")) }); a != 0 {
		t.Errorf("%v allocations for a known name", a)
	}
}
