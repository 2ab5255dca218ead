package evtxlog

import (
	"errors"
	"fmt"
	"html"
	"strings"

	"spoor/event"
)

// peerField is a value as another reader prints it.
type peerField struct {
	section event.Section
	name    string
	text    string
	kind    event.Kind // here only
	bits    uint64
}

// peerElement is an open element.
type peerElement struct {
	name     string
	label    string
	text     strings.Builder
	children bool
}

// peerFields reads one event of evtx_dump's XML and names its values as
// docs/formats/evtx.md says fields are named, in order, empty values left
// out. It is written from that page, apart from the planner. encoding/xml is
// not used: it changes line ends and refuses control characters.
func peerFields(text string) ([]peerField, error) {
	var out []peerField
	var stack []*peerElement
	section := func() event.Section {
		if len(stack) < 2 {
			return event.UserData
		}
		switch stack[1].name {
		case "System":
			return event.System
		case "EventData":
			return event.EventData
		case "RenderingInfo":
			return event.Rendering
		}
		return event.UserData
	}
	put := func(name, text string) {
		s := section()
		if s == event.Rendering {
			name = "RenderingInfo." + name
		}
		if text != "" {
			out = append(out, peerField{section: s, name: name, text: text})
		}
	}
	end := func() {
		e := stack[len(stack)-1]
		text := e.text.String()
		if name := e.label; !e.children || strings.TrimSpace(text) != "" {
			if name == "" {
				name = e.name
			}
			put(name, text)
		}
		stack = stack[:len(stack)-1]
	}
	for text != "" {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			open = len(text)
		}
		if open > 0 {
			if len(stack) > 0 {
				stack[len(stack)-1].text.WriteString(html.UnescapeString(text[:open]))
			}
			text = text[open:]
			continue
		}
		shut := tagEnd(text)
		if shut < 0 {
			return out, errors.New("tag without end")
		}
		tag := text[1:shut]
		text = text[shut+1:]
		switch {
		case strings.HasPrefix(tag, "?"), strings.HasPrefix(tag, "!"):
		case strings.HasPrefix(tag, "/"):
			if len(stack) == 0 || stack[len(stack)-1].name != tag[1:] {
				return out, fmt.Errorf("</%s> closes nothing", tag[1:])
			}
			end()
		default:
			bare := strings.TrimSuffix(tag, "/")
			name, attrs, _ := strings.Cut(bare, " ")
			if n := len(stack); n > 0 {
				stack[n-1].children = true
			}
			e := &peerElement{name: name}
			stack = append(stack, e)
			for attrs = strings.TrimLeft(attrs, " "); attrs != ""; attrs = strings.TrimLeft(attrs, " ") {
				key, rest, ok := strings.Cut(attrs, `="`)
				if !ok {
					return out, fmt.Errorf("attribute %q", attrs)
				}
				value, rest, ok := strings.Cut(rest, `"`)
				if !ok {
					return out, fmt.Errorf("attribute %q", attrs)
				}
				attrs, value = rest, html.UnescapeString(value)
				switch s := section(); {
				case key == "xmlns" || strings.HasPrefix(key, "xmlns:"):
				case s != event.System && (name == "Data" || name == "ComplexData") && key == "Name":
					e.label = value
				case s == event.System && name == "TimeCreated" && key == "SystemTime":
					put("TimeCreated", value)
				default:
					put(name+"_"+key, value)
				}
			}
			if bare != tag {
				end()
			}
		}
	}
	if len(stack) > 0 {
		return out, fmt.Errorf("<%s> is not closed", stack[len(stack)-1].name)
	}
	return out, nil
}

// tagEnd finds the > of a tag; an attribute's value may hold one.
func tagEnd(text string) int {
	quoted := false
	for i := range len(text) {
		switch text[i] {
		case '"':
			quoted = !quoted
		case '>':
			if !quoted {
				return i
			}
		}
	}
	return -1
}
