package main

import (
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

const sample = `package a

func f(list []int, name string) bool {
	n := 0
	for _, v := range list {
		if v < 3 && name != "" {
			continue
		}
		n += v
	}
	return n == 7 || false
}
`

func TestEveryChangeIsOneThatParses(t *testing.T) {
	t.Parallel()
	list, err := changes("a.go", []byte(sample), 1)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, c := range list {
		kinds = append(kinds, c.kind)
		if c.before == c.after {
			t.Errorf("line %d: nothing changed in %s", c.line, c.before)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "a.go", c.apply([]byte(sample)), 0); err != nil {
			t.Errorf("%s: %v", c.after, err)
		}
	}
	slices.Sort(kinds)
	want := []string{"condition", "constant", "constant", "constant", "constant", "operator", "operator", "operator", "operator", "statement", "statement"}
	if !slices.Equal(kinds, want) {
		t.Errorf("changes %v, want %v", kinds, want)
	}
}

func TestTheChoiceDependsOnTheSeedAndNotOnThePlace(t *testing.T) {
	t.Parallel()
	texts := func(src string, seed int64) (list []string) {
		all, err := changes("a.go", []byte(src), seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			list = append(list, c.after)
		}
		return list
	}
	first := texts(sample, 1)
	if !slices.Equal(first, texts("// comment\n\n"+sample, 1)) {
		t.Error("a comment above changed the choice")
	}
	if slices.Equal(first, texts(sample, 2)) {
		t.Error("another seed makes the same choice")
	}
}
