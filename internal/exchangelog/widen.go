package exchangelog

import (
	"strconv"

	"spoor/event"
)

// widen places the values of a row that has one more than its header has
// names, when the forms of the named columns leave exactly one place for the
// unnamed value. The result is an inferred layout, nil when no place or more
// than one fits.
func (d *decoder) widen(l *layout) *layout {
	place := -1
	for p := 0; p <= l.width; p++ {
		if !widenFits(l.names, d.values, p) {
			continue
		}
		if place >= 0 {
			return nil
		}
		place = p
	}
	if place < 0 {
		return nil
	}
	if w := l.widened[place]; w != nil {
		return w
	}
	names := make([]string, 0, l.width+1)
	names = append(names, l.names[:place]...)
	names = append(names, "column-"+strconv.Itoa(place+1))
	names = append(names, l.names[place:]...)
	if l.widened == nil {
		l.widened = make(map[int]*layout)
	}
	w := newLayout(l.route.Format, l.route.Channel, names, true)
	l.widened[place] = w
	return w
}

func widenFits(names []string, values []event.Value, place int) bool {
	for i, name := range names {
		at := i
		if i >= place {
			at++
		}
		if a := anchorOfName(name); a != anything && !a.fits(values[at].Raw) {
			return false
		}
	}
	return true
}
