package textlog_test

import (
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/textlog"
)

func TestTimesAreReadOrRefusedNeverGuessed(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2021-03-05T03:06:27.696Z":       "2021-03-05T03:06:27.696Z row",
		"2021-03-05 03:06:27":            "2021-03-05T03:06:27Z row",
		"2021-03-05T03:06:27.123456789":  "2021-03-05T03:06:27.123456789Z row",
		"2021-03-05T03:06:27+02:00":      "2021-03-05T01:06:27Z row",
		"2020-02-29T23:30:00-01:00":      "2020-03-01T00:30:00Z row",
		"1899-12-31T23:59:59Z":           "1899-12-31T23:59:59Z row",
		"2021-02-29T00:00:00Z":           "",
		"2021-13-01T00:00:00Z":           "",
		"2021-03-05T24:00:00Z":           "",
		"2021-03-05T03:06:27.Z":          "",
		"2021-03-05T03:06:27.1234567890": "",
		"2021-3-5T03:06:27Z":             "",
		"2021-03-05":                     "",
		"":                               "",
	} {
		var c textlog.Clock
		got := ""
		if at, _, ok := c.ISO([]byte(in), event.FromRow); ok {
			got = at.String() + " " + at.Source.String()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestATimeWithoutAZoneIsInTheZoneGiven(t *testing.T) {
	t.Parallel()
	c := textlog.Clock{Location: time.FixedZone("", -5*3600)}
	for in, want := range map[string]string{
		"2021-03-05T03:06:27":  "2021-03-05T08:06:27Z row (local time)",
		"2021-03-05T03:06:27Z": "2021-03-05T03:06:27Z row",
	} {
		at, _, _ := c.ISO([]byte(in), event.FromRow)
		if got := at.String() + " " + at.Source.String(); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestTheHeadTellsEncodingAndLineEnds(t *testing.T) {
	t.Parallel()
	wide := func(s string, lo, hi string) string { return strings.Join(strings.Split(s, ""), hi) + lo }
	for in, want := range map[string]textlog.Text{
		"a\nb\n":              {},
		"a\r\nb\r\n":          {},
		"a\rb\r":              {CR: true},
		"a\rb\n":              {},
		"\xff\xfea\x00\n\x00": {Wide: true},
		"\xfe\xff\x00a\x00\r": {Wide: true, Big: true, CR: true},
		wide("no mark, but UTF-16\n", "\x00", "\x00"):      {Wide: true},
		"\x00" + wide("no mark, but UTF-16\n", "", "\x00"): {Wide: true, Big: true},
		"":                          {},
		strings.Repeat("\x00", 100): {},
	} {
		if got := textlog.Sniff([]byte(in)); got != want {
			t.Errorf("%q: got %+v, want %+v", in, got, want)
		}
	}
}
