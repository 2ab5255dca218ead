package share

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// Copy makes the copy of one case, in two rounds. In the first the whole case
// is given to it, so that it learns every value to replace; after Ready the
// same case is given again, and what it returns is the copy. It is not safe
// for use by several goroutines.
type Copy struct {
	key        Key
	words      vocabulary
	sentences  vocabulary // words of spoor's sentences
	learning   bool
	learned    map[string]*term
	finder     *finder
	own        map[netip.Addr]bool // public addresses of the owner
	indicators map[string]bool     // folded values of published indicators
	pages      map[string]bool     // folded file names of shells
	keys       map[string]bool     // parameters of shells, as they stand
	targets    map[string]bool     // names of machines that were asked for
	ids        map[string]string   // identities of findings, old: new
	listed     map[[3]string]*Line
	memo       map[memoKey]seen
	touched    []*Line            // by the value at hand
	fields     map[string]meaning // by fieldName
	spelled    map[string]meaning // the same, as logs write them
	full       bool
}

// Line is a line of the owner's list.
type Line struct {
	What  string // "replaced" or "kept"
	Kind  string
	Value string
	As    string // what stands in the copy
	Times int    // in findings, verdict and manifest together
}

// New returns a copy that learns. hide are further words of the owner that
// are replaced wherever they stand.
func New(key Key, hide []string) (*Copy, error) {
	words, err := newVocabulary()
	if err != nil {
		return nil, err
	}
	sentences, err := sentenceWords()
	if err != nil {
		return nil, err
	}
	c := &Copy{key: key, words: words, sentences: sentences, learning: true, learned: map[string]*term{}, own: map[netip.Addr]bool{}, indicators: map[string]bool{},
		pages: map[string]bool{}, keys: map[string]bool{}, ids: map[string]string{}, targets: map[string]bool{}, listed: map[[3]string]*Line{}, memo: map[memoKey]seen{}, fields: meanings(), spelled: map[string]meaning{}}
	for _, v := range hide {
		if err := c.hide(v); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// hide learns a word that the owner names.
func (c *Copy) hide(v string) error {
	if addr, err := netip.ParseAddr(v); err == nil {
		c.own[addr.Unmap()] = true
		return nil
	}
	if len([]rune(v)) < minTerm || len(v) > maxTerm {
		return fmt.Errorf("hide %q: a word to hide has %d letters or more and at most %d bytes", v, minTerm, maxTerm)
	}
	c.learn(isHidden, v, c.pseudonym(isHidden, v))
	return nil
}

// Ready ends learning.
func (c *Copy) Ready() error {
	for _, t := range slices.Sorted(maps.Keys(c.targets)) {
		if name, _, _ := strings.Cut(t, ":"); !c.outside(name) {
			c.host(t)
		}
	}
	terms := make([]*term, 0, len(c.learned))
	for _, t := range c.learned {
		terms = append(terms, t)
	}
	f, err := newFinder(terms)
	if err != nil {
		return err
	}
	c.finder, c.learning = f, false
	clear(c.memo)
	return c.Err()
}

// Err says that a limit was reached, so that the copy may not be given away.
func (c *Copy) Err() error {
	if c.full {
		return fmt.Errorf("make the copy: %w", errFull)
	}
	return nil
}

var errFull = errors.New("the case holds more values to replace than fit")

// List is what was replaced and what was kept, for the owner alone.
func (c *Copy) List() []Line {
	list := make([]Line, 0, len(c.listed))
	for _, l := range c.listed {
		list = append(list, *l)
	}
	slices.SortFunc(list, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value), cmp.Compare(a.As, b.As))
	})
	return list
}

// note counts what stands in the copy for a value.
func (c *Copy) note(what string, k kind, value, out string) {
	if c.learning {
		return
	}
	key := [3]string{k.word(), value, out}
	if l := c.listed[key]; l != nil {
		l.Times++
		c.touched = append(c.touched, l)
		return
	}
	if len(c.listed) > maxTerms {
		c.full = true
		return
	}
	l := &Line{What: what, Kind: k.word(), Value: value, As: out, Times: 1}
	c.listed[key], c.touched = l, append(c.touched, l)
}
