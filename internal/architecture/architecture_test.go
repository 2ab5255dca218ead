package architecture

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// rank puts every package in its place; a package imports only packages of a
// lower rank. Reading upwards, the list is the sentence of the design:
// evidence holds records, a record becomes an event, rules turn events into
// findings, findings form a storyline, the report tells all of it.
var rank = map[string]float64{
	"internal/exchange": 0, "internal/cursor": 0, "internal/fault": 0, "internal/expression": 0, "internal/refusal": 0, "internal/webpath": 0.5, "internal/limits": 0, "internal/safetext": 0, "internal/message": 0,
	"record": 0, "knowledge": 0, "rules": 0, "internal/lab/labdata": 0,
	"event":             1,
	"internal/stream":   1.5,
	"internal/evidence": 2, "internal/finding": 2, "internal/engine": 2, "internal/lab": 2,
	"internal/actor": 2, "internal/statement": 2, "internal/textlog": 2, "internal/collection": 2,
	"internal/evtxlog": 3, "internal/weblog": 3, "internal/exchangelog": 3, "internal/jsonlog": 3, "internal/xmllog": 3,
	"internal/sigma": 3, "match": 3, "internal/webshell": 3, "internal/ransom": 3, "internal/serverconfig": 3, "internal/indicator": 3,
	"sigma": 4, "evtx": 4, "jsonevent": 4,
	"internal/examine":  4,
	"internal/rulebook": 4.5, "internal/explain": 4.5, "internal/ruletest": 4.6,
	"internal/coverage": 5, "internal/pageuse": 5, "internal/mailuse": 5,
	"internal/storyline":  6,
	"internal/hypothesis": 7,
	"internal/casefile":   8, "internal/share": 8, "internal/caseload": 8,
	"internal/report": 9,
	"internal/assess": 9.5, "internal/reissue": 9.6, "internal/outsider": 9.7,
	"cmd": 11, "rules/pack": 11, "knowledge/pack": 11, "bench": 11, "internal/architecture": 11,
}

// alone are packages that may import nothing of the project but these.
var alone = map[string][]string{
	"internal/finding": {"event"},
	"event":            {"internal/cursor", "internal/safetext", "internal/limits"},
}

// place returns the rank entry that a package belongs to.
func place(pkg string) (string, bool) {
	for p := pkg; p != "."; p = filepath.ToSlash(filepath.Dir(p)) {
		if _, ok := rank[p]; ok {
			return p, true
		}
	}
	return "", false
}

type source struct {
	path, pkg string
	file      *ast.File
	fset      *token.FileSet
	lines     int
	test      bool
}

func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || strings.HasPrefix(name, ".") && name != ".." && path != root {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, data, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		list = append(list, source{path: rel, pkg: filepath.ToSlash(filepath.Dir(rel)), file: file, fset: fset, lines: bytes.Count(data, []byte("\n")), test: strings.HasSuffix(rel, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTheDesignNamesOnlyWhatThereIs(t *testing.T) {
	t.Parallel()
	for pkg := range rank {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(pkg))); err != nil {
			t.Errorf("a rank for %s, which does not exist", pkg)
		}
	}
	page := regexp.MustCompile(`\bdocs/[a-z-]+\.md\b`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !slices.Contains([]string{".go", ".yml", ".md"}, filepath.Ext(path)) {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, name := range page.FindAllString(string(data), -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
				t.Errorf("%s cites %s, which does not exist", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportsPointLeft(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		from, ok := place(s.pkg)
		if !ok {
			t.Errorf("%s: package %s has no place in the design", s.path, s.pkg)
			continue
		}
		for _, imp := range s.file.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			rel, ours := strings.CutPrefix(path, "spoor/")
			if !ours {
				continue
			}
			to, ok := place(rel)
			if !ok {
				t.Errorf("%s imports %s, which has no place in the design", s.path, path)
				continue
			}
			if to != from && rank[to] >= rank[from] {
				t.Errorf("%s imports %s: %s may not depend on %s", s.path, path, from, to)
			}
			if only, restricted := alone[from]; restricted && to != from && !slices.Contains(only, to) {
				t.Errorf("%s imports %s: %s may import only %s", s.path, path, from, strings.Join(only, ", "))
			}
		}
	}
}

func TestOnlyThePlacesThatMayUseDangerousPackages(t *testing.T) {
	t.Parallel()
	allowed := map[string][]string{
		"html/template": {"internal/report/html"},
		"text/template": {},
		"os/exec":       {"bench/lab", "bench/mutate"}, // they start what is measured, and are in no program that is given away
		"net/http":      {},
		"net":           {},
		"unsafe":        {},
	}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, imp := range s.file.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			if where, restricted := allowed[path]; restricted && !slices.Contains(where, s.pkg) {
				t.Errorf("%s imports %s, which only %v may", s.path, path, where)
			}
			if path == "flag" || path == "github.com/spf13/cobra" {
				if !strings.HasPrefix(s.pkg, "cmd/") && s.pkg != "rules/pack" && !strings.HasPrefix(s.pkg, "bench") {
					t.Errorf("%s imports %s: only commands read flags", s.path, path)
				}
			}
		}
	}
}

func TestGoroutinesStartOnlyWhereTheDesignSays(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || s.pkg == "internal/examine" || strings.HasPrefix(s.pkg, "bench") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			started := false
			switch n := n.(type) {
			case *ast.GoStmt:
				started = true
			case *ast.CallExpr: // of sync.WaitGroup and its like
				method, ok := n.Fun.(*ast.SelectorExpr)
				started = ok && method.Sel.Name == "Go"
			}
			if started {
				t.Errorf("%s starts a goroutine", s.fset.Position(n.Pos()))
			}
			return true
		})
	}
}

func TestEveryPackageSaysItsJobAndKeepsItsShape(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	var lengths []int
	for _, s := range sources(t) {
		documented[s.pkg] = documented[s.pkg] || s.file.Doc != nil
		for _, part := range strings.Split(s.pkg, "/") {
			if slices.Contains([]string{"util", "utils", "common", "helpers", "types", "models", "misc"}, part) {
				t.Errorf("package %s is named after nothing", s.pkg)
			}
		}
		if s.lines > 800 {
			t.Errorf("%s has %d lines, more than 800", s.path, s.lines)
		}
		if !s.test {
			lengths = append(lengths, s.lines)
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path)
			}
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
	slices.Sort(lengths)
	if median := lengths[len(lengths)/2]; median > 200 {
		t.Errorf("the median source file has %d lines; the aim is near 150", median)
	}
}

func TestBytesBecomeIntegersInOnePlace(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || s.pkg == "internal/cursor" || strings.HasPrefix(s.pkg, "internal/lab") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || !strings.HasPrefix(sel.Sel.Name, "Uint") {
				return true
			}
			inner, ok := sel.X.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if id, ok := inner.X.(*ast.Ident); ok && id.Name == "binary" && (inner.Sel.Name == "LittleEndian" || inner.Sel.Name == "BigEndian") {
				t.Errorf("%s reads an integer outside internal/cursor", s.fset.Position(sel.Pos()))
			}
			return true
		})
	}
}
