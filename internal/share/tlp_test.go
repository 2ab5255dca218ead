package share

import "testing"

func TestLevelsAreThoseOfVersionTwo(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "red": "TLP:RED", "TLP:Amber": "TLP:AMBER", " amber+Strict ": "TLP:AMBER+STRICT", "GREEN": "TLP:GREEN", "clear": "TLP:CLEAR"} {
		if got, err := ParseLevel(in); err != nil || got.String() != want {
			t.Errorf("%q is %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"white", "TLP:WHITE", "purple", "amber strict", "TLP:TLP:RED"} {
		if got, err := ParseLevel(in); err == nil || got != "" {
			t.Errorf("%q is taken as %q", in, got)
		}
	}
}

func TestAWiderMarkingLetsMorePeopleRead(t *testing.T) {
	t.Parallel()
	order := []Level{"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"}
	for i, a := range order {
		for j, b := range order {
			if a.Wider(b) != (i > j) {
				t.Errorf("%s wider than %s: %v", a, b, a.Wider(b))
			}
		}
		if a.Wider("") || Level("").Wider(a) {
			t.Errorf("%s is compared with no marking", a)
		}
	}
}
