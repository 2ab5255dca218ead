package main

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// change is one small change of one file.
type change struct {
	file     string // name in its package's folder
	line     int
	from, to int // bytes of the file
	with     string
	kind     string
	before   string // the line, as it is and changed
	after    string
	order    string // hash
}

// operators are what an operator is exchanged for.
func operators() map[token.Token]string {
	return map[token.Token]string{
		token.EQL: "!=", token.NEQ: "==", token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
		token.LAND: "||", token.LOR: "&&", token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*",
		token.AND: "|", token.OR: "&", token.SHL: ">>", token.SHR: "<<",
	}
}

// changes lists what can be changed in a file. Their order is drawn from the
// seed and from what each changes, not from where it stands, so that an edit
// elsewhere in the file leaves the others as they were.
func changes(name string, src []byte, seed int64) ([]change, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", name, err)
	}
	w := &walker{fset: fset, src: src, name: name, seed: seed, again: map[string]int{}, swaps: operators()}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		ast.Inspect(d, w.visit)
	}
	slices.SortFunc(w.list, func(a, b change) int { return cmp.Compare(a.order, b.order) })
	return w.list, nil
}

type walker struct {
	fset  *token.FileSet
	src   []byte
	name  string
	seed  int64
	again map[string]int // how often the same change of the same line was listed
	swaps map[token.Token]string
	list  []change
}

func (w *walker) visit(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.BinaryExpr:
		if with, ok := w.swaps[x.Op]; ok && !isText(x.X) && !isText(x.Y) {
			w.add("operator", x.OpPos, x.OpPos+token.Pos(len(x.Op.String())), with)
		}
	case *ast.BasicLit:
		if x.Kind == token.INT {
			if v, err := strconv.ParseInt(x.Value, 0, 63); err == nil {
				w.add("constant", x.Pos(), x.End(), strconv.FormatInt(v+1, 10))
			}
		}
	case *ast.Ident:
		if x.Name == "true" || x.Name == "false" {
			w.add("constant", x.Pos(), x.End(), map[string]string{"true": "false", "false": "true"}[x.Name])
		}
	case *ast.IfStmt:
		w.add("condition", x.Cond.Pos(), x.Cond.End(), "!("+w.text(x.Cond)+")")
	case *ast.ExprStmt:
		w.add("statement", x.Pos(), x.End(), "")
	case *ast.IncDecStmt:
		w.add("statement", x.Pos(), x.End(), "")
	case *ast.BranchStmt:
		w.add("statement", x.Pos(), x.End(), "")
	case *ast.AssignStmt:
		if x.Tok != token.DEFINE {
			w.add("statement", x.Pos(), x.End(), "")
		}
	}
	return true
}

// isText reports an operand that is written as text, where a plus sign joins.
func isText(x ast.Expr) bool {
	l, ok := x.(*ast.BasicLit)
	return ok && l.Kind == token.STRING
}

func (w *walker) text(n ast.Node) string {
	return string(w.src[w.fset.Position(n.Pos()).Offset:w.fset.Position(n.End()).Offset])
}

func (w *walker) add(kind string, from, to token.Pos, with string) {
	c := change{file: w.name, kind: kind, line: w.fset.Position(from).Line, from: w.fset.Position(from).Offset, to: w.fset.Position(to).Offset, with: with}
	start := strings.LastIndexByte(string(w.src[:c.from]), '\n') + 1
	end := c.to + strings.IndexByte(string(w.src[c.to:])+"\n", '\n')
	c.before = strings.TrimSpace(string(w.src[start:end]))
	c.after = strings.TrimSpace(string(w.src[start:c.from]) + with + string(w.src[c.to:end]))
	key := fmt.Sprint(w.seed, "\x00", c.file, "\x00", kind, "\x00", c.before, "\x00", c.after)
	w.again[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, w.again[key]))
	c.order = string(sum[:8])
	w.list = append(w.list, c)
}

// apply returns the file with the change in it.
func (c *change) apply(src []byte) []byte {
	return slices.Concat(src[:c.from], []byte(c.with), src[c.to:])
}
