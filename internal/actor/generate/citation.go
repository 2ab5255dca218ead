package generate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"spoor/internal/actor"
)

// dated is a date with where it comes from: "text" (the citation's own
// wording), "name" (the name it is cited by) or "url" (a dated path).
type dated struct {
	date actor.Date
	from string
}

var patterns = sync.OnceValue(func() (p struct{ bracket, bare, retrieved, named, yearOnly, path, pathDay, trend, cve *regexp.Regexp }) {
	p.bracket = regexp.MustCompile(`\(\s*((?:19|20)\d\d)(?:,\s*([A-Z][a-z]+)\.?(?:\s+(\d{1,2}))?)?\s*\)`)
	p.bare = regexp.MustCompile(`\b((?:19|20)\d\d),\s*([A-Z][a-z]+)(?:\s+(\d{1,2}))?\b`)
	p.retrieved = regexp.MustCompile(`(?i)\bretrieved\b`)
	p.named = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ _-]?((?:19|20)\d\d)\b`)
	p.yearOnly = regexp.MustCompile(`\b((?:19|20)\d\d)\b`)
	p.path = regexp.MustCompile(`/((?:19|20)\d\d)/(0?[1-9]|1[0-2])(?:/(0?[1-9]|[12]\d|3[01]))?/`)
	p.pathDay = regexp.MustCompile(`[/_-]((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?:[^0-9]|$)`)
	p.trend = regexp.MustCompile(`trendmicro\.com/[a-z_]+/research/(\d\d)/([a-l])/`) // year and month, a = January
	p.cve = regexp.MustCompile(`CVE-(\d{4})-`)
	return p
})

func month(name string) int {
	name = strings.ToLower(name)
	for i, m := range []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"} {
		if strings.HasPrefix(name, m) {
			return i + 1
		}
	}
	return 0
}

func makeDate(year, month, day string, monthNumber int) actor.Date {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	if monthNumber > 0 {
		m = monthNumber
	}
	d, _ := strconv.Atoi(day)
	if m == 0 {
		d = 0
	}
	date := actor.Date(y*10000 + m*100 + d)
	if !date.Valid() {
		return 0
	}
	return date
}

// dateOf derives the publication date of a citation. The wording comes
// first: "(2021, March 2)", then the older form "2021, March 2" before the
// word Retrieved. The date of retrieval is never taken. Then the citation's
// name ("ESET Exchange Mar 2021", "FireEye APT41 2019"), then the address.
//
// A name with month and year completes a wording that has only the year.
// Where the two contradict each other the wording stands unless something
// else refutes its year (see refuted): of the 24 contradictions in ATT&CK
// 18.1 some are slips in the wording, some in the name.
func dateOf(name, text, url string) dated {
	p := patterns()
	var out dated
	if m := p.bracket.FindStringSubmatch(text); m != nil {
		out = dated{makeDate(m[1], "", m[3], month(m[2])), "text"}
	} else {
		before := text
		if at := p.retrieved.FindStringIndex(text); at != nil {
			before = text[:at[0]]
		}
		if m := p.bare.FindStringSubmatch(before); m != nil && month(m[2]) > 0 {
			out = dated{makeDate(m[1], "", m[3], month(m[2])), "text"}
		}
	}
	if m := p.named.FindStringSubmatch(name); m != nil {
		d := makeDate(m[2], "", "", month(m[1]))
		y, mon, _ := out.date.Parts()
		nameYear := int(d) / 10000
		switch {
		case out.date == 0, mon == 0 && nameYear == y:
			out = dated{d, "name"}
		case nameYear != y && abs(out.date.Year()-d.Year()) > 0.75 && refuted(text, url, y, nameYear):
			out = dated{d, "name"}
		}
	}
	if out.date != 0 {
		return out
	}
	if m := p.yearOnly.FindStringSubmatch(name); m != nil {
		return dated{makeDate(m[1], "", "", 0), "name"}
	}
	if m := p.path.FindStringSubmatch(url + "/"); m != nil {
		return dated{makeDate(m[1], m[2], m[3], 0), "url"}
	}
	if m := p.trend.FindStringSubmatch(url); m != nil {
		return dated{makeDate("20"+m[1], "", "", int(m[2][0]-'a')+1), "url"}
	}
	if m := p.pathDay.FindStringSubmatch(url); m != nil {
		return dated{makeDate(m[1], m[2], m[3], 0), "url"}
	}
	return dated{}
}

// refuted reports whether the address has the name's year and not the
// wording's, or the wording itself mentions a vulnerability numbered later
// than its own year.
func refuted(text, url string, year, nameYear int) bool {
	inURL := func(y int) bool { return strings.Contains(url, strconv.Itoa(y)) }
	if m := patterns().trend.FindStringSubmatch(url); m != nil {
		return m[1] == strconv.Itoa(nameYear)[2:]
	}
	if inURL(nameYear) != inURL(year) {
		return inURL(nameYear)
	}
	for _, m := range patterns().cve.FindAllStringSubmatch(text, -1) {
		if n, _ := strconv.Atoi(m[1]); n > year && n <= nameYear {
			return true
		}
	}
	return false
}

func abs(x float64) float64 { return max(x, -x) }

// better says whether date a should replace b: wording before name before
// address, then the more exact, then the earlier.
func better(a, b dated) bool {
	rank := func(d dated) int {
		exact := 0
		if _, m, day := d.date.Parts(); day > 0 {
			exact = 2
		} else if m > 0 {
			exact = 1
		}
		return map[string]int{"text": 9, "name": 6, "url": 3}[d.from] + exact
	}
	if x, y := rank(a), rank(b); x != y {
		return x > y
	}
	return a.date < b.date
}

// report registers a citation and returns its index. Citations without an
// address are told apart by name.
func (b *builder) report(name, text, url string) int32 {
	name, url = strings.TrimSpace(name), strings.TrimSpace(url)
	key := "name:" + name
	if url != "" {
		key = actor.Address(url)
	}
	i, ok := b.reports[key]
	if !ok {
		i = int32(len(b.k.Reports))
		b.reports[key] = i
		b.k.Reports = append(b.k.Reports, actor.Report{URL: url, Publisher: actor.Publisher(url)})
		b.best = append(b.best, dated{})
	}
	r := &b.k.Reports[i]
	if url != r.URL && !slices.Contains(r.OtherURLs, url) {
		r.OtherURLs = append(r.OtherURLs, url)
	}
	if name != "" && !slices.Contains(r.Names, name) {
		r.Names = append(r.Names, name)
	}
	if d := dateOf(name, text, url); d.date != 0 && (b.best[i].date == 0 || better(d, b.best[i])) {
		b.best[i] = d
	}
	return i
}
