package hypothesis

import "math"

// What a threshold must reach on the answers it is chosen on: of the named
// nine in ten right, and of the same items with the true group removed no
// more than 1.6 % named.
const (
	wantRight   = 0.90
	wantDeleted = 0.016
)

// judged is one answer with its chance under a naming model that did not see
// its part.
type judged struct {
	chance  float64
	right   bool
	deleted bool
}

func judge(rows []answered, n naming) []judged {
	var out []judged
	for _, r := range rows {
		if r.asked {
			out = append(out, judged{n.chance(r.signs), r.right > 0, r.deleted})
		}
	}
	return out
}

// threshold is the lowest chance, in hundredths from 0.5 on, from which on
// every threshold up to 0.95 keeps both bounds; 1 when none does.
func threshold(rows []judged) float64 {
	const few = 20 // too few names to judge a rate by
	least := 1.0
	for percent := 95; percent >= 50; percent-- {
		from := float64(percent) / 100
		named, right, deleted, items := 0.0, 0.0, 0.0, 0.0
		for _, r := range rows {
			if r.deleted {
				deleted += truth(r.chance >= from)
				continue
			}
			items++
			named += truth(r.chance >= from)
			right += truth(r.chance >= from && r.right)
		}
		if named < few {
			continue
		}
		if right < wantRight*named || deleted > wantDeleted*items {
			break
		}
		least = from
	}
	return least
}

// fitNaming fits the logistic by Newton steps with a small ridge.
func fitNaming(rows []answered) naming {
	var b naming
	const ridge = 1.0
	for range 30 {
		g, h := make([]float64, signCount), make([][]float64, signCount)
		for j := range h {
			h[j] = make([]float64, signCount)
			if j > 0 {
				h[j][j], g[j] = ridge, -ridge*b[j]
			} else {
				h[j][j] = 1e-6
			}
		}
		for _, r := range rows {
			p := b.chance(r.signs)
			for j, x := range r.signs {
				g[j] += r.weight * (r.right - p) * x
				for k, y := range r.signs {
					h[j][k] += r.weight * p * (1 - p) * x * y
				}
			}
		}
		step := solve(h, g)
		moved := 0.0
		for j := range b {
			b[j] += step[j]
			moved += math.Abs(step[j])
		}
		if moved < 1e-9 {
			break
		}
	}
	return b
}
