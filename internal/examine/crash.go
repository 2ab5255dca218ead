package examine

import (
	"fmt"

	"spoor/internal/fault"
)

// Crash is a fault of this program that ended the work on a part of an item.
type Crash struct {
	Path   string `json:"path"`
	Offset int64  `json:"offset"` // of the block, -1 for the item as a whole
	*fault.Fault
}

// catch notes a crash of the producer.
func (st *itemState) catch(doing string, do func()) {
	if f := fault.Catch(doing, do); f != nil {
		st.crashes = append(st.crashes, Crash{Path: st.item.Path, Offset: -1, Fault: f})
	}
}

// crash says in words what was lost to crashes.
func (r *ItemResult) crash() string {
	first := &r.Crashes[0]
	where := ""
	if first.Offset >= 0 {
		where = fmt.Sprintf(" in the block at byte %d", first.Offset)
	}
	more := ""
	if n := r.Crashed - 1; n > 0 {
		more = fmt.Sprintf(", and %d more", n)
	}
	return fmt.Sprintf("a fault of spoor itself, not of the evidence%s%s (%v); %d records were read", where, more, first.Fault, r.Records)
}
