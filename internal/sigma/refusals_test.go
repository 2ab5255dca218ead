package sigma_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"spoor/internal/sigma"
)

// refusals reads the table of rules that must be refused.
func refusals(t *testing.T) (rows [][]string) {
	t.Helper()
	data, err := os.ReadFile("testdata/refusals.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if cell := strings.Split(line, "\t"); len(cell) != 4 {
			t.Fatalf("line %d has %d cells", n+1, len(cell))
		} else if n > 0 {
			rows = append(rows, cell)
		}
	}
	return rows
}

func TestRulesThatCannotBeHonouredAreRefusedWithCodeAndLine(t *testing.T) {
	t.Parallel()
	for _, cell := range refusals(t) {
		var rule string
		if err := json.Unmarshal([]byte(cell[2]), &rule); err != nil {
			t.Fatalf("%s: %v", cell[1], err)
		}
		rule = strings.ReplaceAll(rule, `\xff`, "\xff")
		_, report := sigma.Load([]sigma.File{{Name: "row.yml", Data: []byte(rule)}}, sigma.Options{})
		if len(report.Refused) != 1 || report.Loaded != 0 {
			t.Errorf("%s, %s: %d loaded, refused %+v", cell[0], cell[1], report.Loaded, report.Refused)
			continue
		}
		p := report.Refused[0]
		if p.Code != cell[0] || p.File != "row.yml" || p.Line < 1 || cell[3] != "-" && strconv.Itoa(p.Line) != cell[3] {
			t.Errorf("%s, %s: refused as %s at line %d, not %s: %s", cell[0], cell[1], p.Code, p.Line, cell[3], p.Reason)
		}
	}
}

// The page lists each code that a row shows, and no other but those that need
// a huge file or rules beside the refused one.
func TestThePageListsEveryCode(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/sigma.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "## Refusals")
	section, _, _ := strings.Cut(after, "\n## ")
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(section, -1) {
		listed[m[1]] = true
	}
	shown := map[string]bool{"file-too-large": true, "too-many-documents": true, "too-complex": true, "same-rule": true, "ambiguous-rule": true}
	for _, cell := range refusals(t) {
		shown[cell[0]] = true
	}
	for code := range shown {
		if !listed[code] {
			t.Errorf("docs/sigma.md does not list %s", code)
		}
	}
	for code := range listed {
		if !shown[code] {
			t.Errorf("docs/sigma.md lists %s, which no row shows", code)
		}
	}
}

// Every line of the page's tables of meanings names rows that exist.
func TestThePageNamesItsRows(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/sigma.md")
	if err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("testdata/semantics.tsv")
	if err != nil {
		t.Fatal(err)
	}
	meanings, _, _ := strings.Cut(string(page), "Translations (")
	lines := 0
	for _, line := range strings.Split(meanings, "\n") {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, ""), "|")
		if len(cells) < 5 || strings.Contains(line, "---") || strings.Contains(line, "| Rows |") {
			continue
		}
		lines++
		labels := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[len(cells)-2], -1)
		if len(labels) == 0 && !strings.Contains(line, "no-source") {
			t.Errorf("no rows are named: %s", line)
		}
		for _, label := range labels {
			if !strings.Contains("\n"+string(table), "\n"+label[1]) {
				t.Errorf("no row begins with %q", label[1])
			}
		}
	}
	if lines < 40 {
		t.Errorf("the page has %d lines of meanings", lines)
	}
}

// A hostile rule file costs no more than its size allows, and good files
// beside it load.
func TestHostileRuleFilesAreBounded(t *testing.T) {
	rep := strings.Repeat
	head := "title: t\nlogsource: {product: windows}\n"
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(rep(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	var many, wide strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&many, "  s%d: {F: x}\n", i)
	}
	for i := range 30_000 {
		fmt.Fprintf(&wide, "    - ' -a-b/c-d-e%d'\n", i)
	}
	global := "action: global\n" + head + "detection:\n  a:\n    F:\n" + rep("      - x\n", 30_000) + "---\n" + rep("detection: {condition: a}\n---\n", 900)
	for name, c := range map[string]struct{ rule, code string }{
		"a billion laughs":                     {laughs + head + "detection: {a: {F: *a8}, condition: a}\n", "too-complex"},
		"an alias to itself":                   {head + "detection: &d {a: {F: *d}, condition: a}\n", "too-complex"},
		"lists 5,000 deep":                     {head + "detection: {a: " + rep("[", 5_000) + rep("]", 5_000) + ", condition: a}\n", "too-complex"},
		"half a mebibyte of open brackets":     {head + "detection: " + rep("[", 1<<19), "yaml"},
		"40,000 selections":                    {head + "detection:\n" + many.String() + "  condition: s1\n", "too-complex"},
		"a condition of 100,000 words":         {head + "detection: {a: {F: x}, condition: '" + rep("a or ", 100_000) + "a'}\n", "too-complex"},
		"100,000 parentheses":                  {head + "detection: {a: {F: x}, condition: '" + rep("(", 100_000) + "a" + rep(")", 100_000) + "'}\n", "too-complex"},
		"100,000 nots":                         {head + "detection: {a: {F: x}, condition: '" + rep("not ", 100_000) + "a'}\n", "too-complex"},
		"a regular expression of one mebibyte": {head + "detection: {a: {'F|re': '" + rep("(a|b)", 200_000) + "'}, condition: a}\n", "regexp-too-large"},
		"counted repetitions":                  {head + "detection: {a: {'F|re': '(?:x?){900}x{900}(abc){1000}'}, condition: a}\n", "regexp-too-large"},
		"parentheses 2,000 deep in re":         {head + "detection: {a: {'F|re': '" + rep("(", 2_000) + rep(")", 2_000) + "'}, condition: a}\n", "regexp"},
		"dashes written out":                   {head + "detection:\n  a:\n   F|windash|base64offset|contains:\n" + wide.String() + "  condition: a\n", "too-complex"},
		"more than a mebibyte":                 {head + "# " + rep("x", 1<<20), "file-too-large"},
		"2,000 documents":                      {rep("---\na: b\n", 2_000), "too-many-documents"},
		"one global part, 900 documents":       {global, "too-complex"},
		"placeholders of placeholders":         {head + "detection: {a: {'F|expand': '" + rep("%two%", 40) + "'}, condition: a}\n", "too-complex"},
		"twenty thousand conditions":           {head + "detection:\n  a: {F: x}\n  condition:\n" + rep("    - a\n", 20_000), "too-complex"},
	} {
		good := sigma.File{Name: "good.yml", Data: ruleOf("{a: {F: x}}", "a")}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, report := sigma.Load([]sigma.File{{Name: "bomb.yml", Data: []byte(c.rule)}, good}, sigma.Options{Placeholders: placeholders(), Lint: true})
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		found := false
		for _, p := range report.Refused {
			found = found || p.Code == c.code
		}
		if !found || report.Loaded < 1 {
			t.Errorf("%s: %d loaded, %d refused, not as %s", name, report.Loaded, len(report.Refused), c.code)
		}
		// What a file costs is seen in what is allocated for it, on a busy machine
		// too; other tests allocate beside this one.
		if after.TotalAlloc-before.TotalAlloc > 1<<30 {
			t.Errorf("%s: %d MiB", name, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
		t.Logf("%s: %v, %d MiB allocated in all", name, took, (after.TotalAlloc-before.TotalAlloc)>>20)
	}
}
