package share

import (
	"net/netip"
	"testing"
)

func TestWhichAddressesAreOfTheInside(t *testing.T) {
	t.Parallel()
	c := &Copy{own: map[netip.Addr]bool{netip.MustParseAddr("198.51.100.20"): true}}
	for text, want := range map[string]bool{
		"10.0.0.0": true, "10.255.255.255": true, "9.255.255.255": false, "11.0.0.0": false,
		"172.16.0.1": true, "172.31.255.255": true, "172.15.255.255": false, "172.32.0.0": false,
		"192.168.0.1": true, "192.167.255.255": false, "192.169.0.0": false,
		"100.64.0.0": true, "100.100.100.100": true, "100.127.255.255": true, "100.63.255.255": false, "100.128.0.0": false, "101.64.0.0": false, "64.100.0.0": false, "99.100.64.1": false,
		"169.254.1.1": true, "169.253.1.1": false, "fe80::1%eth0": true, "fc00::1": true, "fd00::1": true, "fe00::1": false, "2001:db8::1": false,
		"::ffff:100.64.0.1": true, "::ffff:10.1.2.3": true, "::ffff:8.8.8.8": false, "64:ff9b::6440:1": false,
		"198.51.100.20": true, "::ffff:198.51.100.20": true, "198.51.100.21": false,
	} {
		if got := c.internal(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is of the inside: %v, want %v", text, got, want)
		}
	}
}

func TestWhatMayEndAPublicName(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]bool{"com": true, "COM": true, "de": true, "xyz": true, "js": false, "ps": false, "md": false, "py": false, "x1": false, "d": false, "abc": false, "": false} {
		if got := topLevel(label); got != want {
			t.Errorf("%q may end a public name: %v, want %v", label, got, want)
		}
	}
}

// A mailbox whose name has one letter or two is somebody's as any other is.
func TestMailboxesOfShortNamesAreReplaced(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, map[string]string{"Mailbox": "hm@kanzlei-mueller.de", "TargetMailbox": "x@kanzlei-mueller.de"})
	for _, text := range []string{"hm@kanzlei-mueller.de", "x@kanzlei-mueller.de"} {
		if out := c.strict("mail of " + text + " was read"); leaks(out, text, "kanzlei", "hm@", "x@") != "" {
			t.Errorf("%s became %q", text, out)
		}
	}
}
