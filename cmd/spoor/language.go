package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/message"
)

// languageFlag is --lang: the language of sentences for people. Machine
// output, options, error messages and what logs say never change with it. The
// environment does not choose: the same evidence and options give the same
// report wherever it is written.
type languageFlag struct {
	code     string
	messages *message.Catalogue
}

func (l *languageFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.code, "lang", message.English, "language of page one and the report: "+strings.Join(message.Languages(), ", "))
}

// load reads the message file. Where --lang is not given and the system
// speaks another language that there is, stderr says so in that language.
func (l *languageFlag) load(cmd *cobra.Command) error {
	if l.messages != nil {
		return nil
	}
	if !slices.Contains(message.Languages(), l.code) {
		return wrongUse("there are "+strings.Join(message.Languages(), " and "), "read --lang: unknown language %q", l.code)
	}
	var err error
	if l.messages, err = message.Load(l.code); err != nil {
		return fmt.Errorf("read --lang: %w", err)
	}
	if f := cmd.Flags().Lookup("lang"); f != nil && f.Changed {
		return nil
	}
	if system := systemLanguage(); system != l.code && slices.Contains(message.Languages(), system) {
		other, err := message.Load(system)
		if err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		fmt.Fprintln(cmd.ErrOrStderr(), other.Say("run.other-language"))
	}
	return nil
}

// systemLanguage is the language that the environment states, "" for none:
// "de" of LC_ALL=de_DE.UTF-8, as POSIX orders the variables.
func systemLanguage() string {
	for _, name := range [...]string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			code, _, _ := strings.Cut(v, "_")
			return strings.ToLower(code)
		}
	}
	return ""
}
