package sigma_test

import (
	"strings"
	"testing"
	"time"

	"spoor/internal/sigma"
)

// Expressions of published rules meet fields that somebody wrote to slow them
// down: 64 KiB each. Measured: 0.01 s for the worst; the bound leaves room for
// a busy machine.
func TestPublishedExpressionsTakeLittleTime(t *testing.T) {
	set, _ := sigma.Load(published(t), sigma.Options{})
	const size = 64 << 10
	fields := []string{
		strings.Repeat("a", size),
		strings.Repeat("/", size),
		strings.Repeat("\" '+^`", size/6),
		strings.Repeat("powershell -e ", size/14),
		strings.Repeat("0123456789abcdef", size/16),
		strings.Repeat("é", size/2),
		strings.Repeat("\xff", size),
	}
	seen, worst, slowest := map[string]bool{}, time.Duration(0), ""
	for _, r := range set.Rules {
		for _, s := range r.Selections {
			for _, items := range s.Alternatives {
				for _, item := range items {
					for _, test := range item.Tests {
						if test.Re == nil || seen[test.Re.String()] {
							continue
						}
						seen[test.Re.String()] = true
						for _, field := range fields {
							start := time.Now()
							test.Re.MatchString(field)
							if took := time.Since(start); took > worst {
								worst, slowest = took, test.Re.String()
							}
						}
					}
				}
			}
		}
	}
	t.Logf("%d expressions, the slowest took %v: %s", len(seen), worst, slowest)
	if len(seen) < 100 || worst > 2*time.Second {
		t.Errorf("%d expressions, the slowest took %v: %s", len(seen), worst, slowest)
	}
}
