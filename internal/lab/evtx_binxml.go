package lab

import "encoding/binary"

// Tokens of binary XML; tokMore says that attributes follow.
const (
	tokEOF        = 0x00
	tokOpen       = 0x01
	tokCloseStart = 0x02
	tokCloseEmpty = 0x03
	tokClose      = 0x04
	tokValue      = 0x05
	tokAttr       = 0x06
	tokCData      = 0x07
	tokCharRef    = 0x08
	tokEntityRef  = 0x09
	tokPITarget   = 0x0a
	tokPIData     = 0x0b
	tokInstance   = 0x0c
	tokSub        = 0x0d
	tokOptional   = 0x0e
	tokFragment   = 0x0f
	tokMore       = 0x40
)

// node writes an element or a part of its content.
func (c *chunk) node(n *Node) {
	switch n.kind {
	case nodeText:
		w := wide(n.text)
		c.u8(tokValue, TypeString)
		c.u16(uint16(len(w) / 2))
		c.u8(w...)
	case nodeCData:
		w := wide(n.text)
		c.u8(tokCData)
		c.u16(uint16(len(w) / 2))
		c.u8(w...)
	case nodeChar:
		c.u8(tokCharRef)
		c.u16(n.number)
	case nodeEntity:
		c.u8(tokEntityRef)
		c.name(n.name)
	case nodePI:
		c.u8(tokPITarget)
		c.name(n.name)
		w := wide(n.text)
		c.u8(tokPIData)
		c.u16(uint16(len(w) / 2))
		c.u8(w...)
	case nodeSub:
		tok := byte(tokSub)
		if n.optional {
			tok = tokOptional
		}
		c.u8(tok)
		c.u16(n.number)
		c.u8(n.typ)
	case nodeElement:
		c.element(n)
	}
}

func (c *chunk) element(n *Node) {
	tok := byte(tokOpen)
	if len(n.attrs) > 0 {
		tok |= tokMore
	}
	c.u8(tok)
	if !c.noDeps {
		c.u16(uint16(n.depends)) // -1 is 0xffff: always written
	}
	size := c.size()
	c.name(n.name)
	if len(n.attrs) > 0 {
		list := c.size()
		for i := range n.attrs {
			tok := byte(tokAttr)
			if i < len(n.attrs)-1 {
				tok |= tokMore
			}
			c.u8(tok)
			c.name(n.attrs[i].Name)
			for j := range n.attrs[i].Value {
				c.node(&n.attrs[i].Value[j])
			}
		}
		c.sized(list)
	}
	if len(n.kids) == 0 {
		c.u8(tokCloseEmpty)
	} else {
		c.u8(tokCloseStart)
		for i := range n.kids {
			c.node(&n.kids[i])
		}
		c.u8(tokClose)
	}
	c.sized(size)
}

// instance writes a fragment with a template instance: the definition when
// the chunk does not hold it yet, then the values' sizes, types and bytes.
func (c *chunk) instance(in *Instance) {
	c.u8(tokFragment, 1, 1, 0, tokInstance, 1)
	c.u8(in.Template.id[:4]...)
	if off, ok := c.templates[in.Template.id]; ok {
		c.u32(off)
	} else {
		c.u32(c.here() + 4)
		noDeps := c.noDeps
		c.noDeps = false
		c.define(in.Template)
		c.noDeps = noDeps
	}
	c.u32(uint32(len(in.Values)))
	sizes := len(c.buf)
	for _, v := range in.Values {
		c.u16(uint16(len(v.data)))
		c.u8(v.Type, 0)
	}
	for i, v := range in.Values {
		start := len(c.buf)
		if v.inst != nil {
			c.instance(v.inst)
			binary.LittleEndian.PutUint16(c.buf[sizes+4*i:], uint16(len(c.buf)-start))
			continue
		}
		c.u8(v.data...)
	}
	c.u8(tokEOF)
}

// bare writes a fragment without a template: elements have no dependency id.
func (c *chunk) bare(n *Node) {
	c.u8(tokFragment, 1, 1, 0)
	c.noDeps = true
	c.node(n)
	c.noDeps = false
	c.u8(tokEOF)
}
