package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
	"spoor/internal/safetext"
)

// actorsFlags are shared by the verbs below "actors".
type actorsFlags struct {
	knowledge string
	format    string
}

func newActorsCommand() *cobra.Command {
	var flags actorsFlags
	cmd := &cobra.Command{
		Use:   "actors",
		Short: "Who the threat groups are: names and who coined them, what they use, who is said to stand behind them",
		Args:  cobra.NoArgs,
	}
	cmd.PersistentFlags().StringVar(&flags.knowledge, "knowledge", "", "use this knowledge file (from actors update) instead of the built-in one")
	cmd.PersistentFlags().StringVar(&flags.format, "format", "text", "output form: text or json")
	cmd.AddCommand(newActorsSearchCommand(&flags), newActorsShowCommand(&flags), newActorsCompareCommand(&flags),
		newActorsLintCommand(&flags), newActorsUpdateCommand(), newActorsEvaluateCommand())
	return cmd
}

// load opens the knowledge that the flags name.
func (f *actorsFlags) load() (*actor.Knowledge, error) {
	if f.format != "text" && f.format != "json" {
		return nil, wrongUse("the forms are text and json", "unknown form %q", f.format)
	}
	if f.knowledge != "" {
		return actor.Open(f.knowledge)
	}
	return actor.Builtin()
}

// oneActor finds the single entry that a word on the command line means: an
// id, else the ATT&CK entry of that name, else the only entry of that name.
func oneActor(k *actor.Knowledge, word string) (*actor.Actor, error) {
	answer := k.Resolve(word)
	if len(answer.Matches) == 0 {
		return nil, unknownActor(k, word)
	}
	if len(answer.Matches) == 1 {
		return answer.Matches[0].Actor, nil
	}
	for _, m := range answer.Matches {
		if strings.EqualFold(m.Actor.ID, word) {
			return m.Actor, nil
		}
	}
	var groups []*actor.Actor
	var ids []string
	for _, m := range answer.Matches {
		disputed := !slices.ContainsFunc(m.Edges, func(e actor.Alias) bool { return e.Relation != actor.Disputed && e.Relation != actor.Malware })
		if m.Actor.Source == actor.SourceAttack && !disputed {
			groups = append(groups, m.Actor)
		}
		ids = append(ids, fmt.Sprintf("%s (%s)", m.Actor.ID, m.Actor.Name))
	}
	if len(groups) == 1 {
		return groups[0], nil
	}
	return nil, wrongUse("give one of the ids: "+strings.Join(ids, ", "), "%q means several entries", word)
}

func unknownActor(k *actor.Knowledge, word string) error {
	hint := "spoor actors search NAME looks in every source"
	if near := k.Similar(word, 5); len(near) > 0 {
		hint = "names spelt nearly so, which may be other actors: " + strings.Join(near, ", ")
	}
	return &exitError{code: exitFailed, cause: fmt.Errorf("no actor is called %q in this knowledge", word), hint: hint}
}

// writeJSON writes one indented value. Runes that would act on a terminal
// are written as JSON's own escapes, so nothing is lost.
func writeJSON(w io.Writer, v any) error {
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	var b strings.Builder
	for _, r := range string(data) {
		if r >= 0x7f && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r)) {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('\n')
	_, err = io.WriteString(w, b.String())
	return err
}

// lines writes text for a terminal: everything from a knowledge file goes
// through safetext.
type lines struct {
	w io.Writer
	k *actor.Knowledge
}

func (l lines) put(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = safetext.Terminal(s)
		}
	}
	fmt.Fprintf(l.w, format+"\n", args...)
}

// edge tells one alias edge in words.
func (l lines) edge(a actor.Alias) string {
	var b strings.Builder
	b.WriteString(a.Name)
	switch {
	case a.Namer == "":
	case a.NamerFrom == "scheme":
		b.WriteString(", a name in the style of " + a.Namer)
	default:
		b.WriteString(", coined by " + a.Namer)
	}
	if a.Relation != actor.Same {
		b.WriteString(" [" + string(a.Relation) + "]")
	}
	if d := a.FirstSeen.String(); d != "" {
		b.WriteString(", first report " + d)
	}
	if a.Note != "" {
		b.WriteString(": " + a.Note)
	}
	return b.String()
}

func (l lines) tie(t actor.Tie) string {
	name := func(id string) string {
		if a := l.k.Actor(id); a != nil {
			return id + " " + a.Name
		}
		if c := l.k.Campaign(id); c != nil {
			return id + " " + c.Name
		}
		if p := l.k.Party(id); p != nil {
			return p.Name
		}
		return id
	}
	s := name(t.From) + " - " + t.Relation + " -> " + name(t.To)
	if t.Likelihood != "" {
		s += " (" + t.Likelihood + ")"
	}
	if t.Statement != "" {
		s += ": " + t.Statement
	} else {
		s += ", says " + sourceName(l.k, t.Source)
	}
	if d := t.Date.String(); d != "" {
		s += ", " + d
	}
	for _, r := range t.Reports {
		if t.Source == actor.SourceOwn {
			s += ", " + l.k.Reports[r].URL
		}
	}
	return s
}

func sourceName(k *actor.Knowledge, id string) string {
	for _, s := range k.Sources {
		if s.ID == id {
			return s.Name
		}
	}
	return id
}
