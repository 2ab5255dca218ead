package architecture

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryLimitInTheDocumentIsAConstantOfItsPackage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "docs", "limits.md"))
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]bool{}
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range g.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range v.Names {
						constants[s.pkg+" "+name.Name] = true
					}
				}
			}
		}
	}
	code := regexp.MustCompile("`([^`]+)`")
	rows := 0
	for _, line := range strings.Split(string(data), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		rows++
		pkg := code.FindStringSubmatch(cells[1])[1]
		for _, m := range code.FindAllStringSubmatch(cells[2], -1) {
			if !constants[pkg+" "+m[1]] {
				t.Errorf("docs/limits.md names %s in %s, which has no such constant", m[1], pkg)
			}
		}
	}
	if rows < 40 {
		t.Fatalf("only %d rows were read", rows)
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
