package lab

import (
	"fmt"
	"strings"
	"time"
)

// NamedValue is one value of EventData or UserData. An empty name writes an
// unnamed Data element, whose place is then its only name.
type NamedValue struct {
	Name  string
	Value Value
}

// Named is a named string, the most frequent kind of value.
func Named(name, text string) NamedValue { return NamedValue{name, Text(text)} }

// Event is one event in the terms of the event viewer. Zero values are left
// out of the record as Windows does.
type Event struct {
	Provider  string
	GUID      GUID
	EventID   uint16
	Qualify   uint16 // qualifiers, of classic providers
	Version   uint8
	Level     uint8
	Task      uint16
	Opcode    uint8
	Keywords  uint64
	Time      time.Time
	RecordID  uint64 // 0: the next one
	Computer  string
	Channel   string
	ProcessID uint32
	ThreadID  uint32
	Activity  GUID
	UserSID   string

	Data     []NamedValue
	UserData []NamedValue // below an element UserRoot in UserData
	UserRoot string
	UserNS   string

	Bare bool // written without a template, values as text
}

const eventNS = "http://schemas.microsoft.com/win/2004/08/events/event"

// Substitutions of the event template, numbered as Windows numbers them.
const (
	subLevel = iota
	subTask
	subOpcode
	subEventID
	subQualifiers
	subKeywords
	subTime
	subActivity
	subProcess
	subThread
	subRecord
	subVersion
	subUser
	subRelated
	subProvider
	subGUID
	subChannel
	subData
)

// systemTemplate is the template around every event; the computer is literal
// text in it, and the data an own fragment.
func systemTemplate(computer, holder string) *Template {
	leaf := func(name string, sub int, typ byte) Node {
		return Elem(name, nil, OptionalSub(sub, typ)).Depends(sub)
	}
	attr := func(name string, sub int, typ byte) Attr { return Attr{name, []Node{OptionalSub(sub, typ)}} }
	system := Elem("System", nil,
		Elem("Provider", []Attr{attr("Name", subProvider, TypeString), attr("Guid", subGUID, TypeGUID)}),
		Elem("EventID", []Attr{attr("Qualifiers", subQualifiers, TypeUint16)}, OptionalSub(subEventID, TypeUint16)).Depends(subEventID),
		leaf("Version", subVersion, TypeUint8),
		leaf("Level", subLevel, TypeUint8),
		leaf("Task", subTask, TypeUint16),
		leaf("Opcode", subOpcode, TypeUint8),
		leaf("Keywords", subKeywords, TypeHex64),
		Elem("TimeCreated", []Attr{attr("SystemTime", subTime, TypeFileTime)}),
		leaf("EventRecordID", subRecord, TypeUint64),
		Elem("Correlation", []Attr{attr("ActivityID", subActivity, TypeGUID), attr("RelatedActivityID", subRelated, TypeGUID)}),
		Elem("Execution", []Attr{attr("ProcessID", subProcess, TypeUint32), attr("ThreadID", subThread, TypeUint32)}),
		leaf("Channel", subChannel, TypeString),
		Elem("Computer", nil, Literal(computer)),
		Elem("Security", []Attr{attr("UserID", subUser, TypeSID)}),
	)
	data := Sub(subData, TypeBinXML)
	data.optional = true
	kids := []Node{system, data}
	if holder == "UserData" {
		kids[1] = Elem("UserData", nil, data).Depends(subData)
	}
	return NewTemplate(Elem("Event", []Attr{Attribute("xmlns", eventNS)}, kids...))
}

// instance makes the record's template instance; forms keeps the templates
// made before by what they depend on.
func (e *Event) instance(id uint64, forms map[string]*Template) *Instance {
	data, holder := e.payload(forms)
	key := "system|" + holder + "|" + e.Computer
	t := forms[key]
	if t == nil {
		t = systemTemplate(e.Computer, holder)
		forms[key] = t
	}
	v := make([]Value, subData+1)
	v[subLevel] = Int(TypeUint8, int64(e.Level))
	v[subTask] = Int(TypeUint16, int64(e.Task))
	v[subOpcode] = Int(TypeUint8, int64(e.Opcode))
	v[subEventID] = Int(TypeUint16, int64(e.EventID))
	if e.Qualify != 0 {
		v[subQualifiers] = Int(TypeUint16, int64(e.Qualify))
	}
	v[subKeywords] = Int(TypeHex64, int64(e.Keywords))
	v[subTime] = At(e.Time)
	if e.Activity != (GUID{}) {
		v[subActivity] = ID(e.Activity)
	}
	v[subProcess] = Int(TypeUint32, int64(e.ProcessID))
	v[subThread] = Int(TypeUint32, int64(e.ThreadID))
	v[subRecord] = Int(TypeUint64, int64(id))
	v[subVersion] = Int(TypeUint8, int64(e.Version))
	if e.UserSID != "" {
		v[subUser] = SID(e.UserSID)
	}
	v[subProvider] = Text(e.Provider)
	if e.GUID != (GUID{}) {
		v[subGUID] = ID(e.GUID)
	}
	v[subChannel] = Text(e.Channel)
	if data != nil {
		v[subData] = Embedded(data)
	}
	return &Instance{t, v}
}

// payload makes the inner instance: EventData, or what stands in UserData.
func (e *Event) payload(forms map[string]*Template) (*Instance, string) {
	list, holder := e.Data, "EventData"
	if e.UserRoot != "" {
		list, holder = e.UserData, "UserData"
	}
	if len(list) == 0 && e.UserRoot == "" {
		return nil, holder
	}
	var key strings.Builder
	fmt.Fprintf(&key, "%s|%s|%s", holder, e.UserRoot, e.UserNS)
	for _, nv := range list {
		fmt.Fprintf(&key, "|%d:%s", nv.Value.Type, nv.Name)
	}
	t := forms[key.String()]
	if t == nil {
		t = NewTemplate(e.payloadRoot(list, func(i int, v Value) Node { return Sub(i, v.Type) }))
		forms[key.String()] = t
	}
	values := make([]Value, len(list))
	for i, nv := range list {
		values[i] = nv.Value
	}
	return &Instance{t, values}, holder
}

func (e *Event) payloadRoot(list []NamedValue, content func(int, Value) Node) Node {
	var kids []Node
	for i, nv := range list {
		switch {
		case e.UserRoot != "":
			kids = append(kids, Elem(nv.Name, nil, content(i, nv.Value)))
		case nv.Name != "":
			kids = append(kids, Elem("Data", []Attr{Attribute("Name", nv.Name)}, content(i, nv.Value)))
		case nv.Value.Type == TypeBinary:
			kids = append(kids, Elem("Binary", nil, content(i, nv.Value)))
		default:
			kids = append(kids, Elem("Data", nil, content(i, nv.Value)))
		}
	}
	if e.UserRoot == "" {
		return Elem("EventData", nil, kids...)
	}
	var attrs []Attr
	if e.UserNS != "" {
		attrs = []Attr{Attribute("xmlns", e.UserNS)}
	}
	return Elem(e.UserRoot, attrs, kids...)
}
