package share

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"spoor/event"
)

// maxNesting bounds objects and lists inside each other in a file of a case.
const maxNesting = 100

var errNested = errors.New("objects and lists are nested too deep")

// place is where a value stands: the names of the objects that it is in.
type place []string

// last is the name of the innermost object's field.
func (p place) last() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}

// within reports a place inside a field of the outermost object.
func (p place) within(field string) bool { return len(p) > 0 && p[0] == field }

// walk writes JSON again with every text replaced by what leaf makes of it
// and every name of a field by what name makes of it. The order of fields,
// numbers and equal names stay as they are.
func walk(data []byte, leaf func(place, string) string, name func(place, string) string) ([]byte, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	out := make([]byte, 0, len(data)+len(data)/4)
	type level struct {
		object bool
		n      int  // values begun
		value  bool // a name was read, its value comes
	}
	var levels []level
	var at place
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		end := token == json.Delim('}') || token == json.Delim(']')
		var now *level
		if len(levels) > 0 {
			now = &levels[len(levels)-1]
		} else if len(out) > 0 {
			return nil, errors.New("more than one value")
		}
		isName := now != nil && now.object && !now.value && !end
		if now != nil && !end && !now.value {
			if now.n > 0 {
				out = append(out, ',')
			}
			now.n++
		}
		switch t := token.(type) {
		case json.Delim:
			out = append(out, byte(t))
			if !end {
				if len(levels) == maxNesting {
					return nil, errNested
				}
				if now != nil {
					now.value = false
				}
				levels = append(levels, level{object: t == '{'})
				continue
			}
			levels = levels[:len(levels)-1]
			if len(levels) > 0 && levels[len(levels)-1].object {
				at = at[:len(at)-1]
			}
			continue
		case string:
			if isName {
				out = append(event.AppendJSONString(out, []byte(name(at, t))), ':')
				at, now.value = append(at, t), true
				continue
			}
			out = event.AppendJSONString(out, []byte(leaf(at, t)))
		case json.Number:
			out = append(out, t...)
		default: // true, false or null
			word, err := json.Marshal(t)
			if err != nil {
				return nil, err
			}
			out = append(out, word...)
		}
		if now != nil && now.object {
			at, now.value = at[:len(at)-1], false
		}
	}
	if len(out) == 0 || len(levels) > 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return out, nil
}

// Finding gives a line of findings.ndjson. While the copy learns, the result
// is nil.
func (c *Copy) Finding(line []byte) ([]byte, error) {
	if c.learning {
		if err := c.learnFinding(line); err != nil {
			return nil, err
		}
	}
	return c.document(line, func(p place) meaning {
		switch {
		case p.within("event"):
			return c.of(p.last())
		case p.within("rule") && p.last() == "source", p.within("message"), p.within("notes"), p.within("source") && p.last() == "path":
			return aText
		case p.within("rule") && p.last() == "title":
			return aSentence
		case p.within("host"):
			return aHost
		case p.within("id"):
			return anID
		case p.within("time"), p.within("rule"), p.within("techniques"), p.within("cves"), p.within("actors"), p.within("software"), p.within("ties"), p.within("source"), p.within("step"), p.within("tlp"):
			return aCode
		}
		return aText
	})
}

// Verdict gives verdict.json.
func (c *Copy) Verdict(data []byte) ([]byte, error) {
	if c.learning {
		if err := c.learnVerdict(data); err != nil {
			return nil, err
		}
	}
	codes := set(`schema verdict outcome grade patch fixed step deepest chain cves id level code tlp sha256 version first_attempt first_success last since time until
		state first last_seen first_written first_answered first_used gone_at from to kinds codes build`)
	evidence := set(`detail message path page value file`)
	return c.document(data, func(p place) meaning {
		switch name := p.last(); {
		case len(p) > 2 && p.within("hosts") && p[1] == "values":
			return map[string]meaning{"addresses": anAddress, "accounts": anAccount, "user_agents": anAgent, "files": aCode}[p[2]]
		case len(p) > 1 && p.within("hosts") && p[1] == "hypotheses":
			return aSentence
		case name == "host" || name == "aliases":
			return aHost
		case name == "sources":
			return anAddress
		case name == "finding" || name == "findings":
			return anID
		case name == "title", name == "door", name == "rule" && !p.inValues():
			return aSentence
		case codes[name] && (!p.inValues() || name == "id"):
			return aCode
		case evidence[name] || p.inValues():
			return aText
		}
		return aSaid
	})
}

// inValues reports a place among the values of a sentence.
func (p place) inValues() bool {
	for _, n := range p {
		if n == "values" {
			return true
		}
	}
	return false
}

// Weighing gives hypotheses.json, which holds public knowledge.
func (c *Copy) Weighing(data []byte) ([]byte, error) {
	codes := set(`schema answer basis id class how same_as chain kind version`)
	return c.document(data, func(p place) meaning {
		switch name := p.last(); {
		case name == "host":
			return aHost
		case name == "finding" || name == "findings":
			return anID
		case codes[name]:
			return aCode
		}
		return aSentence
	})
}

// Items gives the items of manifest.json, a list.
func (c *Copy) Items(data []byte) ([]byte, error) {
	codes := set(`kind sha256 outcome code from to`)
	return c.document(data, func(p place) meaning {
		switch name := p.last(); {
		case name == "host":
			return aHost
		case codes[name]:
			return aCode
		}
		return aText
	})
}

// Reveals reports a text, such as a folder's name, that holds a learned value.
func (c *Copy) Reveals(s string) bool { return c.rewrite(s, known, 0) != s }

func set(names string) map[string]bool {
	m := map[string]bool{}
	for _, n := range bytes.Fields([]byte(names)) {
		m[string(n)] = true
	}
	return m
}

func (c *Copy) document(data []byte, of func(place) meaning) ([]byte, error) {
	leaf := func(p place, s string) string { return c.value(of(p), s) }
	name := func(p place, s string) string {
		if !p.within("event") {
			return s
		}
		return c.value(aField, s)
	}
	out, err := walk(data, leaf, name)
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if c.learning {
		return nil, c.Err()
	}
	return out, c.Err()
}

// learnFinding learns what a finding names as an indicator.
func (c *Copy) learnFinding(line []byte) error {
	var f struct {
		Rule struct{ Kind string }
		Ties []struct{ Value string }
		// Event may be null or no object.
		Event json.RawMessage
	}
	if err := json.Unmarshal(line, &f); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	for _, t := range f.Ties {
		c.indicators[fold(t.Value)] = true
	}
	if f.Rule.Kind != "webshell" {
		return nil
	}
	var shell struct{ Key, Path, Page string }
	if json.Unmarshal(f.Event, &shell) == nil {
		if shell.Key != "" {
			c.keys[shell.Key] = true
		}
		c.page(shell.Path)
		c.page(shell.Page)
	}
	return nil
}

// learnVerdict learns the names of pages that are or may be shells.
func (c *Copy) learnVerdict(data []byte) error {
	var v struct {
		Hosts []struct {
			Webshells []struct{ Path string }
		}
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	for _, h := range v.Hosts {
		for _, w := range h.Webshells {
			c.page(w.Path)
		}
	}
	return nil
}

// page learns the file name of a shell.
func (c *Copy) page(path string) {
	name := path[lastSlash(path)+1:]
	if fileForm().FindString(name) == name && name != "" {
		c.pages[fold(name)] = true
	}
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' || s[i] == '\\' {
			return i
		}
	}
	return -1
}
