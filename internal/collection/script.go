package collection

import (
	_ "embed" // the skeletons
	"fmt"
	"strings"
	"time"

	"spoor/internal/message"
)

// Shell is the language of a script.
type Shell string

// The shells. Cmd runs on every Windows since Server 2008, PowerShell on
// those with version 2 or later.
const (
	Cmd        Shell = "cmd"
	PowerShell Shell = "powershell"
)

//go:embed collect.cmd
var cmdSkeleton string

//go:embed collect.ps1
var powershellSkeleton string

// Options are what may be chosen when a script is written.
type Options struct {
	Shell    Shell
	Since    time.Time // logs last written before this day are left out; zero for none
	Messages *message.Catalogue
}

// writer fills one skeleton.
type writer struct {
	shell Shell
	words *message.Catalogue
	since string
}

// Script writes the script: ASCII, lines ended by CR LF.
func Script(o Options) ([]byte, error) {
	w := writer{shell: o.Shell, words: o.Messages}
	if !o.Since.IsZero() {
		w.since = o.Since.Format("20060102")
	}
	skeleton := powershellSkeleton
	if o.Shell == Cmd {
		skeleton = cmdSkeleton
	}
	sources, err := Sources()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for n, line := range strings.Split(strings.TrimSuffix(skeleton, "\n"), "\n") {
		if strings.TrimSpace(line) == "@@sources@@" {
			for _, s := range sources {
				b.WriteString(w.source(s))
			}
			continue
		}
		filled, err := w.fill(line)
		if err != nil {
			return nil, fmt.Errorf("write script: line %d: %w", n+1, err)
		}
		b.WriteString(filled + "\r\n")
	}
	return []byte(b.String()), nil
}

// fill replaces the marks of a line: @@since@@, and @@id name=value ...@@ for
// the sentence collect.script.id. A value is code of the shell, in which _
// stands for a blank.
func (w writer) fill(line string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(line, "@@")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		mark, after, closed := strings.Cut(rest, "@@")
		if !closed {
			return "", fmt.Errorf("the mark %q has no end", rest)
		}
		line = after
		if mark == "since" {
			b.WriteString(w.since)
			continue
		}
		id, args, _ := strings.Cut(mark, " ")
		said, err := w.say(id, strings.Fields(args))
		if err != nil {
			return "", err
		}
		b.WriteString(said)
	}
}

// say writes a sentence as text of the shell; its values stay code.
func (w writer) say(id string, args []string) (string, error) {
	if id = "collect.script." + id; !w.words.Has(id) {
		return "", fmt.Errorf("there is no sentence %s", id)
	}
	var values []any
	code := map[string]string{}
	for i, a := range args {
		name, value, ok := strings.Cut(a, "=")
		if !ok {
			return "", fmt.Errorf("%q is not NAME=VALUE", a)
		}
		held := fmt.Sprintf("\x01%d\x02", i)
		values, code[held] = append(values, name, held), strings.ReplaceAll(value, "_", " ")
	}
	text := w.quote(w.words.Say(id, values...))
	for held, value := range code {
		text = strings.ReplaceAll(text, held, value)
	}
	return text, nil
}

// quote makes a sentence harmless where the skeletons put it: behind echo in
// cmd, between double quotes in PowerShell.
func (w writer) quote(s string) string {
	var pairs []string
	if w.shell == Cmd {
		for _, c := range []string{"^", "&", "|", "<", ">", "(", ")"} {
			pairs = append(pairs, c, "^"+c)
		}
		pairs = append(pairs, "%", "%%", "!", "^^!")
	} else {
		for _, c := range []string{"`", "$", `"`} {
			pairs = append(pairs, c, "`"+c)
		}
	}
	return strings.NewReplacer(pairs...).Replace(ascii(s))
}

// ascii writes the letters of the languages that there are in ASCII: a
// console shows others by its code page, and a file loses them on the way.
func ascii(s string) string {
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss").Replace(s)
}

// source is the code that takes one source. Its texts are ours.
func (w writer) source(s Source) string {
	what := ascii(w.words.Say("collect.source." + s.ID + ".what"))
	dated := map[bool]string{true: "1"}[s.Dated]
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	if w.shell == PowerShell {
		list := func(texts []string) string { return "'" + strings.Join(texts, "','") + "'" }
		if s.From == FromEventLog {
			line("Plan-EventLogs '%s' @(%s)", what, list(s.Names))
			return b.String()
		}
		line("Plan '%s' '%s' @(%s) @(%s) %d %d", what, s.From, list(s.Paths), list(s.Names), len(dated), s.Max)
		return b.String()
	}
	line("set \"WHAT=%s\"", what)
	if s.From == FromEventLog {
		line("call :begin")
		for _, name := range s.Names {
			line("set \"LOG=%s\"& call :eventlog", name)
		}
		line("call :end")
		return b.String()
	}
	line("set \"NAMES=%s\"& set \"DATED=%s\"& set \"MAX=%s\"", strings.Join(s.Names, " "), dated, strings.TrimPrefix(fmt.Sprint(s.Max), "0"))
	line("call :begin")
	for _, p := range s.Paths {
		switch s.From {
		case FromExchange:
			line("if defined EX set \"SRC=%%EX%%%s\"& call :take", p)
		case FromWindows:
			line("set \"SRC=%%SystemRoot%%\\%s\"& call :take", p)
		case FromDrive:
			line("set \"SRC=%%SystemDrive%%\\%s\"& call :take", p)
		case FromLogs, FromServed:
			line("for /f \"tokens=1* delims==\" %%%%A in ('2^>nul set PLACE.%s.') do set \"SRC=%%%%B\"& call :take", s.From)
		}
	}
	line("call :end")
	return b.String()
}
