package examine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"spoor/internal/evidence"
	"spoor/internal/message"
)

// Tally remembers what items looked like, for the case that none is of a known
// kind, and where the examination stands.
type Tally struct {
	ignored map[evidence.Kind]int
	last    string // path of the last item that is done
}

// Add notes an item that is done.
func (t *Tally) Add(res *ItemResult) {
	t.last = res.Item.Path
	if res.Outcome != evidence.Ignored {
		return
	}
	if t.ignored == nil {
		t.ignored = map[evidence.Kind]int{}
	}
	t.ignored[res.Item.Kind]++
}

// Kinds says what the ignored items looked like, the most frequent first.
func (t *Tally) Kinds() string {
	kinds := slices.SortedFunc(maps.Keys(t.ignored), func(a, b evidence.Kind) int {
		return cmp.Or(cmp.Compare(t.ignored[b], t.ignored[a]), cmp.Compare(a, b))
	})
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = fmt.Sprintf("%d %s", t.ignored[k], k)
	}
	return strings.Join(names, ", ")
}

// Missing says what an interrupted examination left out.
func (t *Tally) Missing() message.Text {
	if t.last == "" {
		return message.New("run.interrupted-none")
	}
	return message.New("run.interrupted", "path", t.last)
}
