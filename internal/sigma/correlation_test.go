package sigma_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/sigma"
)

// base are three rules on F, beside which correlations stand.
func base(extra string) []byte {
	var b strings.Builder
	for _, n := range []string{"a", "b", "c"} {
		fmt.Fprintf(&b, "title: %s\nname: %s\nid: id-%s\nlogsource: {product: windows}\ndetection: {s: {F: %s}, condition: s}\n---\n", n, n, n, n)
	}
	return []byte(b.String() + extra)
}

// told runs the correlations of a file over hits, "seconds name key=value ...",
// and tells each result as "title group first-last count".
func correlated(t *testing.T, rules []byte, hits ...string) []string {
	t.Helper()
	set, report := sigma.Load([]sigma.File{{Name: "c.yml", Data: rules}}, sigma.Options{})
	if len(report.Refused) > 0 {
		t.Fatalf("refused: %+v", report.Refused)
	}
	var list []engine.Occurrence
	fast := engine.NewProgram(set).NewEngine()
	for n, h := range hits {
		cells := strings.Fields(h)
		var second float64
		fmt.Sscanf(cells[0], "%g", &second)
		e := recordOf("F=" + cells[1] + ";" + strings.Join(cells[2:], ";"))
		for _, hit := range fast.Match(e, nil) {
			list = append(list, engine.Occurrence{At: event.Time{Sec: int64(second), Nano: int32(math.Round((second - math.Floor(second)) * 1e9)), Source: event.FromRecord},
				Rule: slices.Index(set.Rules, hit.Rule), Values: hit.Needs, ID: fmt.Sprint(n), Record: uint64(n)})
		}
	}
	engine.SortOccurrences(list)
	var out []string
	for _, level := range set.Levels() {
		var inner []engine.Occurrence
		x := set.NewCorrelator(level, func(r engine.Result) {
			if !r.Correlation.Silent {
				out = append(out, fmt.Sprintf("%s %s %d-%d %d", r.Correlation.Meta.Title, strings.Join(r.Group, ","), r.First.Sec, r.Last.Sec, r.Count))
			}
		}, func(o engine.Occurrence) { inner = append(inner, o) })
		for _, o := range list {
			x.Add(o)
		}
		x.End()
		list = append(list, inner...)
		engine.SortOccurrences(list)
	}
	slices.Sort(out)
	return out
}

func rule(title, body string) string {
	return "title: " + title + "\nname: " + title + "\ncorrelation:\n  " + strings.ReplaceAll(body, "; ", "\n  ") + "\n---\n"
}

func TestCorrelations(t *testing.T) {
	t.Parallel()
	count := func(condition string) string {
		return rule("x", "type: event_count; rules: [a]; group-by: [U]; timespan: 10s; condition: {"+condition+"}")
	}
	over := func(condition string) string {
		return rule("x", "type: temporal; group-by: [U]; timespan: 10s; condition: "+condition)
	}
	field := func(kind, condition string) string {
		return rule("x", "type: "+kind+"; rules: [a]; group-by: [U]; timespan: 10s; condition: {field: N, "+condition+"}")
	}
	for name, c := range map[string]struct {
		rules string
		hits  []string
		want  []string
	}{
		"hits exactly the timespan apart are together":   {count("gte: 3"), []string{"0 a U=1", "5 a U=1", "10 a U=1"}, []string{"x 1 0-10 3"}},
		"a nanosecond more and they are not":             {count("gte: 3"), []string{"0 a U=1", "5 a U=1", "10.000000001 a U=1"}, nil},
		"groups are counted apart":                       {count("gte: 2"), []string{"0 a U=1", "1 a U=2", "2 a U=1"}, []string{"x 1 0-2 2"}},
		"groups differ by more than the case of letters": {count("gte: 2"), []string{"0 a U=Anna", "1 a U=ANNA"}, []string{"x Anna 0-1 2"}},
		"hits in any order of arrival":                   {count("gte: 3"), []string{"9 a U=1", "0 a U=1", "4 a U=1"}, []string{"x 1 0-9 3"}},
		"overlapping windows are one result":             {count("gte: 2"), []string{"0 a U=1", "8 a U=1", "16 a U=1", "24 a U=1"}, []string{"x 1 0-24 4"}},
		"two bursts are two results":                     {count("gte: 2"), []string{"0 a U=1", "1 a U=1", "50 a U=1", "51 a U=1"}, []string{"x 1 0-1 2", "x 1 50-51 2"}},
		"a hit without the group's field is in no group": {count("gte: 2"), []string{"0 a U=1", "1 a", "2 a V=1"}, nil},
		"gt is more": {count("gt: 2"), []string{"0 a U=1", "1 a U=1"}, nil},
		"lt asks for whole windows, not for their first hit": {count("lt: 3"), []string{"0 a U=1", "1 a U=1", "2 a U=1"}, nil},
		"lt holds for a window that stays small":             {count("lt: 3"), []string{"0 a U=1", "1 a U=1", "30 a U=2", "31 a U=2", "32 a U=2"}, []string{"x 1 0-1 2"}},
		"eq asks for whole windows":                          {count("eq: 2"), []string{"0 a U=1", "1 a U=1", "2 a U=1", "60 a U=1", "61 a U=1"}, []string{"x 1 60-61 2"}},
		"neq":                                                {count("neq: 2"), []string{"0 a U=1", "1 a U=1", "60 a U=1"}, []string{"x 1 60-60 1"}},
		"a range":                                            {count("gt: 1, lte: 3"), []string{"0 a U=1", "1 a U=1", "50 a U=2", "51 a U=2", "52 a U=2", "53 a U=2"}, []string{"x 1 0-1 2"}},
		"no group-by is one group":                           {rule("x", "type: event_count; rules: [a, b]; timespan: 10s; condition: {gte: 3}"), []string{"0 a", "1 b", "2 a"}, []string{"x  0-2 3"}},
		"distinct values":                                    {field("value_count", "gte: 2"), []string{"0 a U=1 N=x", "1 a U=1 N=x", "2 a U=1 N=y"}, []string{"x 1 0-2 3"}},
		"values that left the window":                        {field("value_count", "gte: 2"), []string{"0 a U=1 N=x", "20 a U=1 N=y"}, nil},
		"pairs of values":                                    {rule("x", "type: value_count; rules: [a]; group-by: [U]; timespan: 10s; condition: {field: [N, M], gte: 2}"), []string{"0 a U=1 N=x M=1", "1 a U=1 N=x M=2"}, []string{"x 1 0-1 2"}},
		"a sum":                                              {field("value_sum", "gt: 10"), []string{"0 a U=1 N=6", "1 a U=1 N=0x5", "2 a U=2 N=10"}, []string{"x 1 0-1 2"}},
		"text that is no number is not summed":               {field("value_sum", "gt: 1"), []string{"0 a U=1 N=many", "1 a U=1 N=1"}, nil},
		"an average over the whole window":                   {field("value_avg", "gt: 5"), []string{"0 a U=1 N=9", "1 a U=1 N=1", "2 a U=1 N=2"}, nil},
		"an average":                                         {field("value_avg", "gte: 4"), []string{"0 a U=1 N=9", "1 a U=1 N=1", "2 a U=1 N=2"}, []string{"x 1 0-2 3"}},
		"a median of four lies between the middle two":       {field("value_median", "eq: 2.5"), []string{"0 a U=1 N=1", "1 a U=1 N=2", "2 a U=1 N=3", "3 a U=1 N=100"}, []string{"x 1 0-3 4"}},
		"the nearest rank":                                   {field("value_percentile", "percentile: 75, eq: 3"), []string{"0 a U=1 N=1", "1 a U=1 N=2", "2 a U=1 N=3", "3 a U=1 N=100"}, []string{"x 1 0-3 4"}},
		"a value's share":                                    {field("value_percentile", "lte: 25"), []string{"0 a U=1 N=x", "1 a U=1 N=x", "2 a U=1 N=x", "3 a U=1 N=y"}, []string{"x 1 0-3 4"}},
		"all rules in any order":                             {rule("x", "type: temporal; rules: [a, b]; group-by: [U]; timespan: 10s"), []string{"0 b U=1", "10 a U=1", "11 a U=2"}, []string{"x 1 0-10 2"}},
		"two of three rules":                                 {rule("x", "type: temporal; rules: [a, b, c]; timespan: 10s; condition: {gte: 2}"), []string{"0 c", "5 a"}, []string{"x  0-5 2"}},
		"in order":                                           {rule("x", "type: temporal_ordered; rules: [a, b]; group-by: [U]; timespan: 10s"), []string{"0 b U=1", "3 a U=1", "9 b U=1"}, []string{"x 1 3-9 2"}},
		"not in order":                                       {rule("x", "type: temporal_ordered; rules: [a, b]; group-by: [U]; timespan: 10s"), []string{"0 b U=1", "3 a U=1"}, nil},
		"at one time":                                        {rule("x", "type: temporal_ordered; rules: [a, b, c]; timespan: 10s"), []string{"3 c", "3 b", "3 a"}, []string{"x  3-3 3"}},
		"the chain, not only its ends, fits the timespan": {rule("x", "type: temporal_ordered; rules: [a, b, c]; timespan: 10s"), []string{"0 a", "8 b", "12 c"}, nil},
		"the later of two begins":                         {rule("x", "type: temporal_ordered; rules: [a, b, c]; timespan: 10s"), []string{"0 a", "5 a", "8 b", "12 c"}, []string{"x  5-12 3"}},
		"aliases name different fields":                   {rule("x", "type: temporal; rules: [a, b]; group-by: [ip]; timespan: 10s; aliases: {ip: {a: S, b: D}}"), []string{"0 a S=1 D=2", "1 b S=3 D=1"}, []string{"x 1 0-1 2"}},
		"aliases of rules by their ids":                   {rule("x", "type: temporal; rules: [a, b]; group-by: [ip]; timespan: 10s; aliases: {ip: {id-a: S, id-b: D}}"), []string{"0 a S=1 D=2", "1 b S=3 D=1"}, []string{"x 1 0-1 2"}},
		"a condition over rules: both":                    {over("a and b"), []string{"0 a U=1", "3 b U=1", "50 a U=1", "90 b U=1"}, []string{"x 1 0-3 2"}},
		"a condition over rules: either":                  {over("a or b"), []string{"0 b U=1"}, []string{"x 1 0-0 1"}},
		"a condition over rules: one without the other":   {over("a and not b"), []string{"0 a U=1", "5 b U=1", "50 a U=1"}, []string{"x 1 50-50 1"}},
		"a condition over rules: the other came before":   {over("a and not b"), []string{"0 b U=1", "5 a U=1"}, nil},
		"a condition over rules: the other's own group":   {over("a and not b"), []string{"0 a U=1", "5 b U=2"}, []string{"x 1 0-0 1"}},
		"a condition over rules: brackets":                {over("a and (b or c)"), []string{"0 a U=1", "5 c U=1"}, []string{"x 1 0-5 2"}},
		"a condition over rules: brackets, and too late":  {over("a and (b or c)"), []string{"0 a U=1", "10.5 c U=1"}, nil},
		"a condition over rules that are listed":          {rule("x", "type: temporal; rules: [a, b, c]; timespan: 10s; condition: a and b"), []string{"0 c", "1 a", "2 b"}, []string{"x  0-2 3"}},
		"rules by id":                                     {rule("x", "type: event_count; rules: [id-a]; timespan: 10s; condition: {gte: 1}"), []string{"0 a"}, []string{"x  0-0 1"}},
		"failed logons and then one that succeeds, by its own group": {
			rule("many", "type: event_count; rules: [a]; group-by: [U]; timespan: 10s; condition: {gte: 3}") + rule("x", "type: temporal_ordered; rules: [many, b]; group-by: [V]; timespan: 10s"),
			[]string{"0 a U=1 V=7", "1 a U=1 V=7", "2 a U=1 V=7", "12 b U=9 V=7"}, []string{"x 7 2-12 2"}},
		"a chain whose inner rule is met too early": {
			rule("x", "type: temporal_ordered; rules: [many, b]; timespan: 10s") + rule("many", "type: event_count; rules: [a]; group-by: [U]; timespan: 10s; condition: {gte: 3}"),
			[]string{"0 a U=1", "1 a U=1", "2 a U=1", "12.5 b U=9"}, nil},
		"with generate the inner one speaks too": {
			rule("many", "type: event_count; rules: [a]; timespan: 10s; condition: {gte: 1}") + rule("x", "type: temporal; rules: [many, b]; timespan: 10s; generate: true"),
			[]string{"0 a", "1 b"}, []string{"many  0-0 1", "x  0-1 2"}},
	} {
		if got := correlated(t, base(c.rules), c.hits...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// plainly is the slow answer: for every hit, whether the window that ends at it
// (growing conditions), or the whole windows around it, meet the condition.
func plainly(kind string, order string, bound float64, span int, hits []plainHit) map[string]bool {
	meets := func(n float64) bool {
		return map[string]bool{"gte": n >= bound, "gt": n > bound, "lt": n < bound, "lte": n <= bound, "eq": n == bound, "neq": n != bound}[order]
	}
	growing := (order == "gt" || order == "gte") && (kind == "event_count" || kind == "value_count" || kind == "value_sum" || kind == "temporal")
	out := map[string]bool{}
	for i, h := range hits {
		var window []plainHit
		for j, g := range hits {
			if g.group == h.group && g.at >= h.at-span && (g.at < h.at || g.at == h.at && (j <= i || !growing)) {
				window = append(window, g)
			}
		}
		if !growing { // a later hit that the whole window also reaches makes it another one
			grows := false
			for _, g := range hits {
				grows = grows || g.group == h.group && g.at > h.at && g.at-span <= window[0].at
			}
			if grows {
				continue
			}
		}
		values, rules, sum := map[int]bool{}, map[string]bool{}, 0
		for _, g := range window {
			values[g.value], rules[g.rule] = true, true
			sum += g.value
		}
		n := map[string]float64{"event_count": float64(len(window)), "value_count": float64(len(values)), "value_sum": float64(sum), "temporal": float64(len(rules)), "value_avg": float64(sum) / float64(len(window))}[kind]
		if meets(n) {
			out[fmt.Sprintf("%s@%d", h.group, h.at)] = true
		}
	}
	return out
}

type plainHit struct {
	at    int
	rule  string
	group string
	value int
}

// A group has a result exactly where the slow answer finds a window.
func TestWindowsAreThoseOfTheSlowAnswer(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(1_500) {
		d := dice{rand.New(rand.NewPCG(seed, 3))}
		kind, order := pick(d, "event_count", "value_count", "value_sum", "value_avg", "temporal"), pick(d, "gte", "gt", "lt", "lte", "eq", "neq")
		bound, span := 1+d.IntN(4), 1+d.IntN(8)
		var hits []plainHit
		var lines []string
		at := 0
		for range 1 + d.IntN(25) {
			at += pick(d, 0, 0, 1, 1, 2, 5, 12)
			hits = append(hits, plainHit{at, pick(d, "a", "b"), pick(d, "u", "v"), d.IntN(4)})
		}
		for _, h := range hits {
			lines = append(lines, fmt.Sprintf("%d %s U=%s N=%d", h.at, h.rule, h.group, h.value))
		}
		condition := fmt.Sprintf("%s: %d", order, bound)
		if strings.HasPrefix(kind, "value") {
			condition = "field: N, " + condition
		}
		got := correlated(t, base(rule("x", fmt.Sprintf("type: %s; rules: [a, b]; group-by: [U]; timespan: %ds; condition: {%s}", kind, span, condition))), lines...)
		want := plainly(kind, order, float64(bound), span, hits)
		found += len(want)
		// Every window that the slow answer finds ends inside a result, and every
		// result begins or ends with one.
		inside := func(group string, at int) bool {
			return slices.ContainsFunc(got, func(r string) bool {
				var first, last, n int
				rest, ok := strings.CutPrefix(r, "x "+group+" ")
				fmt.Sscanf(rest, "%d-%d %d", &first, &last, &n)
				return ok && first <= at && at <= last
			})
		}
		for w := range want {
			group, when, _ := strings.Cut(w, "@")
			var end int
			fmt.Sscan(when, &end)
			if !inside(group, end) {
				t.Fatalf("seed %d: %s %s over %ds: %v gives %q without %s", seed, kind, condition, span, lines, got, w)
			}
		}
		for _, r := range got {
			var group string
			var first, last, n int
			fmt.Sscanf(strings.Replace(r, "-", " ", 1), "x %s %d %d %d", &group, &first, &last, &n)
			if !want[fmt.Sprintf("%s@%d", group, last)] {
				t.Fatalf("seed %d: %s %s over %ds: %v gives %q, and no window ends there", seed, kind, condition, span, lines, r)
			}
		}
	}
	if found < 1_500 {
		t.Errorf("only %d windows met their condition", found)
	}
}

func TestAMemberSpeaksOnlyThroughItsCorrelation(t *testing.T) {
	t.Parallel()
	silent := func(generate string) (out []bool) {
		set, _ := sigma.Load([]sigma.File{{Name: "c.yml", Data: base(rule("x", "type: event_count; rules: [a]; timespan: 1s; condition: {gte: 2}"+generate))}}, sigma.Options{})
		for _, r := range set.Rules {
			out = append(out, r.Silent)
		}
		return out
	}
	if got := silent(""); !slices.Equal(got, []bool{true, false, false}) {
		t.Errorf("without generate: %v", got)
	}
	if got := silent("; generate: true"); !slices.Equal(got, []bool{false, false, false}) {
		t.Errorf("with generate: %v", got)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	filter := func(source, rules, body string) []byte {
		return base("title: f\nlogsource: {" + source + "}\nfilter:\n  rules: " + rules + "\n  selection: {U: adm*}\n" + body + "  condition: selection\n")
	}
	stays := func(condition string) []byte {
		return base("title: f\nlogsource: {product: windows}\nfilter:\n  rules: [a]\n  selection: {U: adm*}\n  other: {U: '*root'}\n  condition: " + condition + "\n")
	}
	for name, c := range map[string]struct {
		rules  []byte
		record string
		want   int
	}{
		"what the filter holds for is gone":       {filter("product: windows", "[a]", ""), "F=a;U=admin", 0},
		"what it does not hold for stays":         {filter("product: windows", "[a]", ""), "F=a;U=user", 1},
		"without the field it does not hold":      {filter("product: windows", "[a]", ""), "F=a", 1},
		"a rule that it does not name":            {filter("product: windows", "[a]", ""), "F=b;U=admin", 1},
		"a rule by its id":                        {filter("product: windows", "[id-b]", ""), "F=b;U=admin", 0},
		"any rule of the logsource":               {filter("product: windows", "any", ""), "F=c;U=admin", 0},
		"any rule, but not of another logsource":  {filter("product: windows, service: system", "any", ""), "F=c;U=admin", 1},
		"all is any":                              {filter("product: windows", "All", ""), "F=c;U=admin", 0},
		"an empty list is any":                    {filter("product: windows", "[]", ""), "F=c;U=admin", 0},
		"what stays is named: gone":               {stays("not selection"), "F=a;U=admin", 0},
		"what stays is named: stays":              {stays("not selection"), "F=a;U=user", 1},
		"what stays is named: no field":           {stays("not selection"), "F=a", 1},
		"what stays is named twice: gone":         {stays("not selection and not other"), "F=a;U=root", 0},
		"what stays is named twice: stays":        {stays("not selection and not other"), "F=a;U=user", 1},
		"what stays is named by a pattern":        {stays("not 1 of *"), "F=a;U=root", 0},
		"an exception of what is left out: gone":  {stays("not (selection and not other)"), "F=a;U=admin", 0},
		"an exception of what is left out: stays": {stays("not (selection and not other)"), "F=a;U=admroot", 1},
		"two that are left out":                   {stays("selection or other"), "F=a;U=root", 0},
		"both, or it stays":                       {stays("selection and other"), "F=a;U=admin", 1},
		"not not is nothing":                      {stays("not not selection"), "F=a;U=admin", 0},
		"a selection named as one of the rule's":  {base("title: f\nlogsource: {product: windows}\nfilter:\n  rules: [a]\n  s: {U: adm*}\n  condition: s\n"), "F=a;U=admin", 0},
	} {
		set, report := sigma.Load([]sigma.File{{Name: "f.yml", Data: c.rules}}, sigma.Options{})
		if len(report.Refused) > 0 {
			t.Errorf("%s: %+v", name, report.Refused)
			continue
		}
		e := recordOf(c.record)
		a, b := engine.NewReference(set).Match(e, nil), engine.NewProgram(set).NewEngine().Match(e, nil)
		if len(a) != c.want || len(b) != c.want {
			t.Errorf("%s: the reference has %d hits, the engine %d, want %d", name, len(a), len(b), c.want)
		}
	}
}

func TestCorrelationsOfWrongMembersAreRefused(t *testing.T) {
	t.Parallel()
	for code, extra := range map[string]string{
		"same-rule":         rule("x", "type: temporal; rules: [a, id-a]; timespan: 1m"),
		"ambiguous-rule":    rule("a", "type: temporal; rules: [b, c]; timespan: 1m") + rule("x", "type: temporal; rules: [a, b]; timespan: 1m"),
		"unknown-rule":      rule("x", "type: temporal; rules: [y, b]; timespan: 1m"),
		"correlation-cycle": rule("x", "type: temporal; rules: [y, b]; timespan: 1m") + rule("y", "type: temporal; rules: [x, b]; timespan: 1m"),
		"alias-form":        rule("x", "type: temporal; rules: [a, b]; group-by: [ip]; timespan: 1m; aliases: {ip: {a: S}}"),
	} {
		set, report := sigma.Load([]sigma.File{{Name: "c.yml", Data: base(extra)}}, sigma.Options{})
		if len(report.Refused) == 0 || report.Refused[0].Code != code || report.Refused[0].Line < 20 {
			t.Errorf("%s: %+v", code, report.Refused)
		}
		if len(set.Rules) != 3 {
			t.Errorf("%s: %d rules are left", code, len(set.Rules))
		}
	}
}
