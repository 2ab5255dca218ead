package reissue

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"spoor/event"
	"spoor/internal/assess"
	"spoor/internal/casefile"
	"spoor/internal/finding"
	"spoor/internal/message"
	"spoor/internal/refusal"
	"spoor/internal/safetext"
	"spoor/internal/share"
	"spoor/internal/storyline"
)

// Sharing says where a copy with pseudonyms goes.
type Sharing struct {
	Dir  string // the copy, a new or an empty folder
	Key  string // file with the key of the pseudonyms
	List string // file for the list of what was replaced and kept
	// Hide are further words, names and addresses to replace.
	Hide     []string
	Messages *message.Catalogue // language of the copy's report
	Language string             // its code
	Version  string             // of the program, as the copy states it
}

// Choose chooses where the key and the list go, and refuses places where they
// would be given away with the copy. It comes before the key is opened, which
// may make a file.
func (s *Sharing) Choose(c *Case) error {
	if c.Manifest.Shared {
		return refusal.New("share the case that it was made from", "the case is a copy with pseudonyms already")
	}
	if s.Key == "" {
		s.Key = filepath.Join(c.Dir(), "share.key")
	}
	if s.List == "" {
		s.List = filepath.Join(c.Dir(), "share-"+safetext.FileName(filepath.Base(filepath.Clean(s.Dir)))+".csv")
	}
	for name, path := range map[string]string{"the key": s.Key, "the list": s.List, "the case": c.Dir()} {
		if inside(path, s.Dir) {
			return refusal.New("keep the key and the list outside the folder that is given away", "%s %s lies inside the copy %s", name, path, s.Dir)
		}
	}
	if inside(s.Dir, c.Dir()) {
		return refusal.New("choose a folder outside the case with -o", "the copy %s lies inside the case %s", s.Dir, c.Dir())
	}
	if _, err := os.Lstat(s.List); err == nil {
		return refusal.New("name another list with --list, or remove the old one", "there is a list %s already", s.List)
	}
	return nil
}

// inside reports a path that is a folder or lies in it, links followed as far
// as the paths exist.
func inside(path, folder string) bool {
	rel, err := filepath.Rel(resolved(folder), resolved(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// resolved is a path without links; what does not exist yet stays as it is.
func resolved(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	for at, rest := abs, ""; ; {
		if found, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(found, rest)
		}
		parent := filepath.Dir(at)
		if parent == at {
			return abs
		}
		at, rest = parent, filepath.Join(filepath.Base(at), rest)
	}
}

// Share writes the copy, then the list of what was replaced. reveals says that
// the name of the copy's folder holds a name of the inside. An error leaves no
// copy.
func (c *Case) Share(s Sharing, key share.Key) (reveals bool, err error) {
	copier, err := share.New(key, s.Hide)
	if err != nil {
		return false, refusal.New("give --hide a name, a word or an address", "%w", err)
	}
	if err := c.learn(copier); err != nil {
		return false, err
	}
	work, err := casefile.Create(s.Dir, false)
	switch {
	case errors.Is(err, casefile.ErrOtherCase), errors.Is(err, casefile.ErrNotEmpty):
		return false, refusal.New("choose a new or an empty folder with -o", "%w", err)
	case err != nil:
		return false, assess.CaseError(err)
	}
	err = c.copyTo(work, copier, s)
	if err == nil {
		err = WriteNew(s.List, func(w io.Writer) error { return writeList(w, copier.List()) })
	}
	if err != nil {
		work.Abandon()
		return false, err
	}
	return copier.Reveals(filepath.Base(filepath.Clean(s.Dir))), nil
}

// learn gives the whole case to the copy once.
func (c *Case) learn(copier *share.Copy) error {
	if _, err := c.copied(copier); err != nil {
		return err
	}
	if err := c.Findings(func(line []byte) error { _, err := copier.Finding(line); return err }); err != nil {
		return err
	}
	return copier.Ready()
}

// copiedCase is what the copy's files are made from.
type copiedCase struct {
	verdict, weighing, items []byte
}

func (c *Case) copied(copier *share.Copy) (*copiedCase, error) {
	items, err := json.Marshal(c.Manifest.Items)
	if err != nil {
		return nil, fmt.Errorf("encode items: %w", err)
	}
	out := &copiedCase{}
	for _, part := range []struct {
		to   *[]byte
		with func([]byte) ([]byte, error)
		data []byte
	}{{&out.verdict, copier.Verdict, c.verdict}, {&out.weighing, copier.Weighing, c.weighing}, {&out.items, copier.Items, items}} {
		if *part.to, err = part.with(part.data); err != nil {
			return nil, fmt.Errorf("copy case: %w", err)
		}
	}
	return out, nil
}

// copyTo writes the copy: its findings, then what is said of them.
func (c *Case) copyTo(work *casefile.Case, copier *share.Copy, s Sharing) error {
	parts, err := c.copied(copier)
	if err != nil {
		return err
	}
	told := &Case{TLP: c.TLP, verdict: parts.verdict, weighing: parts.weighing, Finished: &casefile.Finished{Manifest: casefile.Manifest{
		Schema: c.Manifest.Schema, Shared: true, TLP: c.TLP, Version: c.Manifest.Version, Rules: c.Manifest.Rules,
		RuleHash: c.Manifest.RuleHash, Options: map[string]string{"lang": s.Language, "tlp": c.TLP}}}}
	if err := told.decode(); err != nil {
		return err
	}
	if err := json.Unmarshal(parts.items, &told.Manifest.Items); err != nil {
		return fmt.Errorf("read items: %w", err)
	}
	hideSmall(told.Manifest.Items, told.Verdict)
	err = c.Findings(func(line []byte) error {
		line, err := copier.Finding(line)
		if err != nil {
			return err
		}
		var f finding.Finding
		if err := json.Unmarshal(line, &f); err != nil {
			return fmt.Errorf("read finding: %w", err)
		}
		f.TLP = c.TLP
		if t, err := time.Parse(time.RFC3339, f.Time); err == nil {
			f.At = event.TimeOf(t, 9, event.FromRecord)
		}
		return work.Keep(&f)
	})
	if err != nil {
		return err
	}
	work.Findings(func(host string, _ event.ItemID) string { return host })
	english, err := message.Load(message.English)
	if err != nil {
		return err
	}
	told.Verdict = told.Verdict.In(english)
	var report strings.Builder
	if err := told.HTML(&report, s.Messages); err != nil {
		return err
	}
	return work.Finish(casefile.Derived{
		Verdict: assess.MarkedVerdict{Verdict: told.Verdict, TLP: c.TLP}, Weighing: assess.MarkedWeighing{Weighing: told.Weighing, TLP: c.TLP}, Report: []byte(report.String()), Manifest: told.Manifest,
		Readme: assess.MarkedText(c.TLP, s.Messages.Say("share.shared-readme", "copy", message.New("share.copy"))),
		Run:    map[string]any{"schema": "spoor.run/1", "shared": true, "version": s.Version},
	})
}

// minHashed is the least size of an item whose hash stands in the copy: who
// guesses the content of a smaller one could prove the guess by its hash.
const minHashed = 4 << 10

// hideSmall leaves out the hashes of small items that no page of the verdict
// has.
func hideSmall(items []casefile.Item, v *storyline.Verdict) {
	shells := map[string]bool{}
	for _, h := range v.Hosts {
		for _, s := range h.Webshells {
			shells[s.SHA256] = true
		}
	}
	for i := range items {
		if items[i].Bytes < minHashed && !shells[items[i].SHA256] {
			items[i].SHA256 = ""
		}
	}
}

// writeList writes the owner's list as CSV.
func writeList(w io.Writer, list []share.Line) error {
	out := csv.NewWriter(w)
	out.Write([]string{"what", "kind", "value", "stands as", "times"})
	for _, l := range list {
		out.Write([]string{l.What, l.Kind, safetext.CSV(l.Value), safetext.CSV(l.As), strconv.Itoa(l.Times)})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}
