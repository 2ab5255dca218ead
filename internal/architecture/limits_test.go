package architecture

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// constant is one that the code states, and whether it is smaller in a build
// with tiny caps.
type constant struct{ tiny, listed bool }

func constants(t *testing.T) map[string]*constant {
	found := map[string]*constant{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				tiny := false
				for _, value := range v.Values {
					ast.Inspect(value, func(n ast.Node) bool {
						sel, ok := n.(*ast.SelectorExpr)
						tiny = tiny || ok && sel.Sel.Name == "Shrink"
						return true
					})
				}
				for _, name := range v.Names {
					found[s.pkg+" "+name.Name] = &constant{tiny: tiny}
				}
			}
		}
	}
	return found
}

// noCaps are constants that are called max and bound nothing.
var noCaps = []string{
	"event maxJSONInt",             // a fact of JSON
	"internal/evidence maxComment", // a fact of zip
	"internal/weblog maxColumns",   // MaxColumns and one more
}

// The page of limits has every cap, in the table in which it belongs, and
// nothing that the code does not have.
func TestThePageOfLimitsIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "docs", "limits.md"))
	if err != nil {
		t.Fatal(err)
	}
	known := constants(t)
	code := regexp.MustCompile("`([^`]+)`")
	rows, costsTime := 0, false
	for _, line := range strings.Split(string(data), "\n") {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			costsTime = title == "Caps that may only cost time"
		}
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		rows++
		pkg := code.FindStringSubmatch(cells[1])[1]
		for _, m := range code.FindAllStringSubmatch(cells[2], -1) {
			c := known[pkg+" "+m[1]]
			switch {
			case c == nil:
				t.Errorf("docs/limits.md names %s in %s, which has no such constant", m[1], pkg)
				continue
			case c.tiny != costsTime:
				t.Errorf("%s of %s stands in the wrong table: written with limits.Shrink is %v", m[1], pkg, c.tiny)
			}
			c.listed = true
		}
	}
	if rows < 40 {
		t.Fatalf("only %d rows were read", rows)
	}
	called := regexp.MustCompile(`^[mM]ax[A-Z0-9]`)
	for name, c := range known {
		pkg, short, _ := strings.Cut(name, " ")
		if strings.HasPrefix(pkg, "bench") || strings.HasPrefix(pkg, "internal/lab") || slices.Contains(noCaps, name) {
			continue
		}
		if !c.listed && (c.tiny || called.MatchString(short)) {
			t.Errorf("docs/limits.md does not have %s of %s", short, pkg)
		}
	}
}

func TestNoPathOfAMachineIsInTheTree(t *testing.T) {
	t.Parallel()
	leak := regexp.MustCompile(`(^|[^A-Za-z0-9_])/(work|root|farm)/`)
	for _, name := range []string{"README.md", "CHANGELOG.md", "docs", ".ci"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".png") {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil && leak.Match(data) {
				t.Errorf("%s names a path of one machine", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
