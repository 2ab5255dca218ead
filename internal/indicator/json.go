package indicator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// document is a JSON file read one value at a time, so that a bundle of any
// size costs the memory of one object.
type document struct {
	dec *json.Decoder
	l   *Loader
}

// errDamaged ends a document whose rest cannot be read.
var errDamaged = errors.New("damaged JSON")

// json reads STIX or MISP.
func (l *Loader) json(r io.Reader) error {
	d := &document{dec: json.NewDecoder(&skipBOM{r: r}), l: l}
	var err error
	for err == nil {
		err = d.top()
	}
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, errDamaged):
		return nil
	case d.syntax(err):
		l.damage(0, fmt.Sprintf("the JSON ends or breaks at byte %d; what follows was not read", d.dec.InputOffset()))
		return nil
	}
	return err
}

// syntax tells damage from failing to read.
func (d *document) syntax(err error) bool {
	var s *json.SyntaxError
	return errors.As(err, &s) || errors.Is(err, io.ErrUnexpectedEOF)
}

// object calls f for every key; f must read the value.
func (d *document) object(f func(key string) error) error {
	return d.inside('{', func() error {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		return f(key)
	})
}

// array calls f before every element; f must read it.
func (d *document) array(f func() error) error { return d.inside('[', f) }

func (d *document) inside(open json.Delim, f func() error) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if t != open {
		return d.wrong(t)
	}
	for d.dec.More() {
		if err := f(); err != nil {
			return err
		}
	}
	_, err = d.dec.Token()
	return err
}

// wrong passes over a value of an unexpected form, whose first token was
// taken.
func (d *document) wrong(t json.Token) error {
	if t != nil {
		d.l.damage(0, "a value has not the form that its place asks for")
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if open == ']' || open == '}' {
		return errDamaged
	}
	for depth := 1; depth > 0; {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// skip passes over the next value.
func (d *document) skip() error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if open, ok := t.(json.Delim); !ok || open == ']' || open == '}' {
		return nil
	}
	for depth := 1; depth > 0; {
		if t, err = d.dec.Token(); err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// decode reads the next value into v; one of another form is damage and is
// passed over.
func (d *document) decode(v any) (bool, error) {
	err := d.dec.Decode(v)
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) {
		d.l.damage(0, fmt.Sprintf("%s is of the wrong form", t.Field))
		return false, nil
	}
	return err == nil, err
}

// top reads one value of the file: a bundle, an event, a list of either, or
// one object of a bundle.
func (d *document) top() error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	s := newSTIX(d)
	m := &misp{d: d}
	switch t {
	case json.Delim('['):
		for d.dec.More() {
			if err := d.element(s, m); err != nil {
				return errors.Join(err, s.end())
			}
		}
		if _, err := d.dec.Token(); err != nil {
			return errors.Join(err, s.end())
		}
		return s.end()
	case json.Delim('{'):
		err := d.body(s, m)
		return errors.Join(err, s.end())
	}
	return d.wrong(t)
}

// element reads one element of a list at the top: a MISP event or an object
// of STIX.
func (d *document) element(s *stix, m *misp) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return d.wrong(t)
	}
	return d.body(s, m)
}

// body reads an object whose brace was taken. Which format it is shows in its
// keys; the keys of a lone STIX object are collected.
func (d *document) body(s *stix, m *misp) error {
	lone := map[string]json.RawMessage{}
	known, bare := false, false
	manifest := 0
	for d.dec.More() {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		switch key {
		case "objects":
			known, d.l.file.Format = true, "stix"
			err = d.array(func() error { return s.next() })
		case "Event":
			known, d.l.file.Format = true, "misp"
			err = m.event()
		case "response":
			known, d.l.file.Format = true, "misp"
			err = d.response(m)
		case "Attribute", "Object", "Orgc", "Galaxy", "info", "Tag", "uuid": // an event without its wrapping
			if !bare {
				bare = true
				m.begin()
			}
			if key == "Attribute" || key == "Object" {
				known, d.l.file.Format = true, "misp"
			}
			err = m.key(key)
		default:
			var raw json.RawMessage
			if err = d.dec.Decode(&raw); err != nil {
				break
			}
			if isUUID(key) {
				manifest++
			} else if len(lone) < 64 {
				lone[key] = raw
			}
		}
		if err != nil {
			if bare {
				m.end()
			}
			return err
		}
	}
	if bare {
		m.end()
	}
	if _, err := d.dec.Token(); err != nil {
		return err
	}
	if known {
		return nil
	}
	if manifest > 0 {
		d.l.file.Format = "misp manifest"
		return nil
	}
	if _, ok := lone["type"]; ok {
		d.l.file.Format = "stix"
		return s.lone(lone)
	}
	d.l.damage(0, "this JSON is neither a STIX bundle nor a MISP event")
	return nil
}

// response reads what a MISP search answers: events, or attributes.
func (d *document) response(m *misp) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	each := func() error {
		return d.object(func(key string) error {
			switch key {
			case "Event":
				return m.event()
			case "Attribute":
				return m.attributes()
			}
			return d.skip()
		})
	}
	switch t {
	case json.Delim('['):
		for d.dec.More() {
			if err := each(); err != nil {
				return err
			}
		}
	case json.Delim('{'):
		for d.dec.More() {
			t, err := d.dec.Token()
			if err != nil {
				return err
			}
			switch t {
			case "Event":
				err = m.event()
			case "Attribute":
				err = m.attributes()
			default:
				err = d.skip()
			}
			if err != nil {
				return err
			}
		}
	default:
		return d.wrong(t)
	}
	_, err = d.dec.Token()
	return err
}

// skipBOM leaves out a byte order mark at the start.
type skipBOM struct {
	r    io.Reader
	done bool
}

func (s *skipBOM) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if !s.done && n > 0 {
		s.done = true
		if n >= 3 && string(p[:3]) == "\xef\xbb\xbf" {
			n = copy(p, p[3:n])
		}
	}
	return n, err
}

func isUUID(v string) bool {
	return len(v) == 36 && v[8] == '-' && v[13] == '-' && v[18] == '-' && v[23] == '-'
}

// isManifest knows the manifest of a MISP feed: its keys are the ids of
// events.
func isManifest(head []byte) bool {
	for i, c := range head {
		if c == '"' {
			return i+38 <= len(head) && isUUID(string(head[i+1:i+37])) && head[i+37] == '"'
		}
	}
	return false
}
