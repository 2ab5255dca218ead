package lab

import (
	"crypto/md5"
	"fmt"
)

// nodeKind says what a Node is.
type nodeKind uint8

const (
	nodeElement nodeKind = iota
	nodeText
	nodeCData
	nodeChar
	nodeEntity
	nodeSub
	nodePI
)

// Node is a part of binary XML: an element, or something inside one.
type Node struct {
	kind     nodeKind
	name     string
	text     string
	attrs    []Attr
	kids     []Node
	number   uint16 // substitution index or character
	typ      byte
	optional bool
	depends  int // element left out with this substitution; -1 none
}

// Attr is an attribute; its value is made of text, references and
// substitutions.
type Attr struct {
	Name  string
	Value []Node
}

// Elem is an element with the attributes and children given.
func Elem(name string, attrs []Attr, kids ...Node) Node {
	return Node{name: name, attrs: attrs, kids: kids, depends: -1}
}

// Depends makes an element vanish when substitution n is null, the way
// Windows leaves out EventData.
func (n Node) Depends(sub int) Node { n.depends = sub; return n }

// Literal is text.
func Literal(s string) Node { return Node{kind: nodeText, text: s} }

// CData is a CDATA section.
func CData(s string) Node { return Node{kind: nodeCData, text: s} }

// CharRef is a character reference, &#n;.
func CharRef(n uint16) Node { return Node{kind: nodeChar, number: n} }

// EntityRef is an entity reference such as &amp;.
func EntityRef(name string) Node { return Node{kind: nodeEntity, name: name} }

// Instruction is a processing instruction.
func Instruction(target, data string) Node { return Node{kind: nodePI, name: target, text: data} }

// Sub is the substitution n, always written.
func Sub(n int, typ byte) Node { return Node{kind: nodeSub, number: uint16(n), typ: typ} }

// OptionalSub is the substitution n, left out when its value is null.
func OptionalSub(n int, typ byte) Node {
	return Node{kind: nodeSub, number: uint16(n), typ: typ, optional: true}
}

// Attribute is an attribute of literal text.
func Attribute(name, text string) Attr { return Attr{name, []Node{Literal(text)}} }

// Template is a definition that instances in the same chunk share.
type Template struct {
	id   GUID
	root Node
}

// NewTemplate makes a template whose identity follows from its structure.
func NewTemplate(root Node) *Template {
	return &Template{id: GUID(md5.Sum(fmt.Appendf(nil, "%+v", root))), root: root}
}

// Instance is a template with its values.
type Instance struct {
	Template *Template
	Values   []Value
}
