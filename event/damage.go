package event

// Damage is one thing that could not be read as the format demands. It is
// data, not an error: reading went on.
type Damage struct {
	Offset int64 // in the log's content
	Line   int64 // 1-based, 0 without lines
	Code   string
	Detail string
	Lost   int // records or rows known to be lost by it
}

// MaxDamage bounds the described damage of a Total.
const MaxDamage = 4096

// Total is what reading one log came to.
type Total struct {
	Records  int64
	Lost     int64 // records known to be lost
	From, To Time  // of the records
	// Damage describes at most MaxDamage things; DamageMore counts the rest.
	Damage     []Damage
	DamageMore int64
}

// AddDamage notes damage, describing at most MaxDamage of it.
func (t *Total) AddDamage(d Damage) {
	t.Lost += int64(d.Lost)
	if len(t.Damage) < MaxDamage {
		t.Damage = append(t.Damage, d)
		return
	}
	t.DamageMore++
}

// AddTime widens the span of the records; a time that is not known changes
// nothing.
func (t *Total) AddTime(at Time) {
	if !at.Known() {
		return
	}
	if !t.From.Known() || at.Compare(t.From) < 0 {
		t.From = at
	}
	if !t.To.Known() || at.Compare(t.To) > 0 {
		t.To = at
	}
}
