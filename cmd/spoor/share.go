package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spoor/internal/reissue"
	"spoor/internal/safetext"
	"spoor/internal/share"
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

// shareCase writes the copy and says where it, its list and its key are.
func (r *reportFlags) shareCase(cmd *cobra.Command, c *reissue.Case) error {
	words := r.language.messages
	s := reissue.Sharing{Dir: r.out, Key: r.sharing.key, List: r.sharing.list, Hide: r.sharing.hide, Messages: words, Language: r.language.code, Version: thisBuild().version}
	if err := s.Choose(c); err != nil {
		return err
	}
	key, err := share.OpenKey(s.Key)
	if err != nil {
		return &exitError{code: exitFailed, cause: err, hint: "name a key that spoor made, or a new file, with --key"}
	}
	reveals, err := c.Share(s, key)
	if err != nil {
		return err
	}
	said := []string{words.Say("share.done", "dir", s.Dir), words.Say("share.list", "list", s.List, "key", s.Key), words.Say("share.again")}
	if reveals {
		said = append([]string{words.Say("share.folder-name", "dir", s.Dir)}, said...)
	}
	for _, line := range said {
		fmt.Fprintln(cmd.ErrOrStderr(), safetext.Terminal(line))
	}
	return nil
}
