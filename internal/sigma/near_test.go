package sigma_test

import (
	"strings"
	"testing"

	"spoor/internal/sigma"
)

// A misspelt word is answered with the one that was meant, where there is one.
func TestAMisspeltWordIsAnsweredWithTheOneMeant(t *testing.T) {
	t.Parallel()
	const head = "title: t\nlogsource: {category: process_creation, product: windows}\ndetection:\n  selection: {Image: x}\n  filter_main: {Image: y}\n  condition: "
	for _, c := range []struct{ rule, want string }{
		{strings.Replace(head, "Image:", "Image|endwith:", 1) + "selection\n", `; "endswith" is`},
		{strings.Replace(head, "Image:", "Image|contians:", 1) + "selection\n", `; "contains" is`},
		{strings.Replace(head, "Image:", "Image|nonsense:", 1) + "selection\n", ""},
		{head + "selction\n", `; "selection" is one`},
		{head + "selection and not 1 of filtr*\n", `; "filter_main" is one`},
		{head + "selection and other\n", ""},
		{strings.Replace(head, "process_creation", "procss_creation", 1) + "selection\n", `; "process_creation" is a category that is read`},
		{strings.Replace(head, "category: process_creation", "service: securty", 1) + "selection\n", `; "security" is a service that is read`},
		{strings.Replace(head, "{Image: x}", "{image: x}", 1) + "selection\n", ", but Image"},
		{head + "selection and not not not (a\n", ""},
	} {
		_, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: []byte(c.rule)}}, sigma.Options{Lint: true})
		all := report.Refused
		for _, w := range report.Warnings {
			if w.Code != "unused-selection" {
				all = append(all, w)
			}
		}
		if len(all) != 1 {
			t.Errorf("%s: %+v", c.rule, all)
			continue
		}
		reason, _, _ := strings.Cut(all[0].Reason, "\n")
		if c.want == "" && strings.Contains(reason, ";") || !strings.Contains(reason, c.want) {
			t.Errorf("%s: %q, want %q in it", c.rule, reason, c.want)
		}
	}
}

// Other programs get the column of a condition's problem, where a line of the
// file holds the condition.
func TestAProblemInAConditionHasItsColumn(t *testing.T) {
	t.Parallel()
	const head = "title: t\nlogsource: {product: windows}\ndetection:\n  a: {F: x}\n  condition: "
	for condition, column := range map[string]int{"a and b": 20, "'a and b'": 21, "\"a and (b\"": 22, ">-\n    a and\n    b": 0, "[a, a or c]": 23} {
		_, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: []byte(head + condition + "\n")}}, sigma.Options{})
		if len(report.Refused) != 1 || report.Refused[0].Column != column || report.Refused[0].Line != 5 {
			t.Errorf("%s: %+v, want column %d", condition, report.Refused, column)
		}
	}
}
