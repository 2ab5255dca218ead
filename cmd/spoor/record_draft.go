package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
	"spoor/internal/safetext"
	"spoor/internal/statement"
	"spoor/internal/statement/draft"
)

func newRecordDraftCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "draft FILE",
		Short: "Propose statements from a text, an HTML page or a PDF's text, for a person to confirm",
		Long: `Proposes statements, legal acts, actors, CVEs, techniques, victims, dates and
figures with the place of each in the text. Nothing proposed is a fact of the
record before a person has confirmed it: press texts get verbs wrong.`,
		Args: cobra.ExactArgs(1),
	}
	format := formatFlag(cmd, "table", "json", "yaml")
	date := cmd.Flags().String("date", "", "the day the text was published (default: a date in the file's name)")
	publisher := cmd.Flags().String("publisher", "", "who published it; for a primary text the issuer, who is then \"we\"")
	url := cmd.Flags().String("url", "", "the text's address, for --format yaml")
	primary := cmd.Flags().Bool("primary", false, "the text is the speaker's own publication")
	extracted := cmd.Flags().String("text", "", "write the text that was read, which the spans refer to, to this new file")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFormat(*format, "table", "json", "yaml"); err != nil {
			return err
		}
		f, err := os.Open(args[0])
		if err != nil {
			return wrongUse("give a text, HTML or PDF file", "open text: %v", err)
		}
		data, err := io.ReadAll(io.LimitReader(f, draft.MaxFileBytes+1))
		f.Close()
		if err != nil {
			return fmt.Errorf("read text: %w", err)
		}
		text, kind, err := draft.ExtractText(data)
		if err != nil {
			return &exitError{code: exitFailed, cause: err, hint: "for a PDF that cannot be read, give the output of pdftotext"}
		}
		day := *date
		if day == "" {
			day = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`).FindString(filepath.Base(args[0]))
		}
		if day != "" && statement.Date(day).First().IsZero() {
			return wrongUse("--date takes a day such as 2021-07-19", "read date %q", day)
		}
		d := draft.Propose(text, draft.Options{Date: statement.Date(day), Publisher: *publisher, URL: *url, Actor: knownActor()})
		if *extracted != "" {
			if err := writeTo(*extracted, nil, func(w io.Writer) error { _, err := io.WriteString(w, d.Text); return err }); err != nil {
				return err
			}
		}
		for _, n := range d.Notes {
			fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(n))
		}
		w := cmd.OutOrStdout()
		switch *format {
		case "json":
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			return enc.Encode(d)
		case "yaml":
			medium := "secondary"
			if *primary {
				medium = "primary"
			}
			return statement.WriteYAML(w, d.File(statement.Source{ID: "draft-source", URL: *url, Publisher: *publisher, Published: statement.Date(day), Medium: medium, Language: "en", Via: kind + " file"}))
		}
		printDraft(w, d)
		return nil
	}
	return cmd
}

// knownActor recognises the names of the built-in knowledge; names that are
// ordinary words are left to the forms the drafter knows. Without the
// knowledge only those forms are recognised.
func knownActor() func(string) bool {
	k, err := actor.Builtin()
	if err != nil {
		return nil
	}
	return func(name string) bool {
		return !actor.OrdinaryWord(name) && len(k.Resolve(name).Matches) > 0
	}
}

func printDraft(w io.Writer, d draft.Draft) {
	fmt.Fprintf(w, "%d proposals, to be confirmed by a person\n", len(d.Statements))
	for _, p := range d.Statements {
		how := "no wording in this source"
		switch {
		case p.Legal != nil:
			how = p.Legal.Kind + ", " + p.Legal.Status
			if p.Legal.Status == "charged" {
				how += ", not convicted"
			}
		case p.Strength != nil:
			how = fmt.Sprintf("strength %d, %s", *p.Strength, statement.StrengthName(*p.Strength))
		}
		about := p.Target.Name
		if about == "" {
			about = "nobody"
		}
		fmt.Fprintf(w, "\n%s  [%s]  %s  (%s)\n", safetext.Terminal(p.Speaker.Name), p.Date, safetext.Terminal(p.Verb), p.ID)
		fmt.Fprintf(w, "  about %s (%s); %s\n", safetext.Terminal(about), p.Target.Level, how)
		fmt.Fprintf(w, "  %d-%d “%s”\n", p.Span[0], p.Span[1], safetext.Terminal(strings.Join(strings.Fields(p.Quote), " ")))
		extra := func(name, value string) {
			if value != "" && value != "none-stated" {
				fmt.Fprintf(w, "  %s: %s\n", name, safetext.Terminal(value))
			}
		}
		extra("incident", p.Incident)
		extra("groups", strings.Join(p.Groups, ", "))
		extra("consequence", p.Consequence)
		extra("condemnation", p.Condemnation)
		extra("responsibility", p.Responsibility)
		if p.Confidence != nil {
			extra("confidence", p.Confidence.Phrase)
		}
		for _, v := range p.Victims {
			extra("victims", v.Phrase+" ("+v.Unit+")")
		}
		extra("avoided", strings.Join(p.Negated, "; "))
		extra("contradicts", strings.Join(p.Contradicts, ", "))
	}
	found := func(name string, list []draft.Found) {
		if len(list) == 0 {
			return
		}
		fmt.Fprintf(w, "\n%s\n", name)
		for _, f := range list {
			value := ""
			if f.Value != "" && f.Value != f.Text {
				value = " = " + f.Value
			}
			fmt.Fprintf(w, "  %d-%d %s%s\n", f.Start, f.End, safetext.TerminalCut(f.Text, 80), safetext.Terminal(value))
		}
	}
	found("actors", d.Actors)
	found("CVEs", d.CVEs)
	found("techniques", d.Techniques)
	found("victims", d.Victims)
	found("dates", d.Dates)
	found("figures", d.Figures)
	found("left alone", d.Furniture)
}
