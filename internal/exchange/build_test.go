package exchange

import (
	"slices"
	"testing"
	"time"
)

func TestBuildNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"15.1.2176.9": true, "15.01.2176.009": true, "15.1.2176": false, "15.1.2176.9.1": false, "": false, "15.1.x.9": false, "15.1..9": false, "15.1.2176.": false, "-1.1.1.1": false, "99999999999999999999.1.1.1": false} {
		if _, ok := ParseBuild(text); ok != want {
			t.Errorf("%q is a build: %v, want %v", text, ok, want)
		}
	}
	older, _ := ParseBuild("15.1.999.9")
	newer, _ := ParseBuild("15.1.2176.2")
	if older.Compare(newer) != -1 || newer.Compare(older) != 1 || older.Compare(older) != 0 {
		t.Error("builds are not compared part by part as numbers")
	}
}

// The thresholds of the weaknesses that chains are about, written down apart
// from the tables: the first builds with the fix, and the levels that came with it.
func TestTheBuildsThatFixADoor(t *testing.T) {
	t.Parallel()
	april := []string{"15.0.1497.15", "15.1.2176.12", "15.1.2242.8", "15.2.792.13", "15.2.858.10"}
	november22 := []string{"15.0.1497.44", "15.1.2375.37", "15.1.2507.16", "15.2.986.36", "15.2.1118.20"}
	for weakness, want := range map[string]struct{ since, from []string }{
		"CVE-2020-0688": {[]string{"15.0.1497.6", "15.1.1847.7", "15.1.1913.7", "15.2.464.11", "15.2.529.8"}, []string{"15.1.1979.3", "15.2.595.3"}},
		"CVE-2021-26855": {[]string{"15.0.847.64", "15.0.1395.12", "15.0.1473.6", "15.0.1497.12", "15.1.1415.10", "15.1.1466.16", "15.1.1531.12",
			"15.1.1591.18", "15.1.1713.10", "15.1.1779.8", "15.1.1847.12", "15.1.1913.12", "15.1.1979.8", "15.1.2044.13", "15.1.2106.13", "15.1.2176.9",
			"15.2.221.18", "15.2.330.11", "15.2.397.11", "15.2.464.15", "15.2.529.13", "15.2.595.8", "15.2.659.12", "15.2.721.13", "15.2.792.10"}, []string{"15.1.2242.4", "15.2.858.5"}},
		"CVE-2021-28480": {april, []string{"15.1.2308.8", "15.2.922.7"}},
		"CVE-2021-34473": {april, []string{"15.1.2308.8", "15.2.922.7"}},
		"CVE-2021-33766": {april, []string{"15.1.2308.8", "15.2.922.7"}},
		"CVE-2021-42321": {[]string{"15.1.2308.20", "15.1.2375.17", "15.2.922.19", "15.2.986.14"}, []string{"15.1.2507.6", "15.2.1118.7"}},
		"CVE-2022-41040": {november22, []string{"15.2.1258.12"}},
		"CVE-2022-41080": {november22, []string{"15.2.1258.12"}},
	} {
		f := FixOf(weakness)
		if f == nil {
			t.Fatalf("nothing fixes %s", weakness)
		}
		if got := texts(f.Since); !slices.Equal(got, want.since) {
			t.Errorf("%s since %q", weakness, got)
		}
		if got := texts(f.From); !slices.Equal(got, want.from) {
			t.Errorf("%s from %q", weakness, got)
		}
	}
	if FixOf("CVE-2025-53770") != nil {
		t.Error("a weakness of SharePoint is fixed by an update of Exchange")
	}
}

func texts(list []Build) []string {
	var out []string
	for _, b := range list {
		out = append(out, b.String())
	}
	return out
}

func TestABuildHoldsAFixOrNot(t *testing.T) {
	t.Parallel()
	f := FixOf("CVE-2021-42321")
	for text, want := range map[string]State{
		"15.1.2308.19": NotFixed, "15.1.2308.20": Fixed, "15.1.2308.21": Fixed,
		"15.1.2176.99":  NotFixed, // a level that did not get the update
		"15.1.2507.6":   Fixed,    // the first level that came with it
		"15.1.2507.5":   NotFixed,
		"15.2.2562.17":  Fixed, // SE
		"15.0.1497.26":  NotAffected,
		"15.1.2308.0":   Unknown, // no revision
		"14.3.123.4":    Unknown,
		"15.3.1.1":      Unknown,
		"16.1.2308.100": Unknown,
	} {
		b, _ := ParseBuild(text)
		if got := f.State(b); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	var nothing *Fix
	if got := nothing.State(Build{15, 1, 2176, 9}); got != Unknown {
		t.Errorf("without a known fix: %s", got)
	}
}

// A later build of one level never lacks what an earlier one held, and no
// release lacks what an earlier level of its line came with.
func TestAFixStays(t *testing.T) {
	t.Parallel()
	list := releases()
	for weakness, f := range fixes() {
		for i := 1; i < len(list); i++ {
			a, b := list[i-1].Build, list[i].Build
			if a.sameLine(b) && (a[2] == b[2] || f.State(list[i-1].Build) == Fixed && list[i-1].Update == "") && f.State(a) == Fixed && f.State(b) != Fixed {
				t.Errorf("%s: %s holds the fix, %s does not", weakness, list[i-1].Name(), list[i].Name())
			}
		}
	}
}

func TestReleasesAreInOrderAndNamed(t *testing.T) {
	t.Parallel()
	list := releases()
	for i, r := range list {
		if i > 0 && list[i-1].Build.Compare(r.Build) >= 0 {
			t.Errorf("%s stands behind %s", r.Build, list[i-1].Build)
		}
		if _, err := time.Parse(time.DateOnly, r.Date); err != nil {
			t.Errorf("%s: %v", r.Build, err)
		}
		if got, ok := ReleaseOf(r.Build); !ok || got != r {
			t.Errorf("%s is found as %v", r.Build, got)
		}
	}
	for text, want := range map[string]string{"15.1.2176.9": "Exchange 2016 CU19 Mar21SU", "15.2.792.3": "Exchange 2019 CU8", "15.2.2562.17": "Exchange SE RTM", "15.1.2176.8": ""} {
		b, _ := ParseBuild(text)
		if r, ok := ReleaseOf(b); ok != (want != "") || ok && r.Name() != want {
			t.Errorf("%s is %q", text, r.Name())
		}
	}
}
