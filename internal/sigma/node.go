package sigma

import (
	"encoding/binary"
	"math"
	"slices"

	"go.yaml.in/yaml/v3"

	"spoor/internal/cursor"
)

// A file's part of the cache begins with one of these.
const (
	partLeft = 0 // the file is left to the parser
	partDocs = 1
)

// nodeKinds and nodeTags are what the nodes of rules are, by number; files with
// others are left to the parser.
func nodeKinds() [3]yaml.Kind {
	return [...]yaml.Kind{yaml.ScalarNode, yaml.MappingNode, yaml.SequenceNode}
}

func nodeTags() [9]string {
	return [...]string{"", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!map", "!!seq"}
}

// encodeDocs writes the documents of a file: how many nodes there are, the length of
// all values, the values in one run, and the nodes of each document in the order
// of the text. It reports false where they have anchors, aliases or types of
// one's own, or more nodes than are read of a file.
func encodeDocs(docs []*yaml.Node) ([]byte, bool) {
	kinds, tags := nodeKinds(), nodeTags()
	var text, body []byte
	count := 0
	for _, d := range docs {
		for stack := []*yaml.Node{d}; len(stack) > 0; count++ {
			n := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			kind, tag := slices.Index(kinds[:], n.Kind), slices.Index(tags[:], n.Tag)
			if count == maxFileNodes || kind < 0 || tag < 0 || n.Alias != nil || n.Anchor != "" || n.Style > math.MaxUint8 || n.Line < 0 || n.Column < 0 || kind == 0 && len(n.Content) > 0 {
				return nil, false
			}
			body = append(body, byte(kind|tag<<2), byte(n.Style))
			body = binary.AppendUvarint(body, uint64(n.Line))
			body = binary.AppendUvarint(body, uint64(n.Column))
			body = binary.AppendUvarint(body, uint64(len(n.Value)))
			text = append(text, n.Value...)
			if kind != 0 {
				body = binary.AppendUvarint(body, uint64(len(n.Content)))
			}
			for i := len(n.Content) - 1; i >= 0; i-- {
				stack = append(stack, n.Content[i])
			}
		}
	}
	out := binary.AppendUvarint([]byte{partDocs}, uint64(len(docs)))
	out = binary.AppendUvarint(out, uint64(count))
	out = binary.AppendUvarint(out, uint64(len(text)))
	return append(append(out, text...), body...), true
}

// room is memory for the nodes of one file, which is used for the next one when
// its rules are compiled: all published rules have 35 MB of nodes.
type room struct {
	nodes []yaml.Node
	links []*yaml.Node // the nodes by number, and behind them those of each node's content
}

// decode reads what encodeDocs wrote. Memory is bounded by the bytes there, of which
// a node takes at least five, and by the nodes that are read of a file.
func (r *room) decode(data []byte) (docs []*yaml.Node, ok bool) {
	in := cursor.New(data)
	if in.U8() != partDocs {
		return nil, false
	}
	roots, count, size := in.Uvarint(), in.Uvarint(), in.Uvarint()
	if left := uint64(in.Left()); roots > count || size > left || count > min((left-size)/5, maxFileNodes) {
		return nil, false
	}
	text := string(in.Bytes(int(size)))
	if cap(r.nodes) < int(count) {
		r.nodes, r.links = make([]yaml.Node, count), make([]*yaml.Node, count)
	}
	nodes, links := r.nodes[:count], r.links[:count] // every node but the first ones of documents is linked once
	kinds, tags := nodeKinds(), nodeTags()
	docs, links = links[:0:roots], links[roots:]
	type open struct {
		n    *yaml.Node
		left int
	}
	var deep [16]open
	stack := deep[:0]
	for i := range nodes {
		what, style, line, column, length := in.U8(), in.U8(), in.Uvarint(), in.Uvarint(), in.Uvarint()
		kind, tag, children := what&3, int(what>>2), uint64(0)
		if kind != 0 {
			children = in.Uvarint()
		}
		if !in.OK() || int(kind) >= len(kinds) || tag >= len(tags) || length > uint64(len(text)) || children > uint64(len(links)) || len(stack) > maxCacheDepth || line|column > math.MaxInt32 {
			return nil, false
		}
		n := &nodes[i]
		*n = yaml.Node{Kind: kinds[kind], Style: yaml.Style(style), Tag: tags[tag], Value: text[:length], Line: int(line), Column: int(column)}
		text = text[length:]
		switch {
		case len(stack) > 0:
			top := &stack[len(stack)-1]
			top.n.Content = append(top.n.Content, n)
			top.left--
		case len(docs) == cap(docs):
			return nil, false
		default:
			docs = append(docs, n)
		}
		if children > 0 {
			n.Content, links = links[:0:children], links[children:]
			stack = append(stack, open{n, int(children)})
		}
		for len(stack) > 0 && stack[len(stack)-1].left == 0 {
			stack = stack[:len(stack)-1]
		}
	}
	return docs, len(docs) == int(roots) && len(stack) == 0 && in.OK() && in.Left() == 0 && text == ""
}
