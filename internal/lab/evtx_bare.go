package lab

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// bareRoot is the event as literal elements, the way Defender, CAPI2 and
// remote desktop services write some of their records.
func (e *Event) bareRoot(id uint64) Node {
	leaf := func(name string, v any) Node { return Elem(name, nil, Literal(fmt.Sprint(v))) }
	system := Elem("System", nil,
		Elem("Provider", []Attr{Attribute("Name", e.Provider)}),
		leaf("EventID", e.EventID),
		leaf("Version", e.Version),
		leaf("Level", e.Level),
		leaf("Task", e.Task),
		leaf("Opcode", e.Opcode),
		leaf("Keywords", fmt.Sprintf("0x%x", e.Keywords)),
		Elem("TimeCreated", []Attr{Attribute("SystemTime", e.Time.UTC().Format("2006-01-02T15:04:05.0000000Z"))}),
		leaf("EventRecordID", id),
		Elem("Execution", []Attr{Attribute("ProcessID", fmt.Sprint(e.ProcessID)), Attribute("ThreadID", fmt.Sprint(e.ThreadID))}),
		leaf("Channel", e.Channel),
		leaf("Computer", e.Computer),
	)
	kids := []Node{system}
	text := func(_ int, v Value) Node { return Literal(v.literal()) }
	switch {
	case e.UserRoot != "":
		kids = append(kids, Elem("UserData", nil, e.payloadRoot(e.UserData, text)))
	case len(e.Data) > 0:
		kids = append(kids, e.payloadRoot(e.Data, text))
	}
	return Elem("Event", []Attr{Attribute("xmlns", eventNS)}, kids...)
}

// literal is a value as text, for strings and integers.
func (v Value) literal() string {
	switch v.Type {
	case TypeNull:
		return ""
	case TypeString:
		u := make([]uint16, len(v.data)/2)
		for i := range u {
			u[i] = binary.LittleEndian.Uint16(v.data[2*i:])
		}
		return string(utf16.Decode(u))
	case TypeUint32:
		return fmt.Sprint(binary.LittleEndian.Uint32(v.data))
	case TypeUint16:
		return fmt.Sprint(binary.LittleEndian.Uint16(v.data))
	case TypeHex64:
		return fmt.Sprintf("0x%x", binary.LittleEndian.Uint64(v.data))
	}
	return fmt.Sprintf("%x", v.data)
}
