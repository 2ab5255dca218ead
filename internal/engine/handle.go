package engine

import "sync"

// Handle is a set of rules as users of the library hold it: loaders make one,
// package match opens it, and there is nothing in it for anybody else.
type Handle struct {
	set     *Ruleset
	once    sync.Once
	program *Program
}

// NewHandle wraps a loaded set.
func NewHandle(set *Ruleset) *Handle { return &Handle{set: set} }

// Ruleset is the set, an empty one of the zero value.
func (h *Handle) Ruleset() *Ruleset {
	if h.set == nil {
		return &Ruleset{}
	}
	return h.set
}

// Program is the set made ready for engines, once for all of them.
func (h *Handle) Program() *Program {
	h.once.Do(func() { h.program = NewProgram(h.Ruleset()) })
	return h.program
}
