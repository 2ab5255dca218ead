package engine

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"unicode"
	"unicode/utf8"

	"spoor/internal/limits"
)

// Caps of a deterministic automaton; see docs/limits.md.
const (
	maxInst    = max(8_000>>limits.Shrink, 40)  // instructions of a program; longer ones stay with the standard library
	maxClasses = max(250>>limits.Shrink, 4)     // kinds of runes that a program tells apart
	maxCells   = max(1<<17>>limits.Shrink, 64)  // of one automaton's table: 512 KiB
	maxTables  = max(1<<23>>limits.Shrink, 128) // cells of all tables of a worker: 32 MiB
	maxClears  = max(4>>limits.Shrink, 1)       // a text that fills a table so often goes to the standard library
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
	least    int    // no text of fewer bytes matches
	run      int    // the expression asks for so many runes in a row of some kind, and for nothing else; 0 if not
	inRun    []bool // by class
}

func newAutomaton(re *regexp.Regexp) *automaton {
	a := &automaton{re: re}
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return a
	}
	a.least = leastRunes(parsed) // a rune has at least one byte
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(prog.Inst) > maxInst {
		return a
	}
	a.anchored = prog.StartCond()&syntax.EmptyBeginText != 0
	if a.divide(prog) {
		a.prog = prog
		a.count(parsed)
	}
	return a
}

// leastRunes is how many runes the shortest match has, or fewer. The nesting is
// bounded by the parser (1,000).
func leastRunes(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return leastRunes(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min * leastRunes(re.Sub[0])
	case syntax.OpConcat:
		n := 0
		for _, sub := range re.Sub {
			n += leastRunes(sub)
		}
		return n
	case syntax.OpAlternate:
		n := leastRunes(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			n = min(n, leastRunes(sub))
		}
		return n
	}
	return 0
}

// count finds expressions like .{1000,}: as an automaton that one has 1,001
// states of up to 1,000 instructions, and making them was a twentieth of hunting
// in recordings.
func (a *automaton) count(re *syntax.Regexp) {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	if re.Op != syntax.OpRepeat || re.Min < 1 {
		return
	}
	switch re.Sub[0].Op {
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
	default:
		return
	}
	a.run, a.inRun = re.Min, make([]bool, len(a.reps))
	for i := range a.prog.Inst {
		switch in := &a.prog.Inst[i]; in.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			for c, r := range a.reps {
				a.inRun[c] = in.MatchRune(r)
			}
			return // the others are copies of it
		}
	}
}

// hasRun reports whether enough runes stand in a row.
func (a *automaton) hasRun(text []byte) bool {
	n := 0
	for i := 0; i < len(text) && n < a.run; n++ {
		class, size := a.ascii[text[i]&(utf8.RuneSelf-1)], 1
		if text[i] >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRune(text[i:])
			class = a.class(r)
		}
		if i += size; !a.inRun[class] {
			n = -1
		}
	}
	return n >= a.run
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
