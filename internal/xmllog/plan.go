package xmllog

import (
	"bytes"
	"strings"

	"spoor/event"
)

// plan says how the leaves of one signature are an event.
type plan struct {
	shape *event.Shape
	web   bool // a request, as IIS reports it (Microsoft-Windows-IIS-Logging)
	// Slots that every event is asked for, or -1.
	channel, provider, id, record, computer, time event.Slot
}

// section is the part of the event in which the innermost element stands.
func (r *reader) section() event.Section {
	if r.depth < 2 {
		return event.Column
	}
	switch string(r.stack[1].name) {
	case "System":
		return event.System
	case "EventData":
		return event.EventData
	case "UserData":
		return event.UserData
	}
	return event.Column
}

// leaf notes a value of the innermost element, or of its attribute.
func (r *reader) leaf(attribute, value []byte) string {
	if len(r.values) == MaxFields {
		return TooMany
	}
	r.values = append(r.values, event.TextValue(value))
	e := &r.stack[r.depth-1]
	r.sig = append(r.sig, 'a'+byte(r.section()))
	r.sig = append(append(r.sig, e.label...), 1)
	r.sig = append(append(r.sig, attribute...), 1)
	for i := 1; i < r.depth; i++ {
		r.sig = append(append(r.sig, r.stack[i].name...), '/')
	}
	r.sig = append(r.sig, 0)
	return ""
}

// makePlan names the leaves of a signature.
func makePlan(sig []byte, web bool) *plan {
	p := &plan{web: web, channel: -1, provider: -1, id: -1, record: -1, computer: -1, time: -1}
	var fields []event.Field
	for part := range bytes.SplitSeq(bytes.TrimSuffix(sig, []byte{0}), []byte{0}) {
		if len(part) == 0 {
			continue
		}
		f := fieldOf(part)
		if web {
			f.Name = webName(f.Name)
		}
		fields = append(fields, f)
	}
	format := Format
	if web {
		format = "w3c"
	}
	p.shape = event.NewShape(format, fields, false)
	for i, f := range fields {
		if f.Section != event.System {
			continue
		}
		switch f.Name {
		case "Channel":
			p.channel = event.Slot(i)
		case "Provider_Name":
			p.provider = event.Slot(i)
		case "EventID":
			p.id = event.Slot(i)
		case "EventRecordID":
			p.record = event.Slot(i)
		case "Computer":
			p.computer = event.Slot(i)
		case "TimeCreated":
			p.time = event.Slot(i)
		}
	}
	return p
}

// fieldOf names one leaf as the event log reader does.
func fieldOf(part []byte) event.Field {
	section := event.Section(part[0] - 'a')
	label, rest, _ := strings.Cut(string(part[1:]), "\x01")
	attribute, path, _ := strings.Cut(rest, "\x01")
	path = strings.TrimSuffix(path, "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	f := event.Field{Name: last, Path: path, Section: section}
	if label != "" {
		f.Name = label
	}
	if attribute != "" {
		f.Path += "/@" + attribute
		f.Name += "_" + attribute
		if section == event.System && f.Name == "TimeCreated_SystemTime" {
			f.Name = "TimeCreated"
		}
	}
	if section == event.Column {
		f.Name = strings.ReplaceAll(f.Path, "/", ".")
		if path == "RenderingInfo/Message" && attribute == "" {
			f.Name = "Message"
		}
	}
	return f
}

// webName is the column of an IIS log that a field of its event names: an
// event's field may not hold brackets.
func webName(name string) string {
	switch name {
	case "csUser-Agent", "csUserAgent":
		return "cs(User-Agent)"
	case "csReferer":
		return "cs(Referer)"
	case "csCookie":
		return "cs(Cookie)"
	}
	return name
}
