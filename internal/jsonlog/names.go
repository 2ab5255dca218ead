package jsonlog

import (
	"strings"

	"spoor/event"
)

// nameField gives a leaf its field from the keys on the way to it and from the
// label of the Data element it stands in. keep is false for leaves that only
// state structure.
func nameField(path []string, label string, powershell bool) (f event.Field, keep bool) {
	full := clip(strings.Join(path, "/"))
	last := path[len(path)-1]
	if last == "xmlns" || strings.HasPrefix(last, "xmlns:") {
		return f, false
	}
	for len(path) > 1 && (path[0] == "_source" || path[0] == "Event" || path[0] == "Payload") {
		path = path[1:]
	}
	beat := false
	if len(path) > 1 && path[0] == "winlog" {
		path, beat = path[1:], true
	}
	switch path[0] {
	case "System":
		if len(path) > 1 {
			return event.Field{Name: systemName(path[1:]), Path: full, Section: event.System}, true
		}
	case "EventData", "event_data":
		name, keep := dataName(path, label)
		return event.Field{Name: name, Path: full, Section: event.EventData}, keep
	case "UserData", "user_data":
		name, keep := dataName(path, label)
		return event.Field{Name: name, Path: full, Section: event.UserData}, keep
	}
	if powershell && len(path) == 2 && path[0] == "Properties" {
		return event.Field{Name: "Data", Path: full, Section: event.EventData}, last == "Value"
	}
	if name := flatName(strings.Join(path, "."), beat, powershell); name != "" {
		return event.Field{Name: name, Path: full, Section: event.System}, true
	}
	name := clip(strings.Join(path, "."))
	if beat {
		name = "winlog." + name
	}
	f = event.Field{Name: name, Path: full}
	if full == name {
		f.Path = ""
	}
	return f, true
}

// maxPath bounds a field's path and name: nested long keys would otherwise
// make paths grow with the square of the depth.
const maxPath = 1024

func clip(path string) string { return path[:min(len(path), maxPath)] }

// isAttributes lists the keys that hold an element's attributes.
func isAttributes(key string) bool { return key == "#attributes" || key == "@attributes" }

// isText lists the keys that hold an element's own content.
func isText(key string) bool {
	return key == "#text" || key == "Value" || key == "value" || key == "$t"
}

// elementAttr splits a path below a section into the last element and, where
// the leaf is one, its attribute.
func elementAttr(path []string) (element, attr string) {
	marked := false
	for _, key := range path {
		switch {
		case isAttributes(key):
			marked = true
		case strings.HasSuffix(key, "_attributes"):
			element, marked = strings.TrimSuffix(key, "_attributes"), true
		case strings.HasPrefix(key, "@") && element != "":
			attr = key[1:]
		case element != "" && isText(key):
		case marked:
			attr = key
		default:
			element = key
		}
	}
	return element, attr
}

// systemName names a leaf below System as the event log reader does: below
// System every nested key is an attribute.
func systemName(path []string) string {
	element := strings.TrimSuffix(path[0], "_attributes")
	attr := ""
	for _, key := range path[1:] {
		if !isAttributes(key) && !isText(key) {
			attr = strings.TrimPrefix(key, "@")
		}
	}
	switch {
	case attr == "", element == "TimeCreated" && attr == "SystemTime":
		return element
	}
	return element + "_" + attr
}

// dataName names a leaf of EventData or UserData. path[0] is the section.
func dataName(path []string, label string) (string, bool) {
	if len(path) == 1 {
		return path[0], true
	}
	element, attr := elementAttr(path[1:])
	if element == "Data" || element == "ComplexData" || element == "" {
		if attr == "Name" {
			return "", false
		}
		if label != "" && attr == "" {
			return label, true
		}
		if element == "" {
			element = path[0]
		}
	}
	if len(path) > 2 && path[1] == "Data" && element == "Name" && label != "" {
		return "", false
	}
	if attr != "" {
		return element + "_" + attr, true
	}
	return element, true
}

// flatName maps the names that exporters give to parts of System.
func flatName(name string, beat, powershell bool) string {
	switch name {
	case "Channel", "channel", "log_name", "LogName":
		return "Channel"
	case "EventID", "EventId", "event_id", "EventCode":
		return "EventID"
	case "Id":
		if powershell {
			return "EventID"
		}
	case "Computer", "computer_name", "ComputerName", "MachineName", "Hostname":
		return "Computer"
	case "SourceName", "source_name", "ProviderName", "provider_name", "Provider_Name", "Provider":
		return "Provider_Name"
	case "ProviderGuid", "provider_guid", "ProviderId":
		return "Provider_Guid"
	case "EventRecordID", "EventRecordId", "RecordNumber", "record_number", "record_id", "RecordId":
		return "EventRecordID"
	case "TimeCreated", "Level", "Keywords", "Task", "Opcode", "Version":
		return name
	}
	if !beat {
		return ""
	}
	switch name {
	case "task", "opcode", "keywords", "version":
		return strings.ToUpper(name[:1]) + name[1:]
	case "process.pid":
		return "Execution_ProcessID"
	case "process.thread.id":
		return "Execution_ThreadID"
	case "activity_id":
		return "Correlation_ActivityID"
	case "related_activity_id":
		return "Correlation_RelatedActivityID"
	case "user.identifier":
		return "Security_UserID"
	}
	return ""
}
