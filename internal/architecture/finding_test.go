package architecture

import (
	"go/ast"
	"go/token"
	"slices"
	"testing"
)

// A finding is complete when it is handed on: who is given one and needs it
// otherwise makes another (Finding.With). What a case, a report or a storyline
// was told then stays true.
func TestNobodyChangesAFindingThatWasHandedOver(t *testing.T) {
	t.Parallel()
	makers := []string{
		"internal/finding",
		"internal/indicator", // fills what examine begins
		"internal/examine",   // hands findings on
	}
	functions := 0
	for _, s := range sources(t) {
		if s.test || slices.Contains(makers, s.pkg) {
			continue
		}
		for _, d := range s.file.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				var in *ast.FuncType
				var body *ast.BlockStmt
				switch f := n.(type) {
				case *ast.CallExpr: // what With is given changes the copy
					if sel, ok := f.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "With" {
						return false
					}
				case *ast.FuncDecl:
					in, body = f.Type, f.Body
				case *ast.FuncLit:
					in, body = f.Type, f.Body
				}
				if in == nil || body == nil {
					return true
				}
				given := givenFindings(in)
				if len(given) > 0 {
					functions++
				}
				for _, at := range changed(body, given) {
					t.Errorf("%s changes a finding that it was given", s.fset.Position(at))
				}
				return true
			})
		}
	}
	if functions < 20 {
		t.Fatalf("%d functions that are given findings: the test looks past them", functions)
	}
}

// givenFindings are the names of parameters that are findings (true) or lists
// of them.
func givenFindings(f *ast.FuncType) map[string]bool {
	given := map[string]bool{}
	for _, p := range f.Params.List {
		typ, list := p.Type, false
		if a, ok := typ.(*ast.ArrayType); ok {
			typ, list = a.Elt, true
		}
		star, ok := typ.(*ast.StarExpr)
		if !ok {
			continue
		}
		sel, ok := star.X.(*ast.SelectorExpr)
		if pkg, named := selOf(sel, ok); !named || pkg != "finding.Finding" {
			continue
		}
		for _, name := range p.Names {
			given[name.Name] = !list
		}
	}
	return given
}

func selOf(sel *ast.SelectorExpr, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return "", false
	}
	return pkg.Name + "." + sel.Sel.Name, true
}

// changed are the places where a body assigns to a part of what it was given.
func changed(body *ast.BlockStmt, given map[string]bool) (places []token.Pos) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.RangeStmt:
			from, listed := x.X.(*ast.Ident)
			if v, ok := x.Value.(*ast.Ident); ok && listed {
				if single, is := given[from.Name]; is && !single {
					given[v.Name] = true
				}
			}
		case *ast.CallExpr:
			if sel, ok := x.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "With" {
				return false
			}
		case *ast.AssignStmt:
			for _, to := range x.Lhs {
				if id, part := variable(to); part && given[id] {
					places = append(places, to.Pos())
				}
			}
		case *ast.IncDecStmt:
			if id, part := variable(x.X); part && given[id] {
				places = append(places, x.Pos())
			}
		}
		return true
	})
	return places
}

// variable is the one in which an expression begins, and whether the
// expression is a part of it.
func variable(x ast.Expr) (name string, part bool) {
	for {
		switch y := x.(type) {
		case *ast.Ident:
			return y.Name, part
		case *ast.SelectorExpr:
			x, part = y.X, true
		case *ast.IndexExpr:
			x, part = y.X, true
		case *ast.StarExpr:
			x, part = y.X, true
		case *ast.ParenExpr:
			x = y.X
		default:
			return "", false
		}
	}
}
