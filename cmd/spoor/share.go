package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"spoor/internal/assess"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/event"
	"spoor/internal/casefile"
	"spoor/internal/finding"
	"spoor/internal/message"
	"spoor/internal/safetext"
	"spoor/internal/share"
	"spoor/internal/storyline"
)

// shareFlags are the options of the copy that may leave the house.
type shareFlags struct {
	share bool
	key   string
	list  string
	hide  []string
}

func (s *shareFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&s.share, "share", false, "write a copy of the case to the folder -o, with pseudonyms for people, mailboxes, subjects, accounts and internal names and addresses")
	f.StringVar(&s.key, "key", "", "file with the key of the pseudonyms, made on first use; the default is share.key in CASE")
	f.StringVar(&s.list, "list", "", "file for the list of what was replaced and kept; the default is share-NAME.csv in CASE")
	f.StringArrayVar(&s.hide, "hide", nil, "a further word, name or address to replace; repeat it for several")
}

// check refuses options that only a copy has, or cannot have.
func (s *shareFlags) check(cmd *cobra.Command, out string) error {
	for _, name := range []string{"key", "list", "hide"} {
		if !s.share && cmd.Flags().Changed(name) {
			return wrongUse("--key, --list and --hide belong to --share", "read --%s: it stands without --share", name)
		}
	}
	if s.share && cmd.Flags().Changed("format") {
		return wrongUse("the copy is a whole case; write its report in other forms with spoor report COPY", "read --format: it has no meaning beside --share")
	}
	if s.share && out == "" {
		return wrongUse("name the folder for the copy with -o", "--share needs a folder")
	}
	return nil
}

// shareCase writes the copy, then the list of what was replaced.
func (r *reportFlags) shareCase(cmd *cobra.Command, c *toldCase) error {
	if c.Manifest.Shared {
		return wrongUse("share the case that it was made from", "the case is a copy with pseudonyms already")
	}
	if err := r.sharing.places(c.Dir(), r.out); err != nil {
		return err
	}
	key, err := share.OpenKey(r.sharing.key)
	if err != nil {
		return &exitError{code: exitFailed, cause: err, hint: "name a key that spoor made, or a new file, with --key"}
	}
	copier, err := share.New(key, r.sharing.hide)
	if err != nil {
		return wrongUse("give --hide a name, a word or an address", "%w", err)
	}
	if err := r.learn(copier, c); err != nil {
		return caseChanged(err)
	}
	work, err := casefile.Create(r.out, false)
	switch {
	case errors.Is(err, casefile.ErrOtherCase), errors.Is(err, casefile.ErrNotEmpty):
		return wrongUse("choose a new or an empty folder with -o", "%w", err)
	case err != nil:
		return assess.CaseError(err)
	}
	err = r.write(copier, c, work)
	if err == nil {
		err = writeNew(r.sharing.list, func(w io.Writer) error { return writeList(w, copier.List()) })
	}
	if err != nil {
		work.Abandon()
		return caseChanged(err)
	}
	words := r.language.messages
	if copier.Reveals(filepath.Base(filepath.Clean(r.out))) {
		fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(words.Say("share.folder-name", "dir", r.out)))
	}
	for _, line := range []string{words.Say("share.done", "dir", r.out), words.Say("share.list", "list", r.sharing.list, "key", r.sharing.key), words.Say("share.again")} {
		fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(line))
	}
	return nil
}

// places chooses where the key and the list go, and refuses places where they
// would be given away with the copy.
func (s *shareFlags) places(dir, out string) error {
	if s.key == "" {
		s.key = filepath.Join(dir, "share.key")
	}
	if s.list == "" {
		s.list = filepath.Join(dir, "share-"+safetext.FileName(filepath.Base(filepath.Clean(out)))+".csv")
	}
	for name, path := range map[string]string{"the key": s.key, "the list": s.list, "the case": dir} {
		if inside(path, out) {
			return wrongUse("keep the key and the list outside the folder that is given away", "%s %s lies inside the copy %s", name, path, out)
		}
	}
	if inside(out, dir) {
		return wrongUse("choose a folder outside the case with -o", "the copy %s lies inside the case %s", out, dir)
	}
	if _, err := os.Lstat(s.list); err == nil {
		return wrongUse("name another list with --list, or remove the old one", "there is a list %s already", s.list)
	}
	return nil
}

// inside reports a path that is a folder or lies in it, links followed as far
// as the paths exist.
func inside(path, folder string) bool {
	rel, err := filepath.Rel(real(folder), real(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// real is a path without links; what does not exist yet stays as it is.
func real(path string) string {
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

// learn gives the whole case to the copy once.
func (r *reportFlags) learn(copier *share.Copy, c *toldCase) error {
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

func (c *toldCase) copied(copier *share.Copy) (*copiedCase, error) {
	items, err := json.Marshal(c.Manifest.Items)
	if err != nil {
		return nil, fmt.Errorf("encode items: %w", err)
	}
	out := &copiedCase{}
	for _, part := range []struct {
		to   *[]byte
		with func([]byte) ([]byte, error)
		data []byte
	}{{&out.verdict, copier.Verdict, c.raw["verdict.json"]}, {&out.weighing, copier.Weighing, c.raw["hypotheses.json"]}, {&out.items, copier.Items, items}} {
		if *part.to, err = part.with(part.data); err != nil {
			return nil, fmt.Errorf("copy case: %w", err)
		}
	}
	return out, nil
}

// write writes the copy: its findings, then what is told of them.
func (r *reportFlags) write(copier *share.Copy, c *toldCase, work *casefile.Case) error {
	parts, err := c.copied(copier)
	if err != nil {
		return err
	}
	told := &toldCase{Finished: &casefile.Finished{Manifest: casefile.Manifest{Schema: c.Manifest.Schema, Shared: true, TLP: c.tlp, Version: c.Manifest.Version, Rules: c.Manifest.Rules,
		RuleHash: c.Manifest.RuleHash, Options: map[string]string{"lang": r.language.code, "tlp": c.tlp}}}, tlp: c.tlp}
	if err := told.decode(parts.verdict, parts.weighing); err != nil {
		return err
	}
	if err := json.Unmarshal(parts.items, &told.Manifest.Items); err != nil {
		return fmt.Errorf("read items: %w", err)
	}
	hideSmall(told.Manifest.Items, told.verdict)
	err = c.Findings(func(line []byte) error {
		line, err := copier.Finding(line)
		if err != nil {
			return err
		}
		var f finding.Finding
		if err := json.Unmarshal(line, &f); err != nil {
			return fmt.Errorf("read finding: %w", err)
		}
		f.TLP = c.tlp
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
	told.verdict = told.verdict.In(english)
	var report strings.Builder
	if err := r.html(&report, told); err != nil {
		return err
	}
	words := r.language.messages
	return work.Finish(casefile.Derived{
		Verdict: assess.MarkedVerdict{Verdict: told.verdict, TLP: c.tlp}, Weighing: assess.MarkedWeighing{Weighing: told.weighing, TLP: c.tlp}, Report: []byte(report.String()), Manifest: told.Manifest,
		Readme: assess.MarkedText(c.tlp, words.Say("share.shared-readme", "copy", message.New("share.copy"))),
		Run:    map[string]any{"schema": "spoor.run/1", "shared": true, "version": thisBuild().version},
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
