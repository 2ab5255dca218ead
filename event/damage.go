package event

// Damage is one thing that could not be read as the format demands. It is
// data, not an error: reading went on.
type Damage struct {
	Offset int64 // in the item's content
	Line   int64 // 1-based, 0 without lines
	Code   string
	Detail string
	Lost   int // records or rows known to be lost by it
}
