package caseload

import (
	"errors"
	"fmt"
	"io"
	"time"

	"spoor/internal/finding"
)

// Bounds of one case; what is beyond them is counted and reported, or makes the
// case one that cannot be read.
const (
	maxVerdict = 512 << 20 // bytes of verdict.json
	maxHosts   = 10_000    // hosts of a case
	maxName    = 255       // bytes of a host's name, as DNS has them
	maxAliases = 16
	maxChains  = 64
	maxValues  = 64 // of one kind, as storyline writes them
)

// schema is the one that is read (storyline.Schema).
const schema = "spoor.verdict/1"

// ErrSchema says that the case was written by a version that is not known.
var ErrSchema = errors.New("its schema is not known")

// door is one way in of a host.
type door struct {
	id, grade, first string // first success, "" for none
	attempt          string
}

// host is what is read of one host.
type host struct {
	name                  string
	aliases               []string
	verdict, outcome      string
	firstAttempt, success string
	last                  string
	doors                 []door
	values                [kinds][]string
	stated                bool  // the case was written for comparing
	leftOut               int64 // values that the case left out, or that are beyond the bounds
}

// verdictFile is what is read of a verdict.json.
type verdictFile struct {
	schema, tlp string
	hosts       []host
	hostsBeyond int
}

// readVerdict reads one verdict.json.
func readVerdict(s *scanner, r io.Reader) (*verdictFile, error) {
	s.reset(r, maxVerdict)
	v := &verdictFile{}
	hosts := false
	err := s.object(func(key string) (err error) {
		switch key {
		case "schema":
			v.schema, err = s.short(maxName)
			if err == nil && v.schema != schema {
				return fmt.Errorf("%w: %q", ErrSchema, v.schema)
			}
			return err
		case "tlp":
			v.tlp, err = s.short(maxName)
			return err
		case "hosts":
			hosts = true
			return s.array(func() error {
				if len(v.hosts) >= maxHosts {
					v.hostsBeyond++
					return s.skip()
				}
				h, err := s.host()
				v.hosts = append(v.hosts, h)
				return err
			})
		}
		return s.skip()
	})
	if err == nil {
		err = s.finish()
	}
	switch {
	case err != nil:
		return nil, err
	case v.schema == "":
		return nil, fmt.Errorf("%w: it states none", ErrSchema)
	case !hosts:
		return nil, errors.New("it has no hosts")
	}
	return v, nil
}

// short reads a text of at most n bytes.
func (s *scanner) short(n int) (string, error) {
	text, whole, err := s.string()
	if err == nil && (!whole || len(text) > n) {
		err = fmt.Errorf("a text is longer than %d bytes", n)
	}
	return text, err
}

// when reads a time, "" for none.
func (s *scanner) when() (string, error) {
	text, err := s.short(64)
	if err == nil && text != "" {
		if _, perr := time.Parse(time.RFC3339Nano, text); perr != nil {
			err = fmt.Errorf("%q is no time", text)
		}
	}
	return text, err
}

func (s *scanner) host() (host, error) {
	var h host
	err := s.object(func(key string) (err error) {
		switch key {
		case "host":
			h.name, err = s.short(maxName)
		case "verdict":
			h.verdict, err = s.short(maxName)
		case "outcome":
			h.outcome, err = s.short(maxName)
		case "first_attempt":
			h.firstAttempt, err = s.when()
		case "first_success":
			h.success, err = s.when()
		case "last":
			h.last, err = s.when()
		case "aliases":
			return s.array(func() error {
				text, err := s.short(maxName)
				if len(h.aliases) < maxAliases {
					h.aliases = append(h.aliases, text)
				}
				return err
			})
		case "chains":
			return s.array(func() error { return s.chain(&h) })
		case "values":
			h.stated = true
			return s.values(&h)
		default:
			return s.skip()
		}
		return err
	})
	switch {
	case err != nil:
	case h.name == "":
		err = errors.New("a host has no name")
	case rank(h.verdict) < 0:
		err = fmt.Errorf("%q is no verdict", h.verdict)
	case h.outcome != "" && h.outcome != "failed" && h.outcome != "not-seen" && h.outcome != "cannot-tell":
		err = fmt.Errorf("%q is no outcome", h.outcome)
	}
	return h, err
}

// rank orders verdicts, the worst first; -1 for no verdict.
func rank(verdict string) int {
	for i, w := range [...]string{"compromised", "suspicious", "attempted", "cannot-tell", "nothing-found"} {
		if w == verdict {
			return i
		}
	}
	return -1
}

func (s *scanner) chain(h *host) error {
	var d door
	err := s.object(func(key string) (err error) {
		switch key {
		case "id":
			d.id, err = s.short(64)
		case "grade":
			d.grade, err = s.short(64)
		case "first_success":
			d.first, err = s.when()
		case "first_attempt":
			d.attempt, err = s.when()
		default:
			return s.skip()
		}
		return err
	})
	if len(h.doors) < maxChains {
		h.doors = append(h.doors, d)
	}
	return err
}

// values reads the values that a host states for comparing.
func (s *scanner) values(h *host) error {
	return s.object(func(key string) error {
		if key == "left_out" {
			n, err := s.count()
			h.leftOut += n
			return err
		}
		k := kindOf(key)
		if k < 0 {
			return s.skip()
		}
		return s.array(func() error {
			text, whole, err := s.string()
			switch {
			case err != nil:
				return err
			case !whole || len(text) > maxValue || len(h.values[k]) >= maxValues:
				h.leftOut++
			default:
				h.values[k] = append(h.values[k], text)
			}
			return nil
		})
	})
}

// way is the door that the row names: the one by which somebody first came
// in, a named one before a web shell without one, else the one first tried.
func (h *host) way() string {
	best := -1
	better := func(a, b door) bool {
		if wa, wb := a.first != "", b.first != ""; wa != wb {
			return wa
		}
		if (a.id == finding.ChainWebShell) != (b.id == finding.ChainWebShell) {
			return b.id == finding.ChainWebShell
		}
		if a.first != b.first {
			return a.first < b.first
		}
		if a.attempt != b.attempt {
			return b.attempt == "" || a.attempt != "" && a.attempt < b.attempt
		}
		return a.id < b.id
	}
	for i, d := range h.doors {
		if best < 0 || better(d, h.doors[best]) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	return h.doors[best].id
}
