package jsonlog

import (
	"bytes"

	"spoor/event"
)

// plan says how the leaves of one signature become an event.
type plan struct {
	shape *event.Shape
	drop  []int // leaves that are no fields, ascending
	times []event.Slot
	// Slots that every event is asked for, or -1.
	channel, provider, id, computer event.Slot
	event                           bool
	size                            int // bytes that keeping it costs, about
}

// makePlan walks a signature again and names its leaves.
func makePlan(sig []byte) *plan {
	p := &plan{}
	powershell := hasKey(sig, "LogName") && hasKey(sig, "ProviderName")
	beat := hasKey(sig, "winlog")
	var fields []event.Field
	type open struct {
		keys  int // length of path when it was opened
		label string
		array bool
	}
	var stack []open
	var path []string
	leaf := 0
	sections := false
	// after ends a value: a key counts for one value, in an array for all.
	after := func() {
		if n := len(stack); n > 0 && !stack[n-1].array && len(path) > stack[n-1].keys {
			path = path[:stack[n-1].keys]
		}
	}
	for i := 0; i < len(sig); i++ {
		switch sig[i] {
		case markObject, markArray:
			stack = append(stack, open{keys: len(path), array: sig[i] == markArray})
			if sig[i] == markObject {
				stack[len(stack)-1].label = labelOf(sig[i+1:])
			}
		case markEnd:
			if len(stack) > 0 {
				path = path[:stack[len(stack)-1].keys]
				stack = stack[:len(stack)-1]
			}
			after()
		case markKey:
			n := bytes.IndexByte(sig[i:], markStop)
			path = append(path, string(unescape(nil, sig[i+1:i+n])))
			i += n
		case markLabel:
			i += bytes.IndexByte(sig[i:], markStop)
		case markLeaf:
			label := ""
			for _, o := range stack {
				if o.label != "" {
					label = o.label
				}
			}
			f, keep := event.Field{}, false
			if len(path) > 0 {
				f, keep = nameField(path, label, powershell)
				if beat && f.Section == event.Column && f.Name == "message" { // the rendered sentence, which other exporters call so
					f.Name, f.Path = "Message", "message"
				}
			}
			if keep {
				p.size += len(f.Name) + len(f.Path) + 200
				fields = append(fields, f)
				sections = sections || f.Section != event.Column && len(path) > 1
			} else {
				p.drop = append(p.drop, leaf)
			}
			leaf++
			after()
		}
	}
	p.shape = event.NewShape("json", fields, false)
	p.bind(fields)
	p.event = p.id >= 0 && (p.channel >= 0 || p.provider >= 0 || sections)
	return p
}

// labelOf finds the Name inside a Data element: directly in the object that
// opens here or in its attributes, before any other Data begins.
func labelOf(sig []byte) string {
	depth := 0
	for i := 0; i < len(sig); i++ {
		switch sig[i] {
		case markObject, markArray:
			depth++
		case markEnd:
			if depth--; depth < 0 {
				return ""
			}
		case markKey:
			n := bytes.IndexByte(sig[i:], markStop)
			if depth > 0 && string(sig[i+1:i+n]) == "Data" {
				return ""
			}
			i += n
		case markLabel:
			n := bytes.IndexByte(sig[i:], markStop)
			if depth <= 1 {
				return string(sig[i+1 : i+n])
			}
			i += n
		}
	}
	return ""
}

func hasKey(sig []byte, key string) bool {
	want := append(append([]byte{markKey}, key...), markStop)
	return bytes.Contains(sig, want)
}

func (p *plan) bind(fields []event.Field) {
	p.channel, p.provider, p.id, p.computer = -1, -1, -1, -1
	first := func(slot *event.Slot, i int) {
		if *slot < 0 {
			*slot = event.Slot(i)
		}
	}
	for i, f := range fields {
		if f.Section == event.System {
			switch f.Name {
			case "Channel":
				first(&p.channel, i)
			case "Provider_Name":
				first(&p.provider, i)
			case "EventID":
				first(&p.id, i)
			case "Computer":
				first(&p.computer, i)
			}
		}
	}
	for _, name := range [...]string{"TimeCreated", "@timestamp", "EventTime", "TimeGenerated", "Timestamp", "timestamp", "_time"} {
		for i, f := range fields {
			if f.Name == name && (f.Section == event.System || f.Section == event.Column) {
				p.times = append(p.times, event.Slot(i))
			}
		}
	}
}
