package actor

// The ids of the sources, as in Source.ID and in the first part of an
// actor's id.
const (
	SourceAttack    = "attack"
	SourceMISP      = "misp"
	SourceMicrosoft = "microsoft"
	Source360       = "360"
	SourceOwn       = "spoor" // hand-written edges, each with its own source
)
