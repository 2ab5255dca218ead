package hypothesis

import (
	"math"

	"spoor/internal/message"
)

// Words with ranges: the closed-world share of a group against the first one
// of the set. They describe the order among described groups, never of who
// did it.
func standing(ratio float64) message.Text {
	switch {
	case ratio >= 0.8:
		return message.New("fit.word.as-good")
	case ratio >= 0.3:
		return message.New("fit.word.close")
	case ratio >= 0.05:
		return message.New("fit.word.behind")
	}
	return message.New("fit.word.far-behind")
}

// unlisted goes with every answer.
func unlisted() message.Text { return message.New("fit.unlisted") }

// classOf names how telling a piece of evidence is. A technique is never
// exclusive: the one group known for it is the true one far less often than
// with malware (measured.json: techniques and software, from 1 to 1).
func classOf(software bool, known int) string {
	switch {
	case software && known == 1:
		return "exclusive"
	case known > 0 && known <= 5:
		return "characteristic"
	}
	return "common"
}

// meaning tells what a sighting did to the odds in past cases.
func meaning(software bool, known int) message.Text {
	if known == 0 {
		return message.New("fit.meaning.nobody")
	}
	rows := measured().Techniques
	if software {
		rows = measured().Software
	}
	for _, r := range rows {
		if known >= r.From && (r.To == 0 || known <= r.To) {
			if r.To == 1 {
				return message.New("fit.meaning.alone", "share", r.Known, "n", r.N)
			}
			return message.New("fit.meaning.odds", "present", r.Present, "n", r.N, "absent", r.Absent)
		}
	}
	return message.New("fit.meaning.nothing-like-it")
}

// orderFor is the measured row for about as much evidence.
func orderFor(techniques int, software bool) Order {
	draw := 15
	switch {
	case techniques < 8:
		draw = 5
	case techniques < 13:
		draw = 10
	}
	for _, o := range measured().Orders {
		if o.Software == software && o.Draw == draw {
			return o
		}
	}
	return Order{}
}

// setSize is how many groups held the true one in 80 % of past cases with as
// much evidence.
func setSize(techniques int, software bool) int { return orderFor(techniques, software).Set80 }

// planted tells what planted malware of another described group did.
func planted() message.Text {
	var first, named [2][]message.Text
	n := 0
	for _, p := range measured().Plantings {
		k := kind(p.Software)
		first[k] = append(first[k], message.New("fit.interval", "share", p.First, "from", int(math.Round(100*p.FirstRange[0])), "to", int(math.Round(100*p.FirstRange[1]))))
		if p.Families > 1 {
			named[k] = append(named[k], message.New("fit.share", "share", p.Named))
		}
		n = max(n, p.N)
	}
	return message.New("fit.planted", "techniques", first[0], "software", first[1], "named", named[0], "named-software", named[1], "n", n)
}

// errorRate tells how often this kind of answer was right; learnable cases,
// gap regime.
func errorRate(answer string, techniques int, software bool) message.Text {
	if answer == NothingToSay {
		return message.New("fit.rate.none")
	}
	o := orderFor(techniques, software)
	list := []message.Text{message.New("fit.rate.order", "like", evidenceLike(o), "top", o.Top1, "from", o.Top1Range[0], "to", o.Top1Range[1], "n", o.Set80,
		"held", o.Held80, "held-from", o.Held80Range[0], "held-to", o.Held80Range[1])}
	if answer == PointsTo {
		for _, n := range measured().Naming {
			if n.TwoItems {
				list = append(list, message.New("fit.rate.naming", "named", n.Named, "n", n.N, "right", n.Right, "right-least", atLeast(n.Right, n.Named),
					"deleted", n.Deleted, "deleted-most", max(n.DeletedRange[1], 3/float64(max(n.N, 1)))))
			}
		}
	}
	return message.New("fit.run", "sentences", append(list, message.New("fit.rate.population")))
}

func evidenceLike(o Order) message.Text {
	id := "fit.rate.like"
	if o.Software {
		id = "fit.rate.like-software"
	}
	return message.New(id, "techniques", o.Draw, "draws", o.N, "reports", o.Items)
}

// atLeast is the lower end of a 95 % interval for a share of n: of n right of
// n, the rule of three; else Wilson's.
func atLeast(share float64, n int) float64 {
	if n == 0 {
		return 0
	}
	m := float64(n)
	if share >= 1 {
		return max(0, 1-3/m)
	}
	const z = 1.96
	mid, half := share+z*z/(2*m), z*math.Sqrt(share*(1-share)/m+z*z/(4*m*m))
	return (mid - half) / (1 + z*z/m)
}

// some lists the first few of a list and counts the rest.
func some(list []string) message.Text {
	if len(list) > maxNamed {
		return message.New("fit.and-more", "items", list[:maxNamed], "n", len(list)-maxNamed)
	}
	return message.New("fit.items", "items", list)
}
