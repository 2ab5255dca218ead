package storyline

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// A field that is read and not declared would be empty in every case, and
// nobody would notice.
func TestEveryFieldThatIsReadIsDeclared(t *testing.T) {
	t.Parallel()
	names := Fields()
	if len(names) != int(fieldCount) || len(names) == 0 {
		t.Fatalf("%d of %d fields are listed", len(names), fieldCount)
	}
	for i, name := range names {
		if name == "" || slices.Contains(names[:i], name) {
			t.Errorf("field %d is called %q: empty, or a name that another one has", i, name)
		}
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || e.Name() == "fields.go" {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.SelectorExpr:
				if x.Sel.Name == "Field" || x.Sel.Name == "Fields" || x.Sel.Name == "Event" {
					t.Errorf("%s reads a finding's %s, which a case may not have kept: declare the field in fields.go", fset.Position(x.Pos()), x.Sel.Name)
				}
			case *ast.CallExpr:
				if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "field" {
					t.Errorf("%s makes a field of its own: declare it in fields.go", fset.Position(x.Pos()))
				}
			}
			return true
		})
	}
}
