package storyline

import (
	"path"
	"slices"
	"strings"

	"spoor/internal/exchange"
	"spoor/internal/finding"
	"spoor/internal/message"
	"spoor/internal/webpath"
)

// shells joins what was seen of each page: written, answered, used, gone.
// Requests are joined by address path, files by the path's tail; a page on
// disk and its requests are one when the folder that IIS serves matches.
func shells(found []*finding.Finding, controls map[string]*control) []*Shell {
	var list []*Shell
	files := func(f *finding.Finding) int { // what a page is decides what its answers show
		if f.Step.Name == finding.StepShellFile {
			return 0
		}
		return 1
	}
	ordered := slices.Clone(found)
	slices.SortStableFunc(ordered, func(a, b *finding.Finding) int { return files(a) - files(b) })
	for _, f := range ordered {
		if f.Step.Name == finding.StepPageRefused {
			continue
		}
		name := pageName(f)
		if name == "" {
			continue
		}
		s := shellOf(&list, name)
		c := controls[folderOf(requestPage(f))]
		s.note(f, c != nil && c.refused)
	}
	for _, f := range found {
		if f.Step.Name != finding.StepPageRefused {
			continue
		}
		for _, s := range list {
			if samePage(s.Path, pageName(f)) {
				s.gone(f)
			}
		}
	}
	kept := list[:0]
	for _, s := range list {
		if s.Written || s.Answered || s.Used || s.Compiled || s.structural || s.Returned {
			slices.Sort(s.Sources)
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, func(a, b *Shell) int { return strings.Compare(a.Path, b.Path) })
	return kept
}

// pageName returns the page that a finding is about: a path on disk where one
// is named, else the address path.
func pageName(f *finding.Finding) string {
	for _, name := range [...]field{targetFilename, relativeTargetName, csURIStem, urlStem, pageField, pathField} {
		v := name.of(f)
		if v == "" || v == "-" {
			continue
		}
		if name == csURIStem || name == urlStem {
			if p := webpath.Normal([]byte(v), nil); p.Disguised {
				return string(p.Page)
			}
		}
		return v
	}
	return ""
}

func shellOf(list *[]*Shell, name string) *Shell {
	for _, s := range *list {
		if samePage(s.Path, name) {
			if strings.Contains(name, `\`) && !strings.Contains(s.Path, `\`) || len(name) > len(s.Path) && strings.Contains(name, `:\`) {
				s.Path = name // the path on disk says more
			}
			return s
		}
	}
	s := &Shell{Path: name, Reasons: []string{}, Sources: []string{}, Findings: []string{}}
	*list = append(*list, s)
	return s
}

// samePage reports that two names mean one page: equal, or one is a path on
// disk that ends as the other does under a served folder.
func samePage(a, b string) bool {
	a, b = served(a), served(b)
	if a == b {
		return true
	}
	if path.Base(a) != path.Base(b) {
		return false
	}
	return strings.HasSuffix(a, "/"+strings.TrimPrefix(b, "/")) || strings.HasSuffix(b, "/"+strings.TrimPrefix(a, "/"))
}

// served maps a path on disk to the address path under which IIS serves it,
// lower case; an address path stays as it is.
func served(name string) string {
	if page, ok := exchange.Address(name); ok {
		return page
	}
	return exchange.OneLayouts(strings.ToLower(strings.ReplaceAll(name, `\`, "/")))
}

func (s *Shell) note(f *finding.Finding, control bool) {
	t := f.At.String()
	switch f.Step.Name {
	case finding.StepPageAnswered:
		if !control && !s.structural {
			return // without a refused name, a 200 shows nothing
		}
		s.Answered = true
		setFirst(&s.FirstAnswered, t)
		s.Sources = addOnce(s.Sources, source(f))
	case finding.StepPageUsed:
		s.Used = true
		setFirst(&s.FirstUsed, t)
		s.Sources = addOnce(s.Sources, source(f))
	case finding.StepPageReturnedTo:
		s.Returned = true
		s.Sources = addOnce(s.Sources, source(f))
	case finding.StepPageWrittenByShare, finding.StepPageCreated:
		s.Written = true
		setFirst(&s.FirstWritten, t)
	case finding.StepPageCompiled:
		s.Compiled = true
	case finding.StepShellFile:
		s.structural = true
		s.alone = s.alone || aloneField.of(f) != ""
		s.inProduct = s.inProduct || placeField.of(f) == "product"
		if pageField.of(f) != "" { // what a page was compiled to, not the page
			s.Compiled = true
			break
		}
		s.Written = true
		s.SHA256 = f.Source.SHA256
		if when := whenChanged.of(f); when != "" {
			setFirst(&s.FirstWritten, when)
		}
	}
	s.LastSeen = latest(s.LastSeen, t)
	s.Findings = append(s.Findings, f.ID())
}

// gone notes the first refusal after the page had answered.
func (s *Shell) gone(f *finding.Finding) {
	t := f.At.String()
	if (s.Answered || s.Used) && before(s.LastSeen, t) {
		s.Gone = true
		setFirst(&s.GoneAt, t)
	}
}

func setFirst(field *string, t string) {
	if t != "" && (*field == "" || before(t, *field)) {
		*field = t
	}
}

// message puts the words for a page into one sentence. Each has its own proof,
// so none stands for another.
func (s *Shell) message() message.Text {
	var has, not []message.Text
	for _, w := range []struct {
		yes bool
		id  string
	}{{s.Written, "shell.written"}, {s.Compiled, "shell.compiled"}, {s.Answered, "shell.answered"}, {s.Used, "shell.used"}, {s.Returned, "shell.returned"}} {
		if w.yes {
			has = append(has, message.New(w.id))
		} else if w.id != "shell.compiled" && w.id != "shell.returned" {
			not = append(not, message.New(w.id))
		}
	}
	if len(has) == 0 {
		return message.Text{}
	}
	m := message.New("shell.shown", "has", has)
	if len(not) > 0 {
		m = message.New("shell.partly", "has", has, "not", not)
	}
	if s.Gone {
		m = message.New("shell.gone", "says", m, "at", s.GoneAt)
	}
	return m
}
