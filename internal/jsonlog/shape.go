package jsonlog

import (
	"bytes"

	"spoor/event"
)

// plan says how the leaves of one signature become an event.
type plan struct {
	shape *event.Shape
	drop  []int // leaves that are not fields, ascending
	times []event.Slot
	// Slots that every event is asked for, or -1.
	channel, provider, id, record, computer event.Slot
	event                                   bool
	access                                  *accessForm // of a web server's row
	size                                    int         // bytes that keeping it costs, about
}

// makePlan walks a signature again and names its leaves: as fields of a Windows
// event, or by their keys alone where plain is not nil.
func makePlan(sig []byte, plain *plainForm) *plan {
	p := &plan{channel: -1, provider: -1, id: -1, record: -1, computer: -1}
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
			switch {
			case plain != nil:
				f, keep = plainField(path), true
			case len(path) > 0:
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
	if plain != nil {
		p.shape, p.event = event.NewShape(plain.route.Format, fields, false), true
		plain.bind(p, fields)
		return p
	}
	p.shape = event.NewShape("json", fields, false)
	p.bind(fields)
	p.record = p.shape.Slot("EventRecordID")
	if p.event = p.id >= 0 && (p.channel >= 0 || p.provider >= 0 || sections); !p.event {
		if row := accessPlan(fields); row != nil {
			row.drop, row.size = p.drop, p.size+2000
			return row
		}
	}
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
	for _, name := range timeNames() {
		for i, f := range fields {
			if f.Name == name && (f.Section == event.System || f.Section == event.Column) {
				p.times = append(p.times, event.Slot(i))
			}
		}
	}
}

// timeNames are the fields in which exporters state the time of an event, the
// best first.
func timeNames() [7]string {
	return [...]string{"TimeCreated", "@timestamp", "EventTime", "TimeGenerated", "Timestamp", "timestamp", "_time"}
}
