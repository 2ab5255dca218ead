package sigma_test

import (
	"fmt"
	"strings"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/sigma"
)

// A list of conditions is met by each of them, however many there are.
func TestAListOfConditionsIsMetByOne(t *testing.T) {
	t.Parallel()
	const most = 5
	for n := 1; n <= most; n++ {
		var selections, conditions []string
		for i := range n {
			selections, conditions = append(selections, fmt.Sprintf("s%d: {F%d: x}", i, i)), append(conditions, fmt.Sprintf("s%d", i))
		}
		rule := fmt.Appendf(nil, "title: t\nlogsource: {product: windows}\ndetection: {%s, condition: [%s]}\n", strings.Join(selections, ", "), strings.Join(conditions, ", "))
		set, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: rule}}, sigma.Options{})
		if report.Loaded != 1 {
			t.Fatalf("%d conditions: refused %+v", n, report.Refused)
		}
		fast, reference := engine.NewProgram(set).NewEngine(), engine.NewReference(set)
		for has := range 1 << n {
			var fields []string
			for i := range n {
				fields = append(fields, fmt.Sprintf("F%d=%s", i, map[bool]string{true: "x", false: "y"}[has>>i&1 == 1]))
			}
			record := recordOf(strings.Join(fields, ";"))
			if want := has > 0; len(fast.Match(record, nil)) > 0 != want || len(reference.Match(record, nil)) > 0 != want || engine.Explain(set.Rules[0], record).Fires != want {
				t.Errorf("%d conditions, %s: want it to fire: %v", n, fields, want)
			}
		}
	}
}
