package lab

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"testing"
	"time"
)

// everyType is a log that holds each value type and each kind of record.
func everyType() *EventLog {
	l := NewEventLog(LogOptions{})
	at := time.Date(2021, 3, 3, 6, 49, 53, 772_000_100, time.UTC)
	base := Event{Provider: "Lab-Provider", GUID: ParseGUID("5770385f-c22a-43e0-bf4c-06f5698ffbd9"), EventID: 1, Version: 5, Level: 4,
		Keywords: 0x8000000000000000, Time: at, Computer: "mail01.lab.example", Channel: "Lab", ProcessID: 4, ThreadID: 8, UserSID: "S-1-5-18"}
	e := base
	e.Data = []NamedValue{
		Named("String", "Prüfung <&> ☃ 𝄞"), {"Ansi", Ansi("ansi")}, {"Int8", Int(TypeInt8, -8)}, {"UInt8", Int(TypeUint8, 8)},
		{"Int16", Int(TypeInt16, -16)}, {"UInt16", Int(TypeUint16, 16)}, {"Int32", Int(TypeInt32, -32)}, {"UInt32", Int(TypeUint32, 32)},
		{"Int64", Int(TypeInt64, -64)}, {"UInt64", Int(TypeUint64, 64)}, {"Float", Float(1.5)}, {"Double", Double(2.25)}, {"Bool", Bool(true)}, {"Binary", Bytes([]byte{0xde, 0xad})},
		{"GUID", ID(base.GUID)}, {"Size", Int(TypeSizeT, 0x1234)}, {"FileTime", At(at)}, {"SystemTime", Calendar(at)}, {"SID", SID("S-1-5-21-1-2-3-500")},
		{"Hex32", Int(TypeHex32, 0x1f)}, {"Hex64", Int(TypeHex64, 0x1fffff)}, {"Strings", Texts("a", "b")}, {"Numbers", Ints(TypeUint16, 1, 65535)},
	}
	l.Append(e)
	e = base
	e.Data = []NamedValue{{"", Texts("Set-OabVirtualDirectory", "-Identity \"x\"", "")}}
	l.Append(e)
	e = base
	e.UserRoot, e.UserNS, e.UserData = "LogFileCleared", "http://manifests.microsoft.com/win/2004/08/windows/eventlog", []NamedValue{Named("SubjectUserName", "admin"), Named("Channel", "Security")}
	l.Append(e)
	e = base
	l.Append(e) // no data at all
	e.Bare, e.Data = true, []NamedValue{Named("Image", `C:\x.exe`)}
	l.Append(e)
	l.AppendElement(0, at, Elem("Event", []Attr{Attribute("xmlns", eventNS)}, Elem("System", nil, Elem("EventID", nil, Literal("9"))),
		Elem("EventData", nil, Elem("Data", nil, Literal("a"), EntityRef("amp"), CharRef(0x263a), CData("<raw>"), Instruction("lab", "x=1")))))
	for i := range 400 {
		e = base
		e.Data = []NamedValue{Named("Line", fmt.Sprintf("event number %d of many", i)), Named("Other", "the same")}
		l.Append(e)
	}
	return l
}

// TestEventLogStructure checks headers, checksums and record chains.
func TestEventLogStructure(t *testing.T) {
	t.Parallel()
	l := everyType()
	file := l.Bytes()
	if again := everyType().Bytes(); !bytes.Equal(file, again) {
		t.Error("the same calls gave other bytes")
	}
	if name := os.Getenv("LAB_WRITE"); name != "" {
		_ = os.WriteFile(name, file, 0o600)
	}
	checkLog(t, file, l.Records())
}

// checkLog walks a log file as the format documentation describes it.
func checkLog(t *testing.T, file []byte, records int) {
	t.Helper()
	le := binary.LittleEndian
	if got, want := le.Uint32(file[0x7c:]), crc32.ChecksumIEEE(file[:0x78]); got != want {
		t.Errorf("file header checksum %#x, want %#x", got, want)
	}
	if n := int(le.Uint16(file[42:])); FileHeaderSize+n*ChunkSize != len(file) {
		t.Errorf("header counts %d chunks in %d bytes", n, len(file))
	}
	seen, next := 0, uint64(0)
	for at := FileHeaderSize; at < len(file); at += ChunkSize {
		c := file[at : at+ChunkSize]
		if string(c[:8]) != "ElfChnk\x00" {
			t.Fatalf("chunk at %#x has no magic", at)
		}
		sum := crc32.Update(crc32.ChecksumIEEE(c[:0x78]), crc32.IEEETable, c[0x80:0x200])
		if sum != le.Uint32(c[0x7c:]) {
			t.Errorf("chunk at %#x: wrong header checksum", at)
		}
		free := int(le.Uint32(c[48:]))
		if crc32.ChecksumIEEE(c[0x200:free]) != le.Uint32(c[52:]) {
			t.Errorf("chunk at %#x: wrong records checksum", at)
		}
		for pos := 0x200; pos < free; {
			size := int(le.Uint32(c[pos+4:]))
			if le.Uint32(c[pos:]) != 0x2a2a || le.Uint32(c[pos+size-4:]) != uint32(size) {
				t.Fatalf("record at %#x is not framed", at+pos)
			}
			next = le.Uint64(c[pos+8:])
			pos += size
			seen++
		}
		if le.Uint64(c[32:]) != next {
			t.Errorf("chunk at %#x: last record id %d, header says %d", at, next, le.Uint64(c[32:]))
		}
	}
	if seen != records {
		t.Errorf("%d records in the file, %d written", seen, records)
	}
	if le.Uint64(file[24:]) != next+1 {
		t.Errorf("next record id %d after %d", le.Uint64(file[24:]), next)
	}
}
