package match

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"unicode"
	"unicode/utf8"
)

// Caps of a deterministic automaton; see docs/limits.md.
const (
	maxInst    = 8_000   // instructions of a program; longer ones stay with the standard library
	maxClasses = 250     // kinds of runes that a program tells apart
	maxCells   = 1 << 17 // of one automaton's table: 512 KiB
	maxTables  = 1 << 23 // cells of all tables of a worker: 32 MiB
	maxClears  = 4       // a text that fills a table so often goes to the standard library
)

// automaton is a regular expression made ready for deterministic runs: its
// program, and the runes divided into classes that it does not tell apart. It
// is shared; each worker makes its own states, when a text needs them.
type automaton struct {
	re       *regexp.Regexp
	prog     *syntax.Prog // nil: only the standard library runs it
	ascii    [utf8.RuneSelf]uint8
	starts   []rune // first rune of each class interval
	classes  []uint8
	reps     []rune // a rune of each class
	context  bool   // what stands before a position matters beyond "begin"
	anchored bool
}

func newAutomaton(re *regexp.Regexp) *automaton {
	a := &automaton{re: re}
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return a
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(prog.Inst) > maxInst {
		return a
	}
	a.anchored = prog.StartCond()&syntax.EmptyBeginText != 0
	if a.divide(prog) {
		a.prog = prog
	}
	return a
}

// divide cuts the runes wherever an instruction could begin or end to match,
// then gives intervals that all instructions treat alike one class.
func (a *automaton) divide(prog *syntax.Prog) bool {
	cuts := []rune{0, utf8.RuneSelf}
	cut := func(lo, hi rune) { cuts = append(cuts, lo, hi+1) }
	for i := range prog.Inst {
		in := &prog.Inst[i]
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1:
			if len(in.Rune) == 1 {
				cut(in.Rune[0], in.Rune[0])
				if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
					for o := unicode.SimpleFold(in.Rune[0]); o != in.Rune[0]; o = unicode.SimpleFold(o) {
						cut(o, o)
					}
				}
			}
			for j := 0; j+1 < len(in.Rune); j += 2 {
				cut(in.Rune[j], in.Rune[j+1])
			}
		case syntax.InstRuneAnyNotNL:
			cut('\n', '\n')
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
				a.context = true
			}
		}
	}
	if a.context {
		cut('\n', '\n')
		cut('0', '9')
		cut('A', 'Z')
		cut('a', 'z')
		cut('_', '_')
	}
	slices.Sort(cuts)
	a.starts = slices.Compact(cuts)
	alike := map[string]uint8{}
	for _, r := range a.starts {
		sig := make([]byte, 0, len(prog.Inst)/8+2)
		bits, n := byte(0), 0
		for i := range prog.Inst {
			switch prog.Inst[i].Op {
			case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
				if bits <<= 1; prog.Inst[i].MatchRune(r) {
					bits |= 1
				}
				if n++; n%8 == 0 {
					sig, bits = append(sig, bits), 0
				}
			}
		}
		sig = append(sig, bits)
		if a.context {
			sig = append(sig, byte(before(r)))
		}
		c, ok := alike[string(sig)]
		if !ok {
			if len(a.reps) >= maxClasses {
				return false
			}
			c = uint8(len(a.reps))
			alike[string(sig)] = c
			a.reps = append(a.reps, r)
		}
		a.classes = append(a.classes, c)
	}
	for b := range a.ascii {
		a.ascii[b] = a.class(rune(b))
	}
	return true
}

func (a *automaton) class(r rune) uint8 {
	i := sort.Search(len(a.starts), func(i int) bool { return a.starts[i] > r })
	return a.classes[i-1]
}

// place is what stands before a position, as far as assertions ask.
type place uint8

const (
	atBegin place = iota
	afterWord
	afterFeed
	afterOther
)

func before(r rune) place {
	switch {
	case syntax.IsWordChar(r):
		return afterWord
	case r == '\n':
		return afterFeed
	}
	return afterOther
}

// rune is a rune that stands for the place, -1 for the begin of the text.
func (p place) rune() rune { return [...]rune{-1, 'a', '\n', ' '}[p] }
