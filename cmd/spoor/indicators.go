package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/internal/assess"
	"spoor/internal/indicator"
	"spoor/internal/rulebook"
	"spoor/internal/safetext"
	"spoor/internal/sigma"
)

// indicatorFlags are the options that choose indicators.
type indicatorFlags struct{ paths []string }

func (i *indicatorFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&i.paths, "indicators", nil, "file or folder with indicators: STIX 2.1, MISP, OpenIOC, CSV or a plain list (may be given more than once)")
}

// load reads the built-in indicators and those named on the command line.
func (i *indicatorFlags) load(builtin bool) (assess.Indicators, error) {
	return assess.LoadIndicators(i.paths, builtin)
}

// rules loads the rules that run beside the indicators. Indicators alone are
// enough to look for.
func (i *indicatorFlags) rules(r *ruleFlags) (rulebook.Book, error) {
	if r.NoBuiltin && len(r.Paths) == 0 && len(i.paths) > 0 {
		return rulebook.Book{Report: &sigma.Report{}}, nil
	}
	return rulebook.LoadSome(r.asked())
}

// indicatorsLoaded is the part of a summary on indicators.
func indicatorsLoaded(r *indicator.Report) string {
	text := fmt.Sprintf("%d indicators", r.Loaded)
	if r.Loaded == 1 {
		text = "1 indicator"
	}
	if r.Refused+r.Damaged > 0 {
		text += fmt.Sprintf(" (%d refused, %d damaged: spoor indicators check lists them)", r.Refused, r.Damaged)
	}
	return text
}

func newIndicatorsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "indicators", Short: "List and check indicators: what would be looked for, and what would not"}
	cmd.AddCommand(newIndicatorsListCommand(), newIndicatorsCheckCommand())
	return cmd
}

func newIndicatorsListCommand() *cobra.Command {
	var noBuiltin bool
	var format string
	cmd := &cobra.Command{
		Use:   "list [FILE|FOLDER]...",
		Short: "List the indicators that would be looked for, with their sources",
		Example: `  spoor indicators list
  spoor indicators list --no-builtin feed.json --format json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "table" && format != "json" {
				return wrongUse("--format takes table or json", "read --format: unknown format %q", format)
			}
			in := indicatorFlags{args}
			s, err := in.load(!noBuiltin)
			if err != nil {
				return err
			}
			if s.Set == nil {
				return nil
			}
			out := cmd.OutOrStdout()
			s.Set.All(func(i indicator.Indicator) {
				if err != nil {
					return
				}
				if format == "json" {
					var line []byte
					if line, err = json.Marshal(indicatorLine(i)); err == nil {
						_, err = fmt.Fprintf(out, "%s\n", line)
					}
					return
				}
				_, err = fmt.Fprintf(out, "%-10s %-6s %s  %s\n", i.Kind, i.Level, safetext.Terminal(allValues(i)), safetext.Terminal(saidBy(i)))
			})
			if err != nil {
				return fmt.Errorf("write indicators: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&noBuiltin, "no-builtin", false, "leave the built-in indicators out")
	cmd.Flags().StringVar(&format, "format", "table", "table or json (one object per line)")
	return cmd
}

// allValues writes a clause's parts together.
func allValues(i indicator.Indicator) string {
	v := i.Value
	for _, a := range i.Also {
		v += " and " + a.Value
	}
	if i.Port != 0 {
		v += fmt.Sprintf(" and port %d", i.Port)
	}
	return v
}

func saidBy(i indicator.Indicator) string {
	var parts []string
	for _, p := range [...]string{i.Context.Publisher, i.Context.Feed, strings.Join(i.Context.Actors, " "), i.Label} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return i.Context.File
	}
	return strings.Join(parts, "; ")
}

func indicatorLine(i indicator.Indicator) map[string]any {
	line := map[string]any{
		"kind": i.Kind.String(), "value": i.Value, "level": i.Level.String(), "label": i.Label, "publisher": i.Context.Publisher, "feed": i.Context.Feed,
		"link": i.Context.Link, "tlp": i.Context.TLP, "actors": noNil(i.Context.Actors), "software": noNil(i.Context.Software), "file": i.Context.File, "sightings": i.Sightings,
		"valid_from": moment(i.From), "valid_until": moment(i.Until), "first_use": moment(i.FirstUse), "last_use": moment(i.LastUse),
	}
	if len(i.Also) > 0 || i.Port != 0 {
		also := []string{}
		for _, a := range i.Also {
			also = append(also, a.Value)
		}
		line["also"], line["port"] = also, i.Port
	}
	return line
}

func noNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func newIndicatorsCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE|FOLDER...",
		Short: "Say of every file what it is, what can be looked for, and why not the rest",
		Long: `Load indicators and list every one that is refused, with its file, line, code and
reason, then the warnings, then each file's counts. Exit code 3 if any was refused
or could not be read.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			l := indicator.NewLoader()
			for _, p := range args {
				if err := l.LoadPath(p); err != nil {
					return wrongUse("name a file or a folder", "%w", err)
				}
			}
			_, r := l.Set()
			out := cmd.OutOrStdout()
			say := func(word string, list []indicator.Refusal) {
				for _, f := range list {
					where := safetext.Terminal(f.File)
					if f.Line > 0 {
						where += fmt.Sprintf(":%d", f.Line)
					}
					fmt.Fprintf(out, "%s: %s %s: %s: %s\n", where, word, f.Code, safetext.Terminal(f.Value), safetext.Terminal(f.Reason))
				}
			}
			say("refused", r.Refusals)
			say("warning", r.Warnings)
			for _, f := range r.Files {
				kind := f.Format
				if kind == "" {
					kind = "no format that is read"
				}
				fmt.Fprintf(out, "%s: %s: %d loaded, %d refused, %d damaged, %d not to be looked for\n", safetext.Terminal(f.File), kind, f.Loaded, f.Refused, f.Damaged, f.Left)
			}
			fmt.Fprintf(out, "%d indicators can be looked for, %d refused, %d damaged, %d warnings\n", r.Loaded, r.Refused, r.Damaged, r.Warned)
			if r.Refused+r.Damaged > 0 {
				return &exitError{code: exitPartly}
			}
			return nil
		},
	}
}
