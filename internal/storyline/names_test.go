package storyline

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func chainsAndSteps(t *testing.T) (chains map[string]*Chain, steps map[string]bool) {
	t.Helper()
	chains, err := Chains()
	if err != nil {
		t.Fatal(err)
	}
	steps = map[string]bool{}
	for _, c := range chains {
		for _, s := range c.Steps {
			steps[s.ID] = true
		}
	}
	return chains, steps
}

func literal(x ast.Expr) string {
	l, ok := x.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(l.Value)
	if err != nil {
		return ""
	}
	return s
}

// A name that no chain has would make a finding that belongs nowhere, or a
// question whose answer is always no.
func TestChainsAndStepsThatCodeNamesExist(t *testing.T) {
	t.Parallel()
	chains, steps := chainsAndSteps(t)
	file, err := parser.ParseFile(token.NewFileSet(), "../finding/names.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		name, text := v.Names[0].Name, literal(v.Values[0])
		seen++
		switch {
		case strings.HasPrefix(name, "Chain") && chains[text] == nil:
			t.Errorf("%s: no chain is called %q", name, text)
		case strings.HasPrefix(name, "Step") && !steps[text]:
			t.Errorf("%s: no chain has a step %q", name, text)
		}
		return true
	})
	if seen < 20 {
		t.Fatalf("%d names found", seen)
	}
}

// Code names a chain or a step by its constant.
func TestNoCodeSpellsAChainOrStepItself(t *testing.T) {
	t.Parallel()
	chains, steps := chainsAndSteps(t)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "lab" || d.Name() == "testdata"): // what a lab writes is what this package is measured by
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, x := range places(n) {
				if s := literal(x); chains[s] != nil || steps[s] {
					t.Errorf("%s: %q has a constant in internal/finding, or needs one", fset.Position(x.Pos()), s)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// places are the expressions of a node that stand for a chain or a step.
func places(n ast.Node) []ast.Expr {
	tells := func(x ast.Expr) bool {
		s, ok := x.(*ast.SelectorExpr)
		return ok && slices.Contains([]string{"Chain", "Step", "Name", "ID", "id"}, s.Sel.Name)
	}
	switch x := n.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.EQL || x.Op == token.NEQ {
			if tells(x.X) {
				return []ast.Expr{x.Y}
			}
			if tells(x.Y) {
				return []ast.Expr{x.X}
			}
		}
	case *ast.SwitchStmt:
		if x.Tag == nil || !tells(x.Tag) {
			return nil
		}
		var list []ast.Expr
		for _, c := range x.Body.List {
			if c, ok := c.(*ast.CaseClause); ok {
				list = append(list, c.List...)
			}
		}
		return list
	case *ast.AssignStmt:
		for i, to := range x.Lhs {
			if s, ok := to.(*ast.SelectorExpr); ok && (s.Sel.Name == "Chain" || s.Sel.Name == "Step" || s.Sel.Name == "Name") && i < len(x.Rhs) {
				return []ast.Expr{x.Rhs[i]}
			}
		}
	case *ast.KeyValueExpr:
		if k, ok := x.Key.(*ast.Ident); ok && (k.Name == "Chain" || k.Name == "Step") {
			return []ast.Expr{x.Value}
		}
	case *ast.CallExpr:
		if s, ok := x.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"did", "won", "tried", "NewStep"}, s.Sel.Name) {
			return x.Args
		}
	case *ast.IndexExpr:
		if tells(x.X) {
			return []ast.Expr{x.Index}
		}
		if s, ok := x.X.(*ast.SelectorExpr); ok && s.Sel.Name == "loose" {
			return []ast.Expr{x.Index}
		}
		if id, ok := x.X.(*ast.Ident); ok && (id.Name == "chains" || id.Name == "byChain") {
			return []ast.Expr{x.Index}
		}
	}
	return nil
}
