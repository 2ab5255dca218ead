package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
	"spoor/internal/expression"
	"spoor/internal/statement"
	"spoor/rules"
)

// released is the version that a release build states with -ldflags.
var released string

// untagged is the form of a version that Go makes up for a commit without one.
var untagged = expression.Lazily(`[-.]\d{14}-[0-9a-f]{12}|\+dirty$|^\(devel\)$`)

// build is what the program was built from.
type build struct {
	version  string // of the release, "dev" for any other commit
	commit   string // "" where the build did not record it
	at       string // time of the commit
	changed  bool   // the files differed from the commit
	compiler string
}

// thisBuild reads what the compiler recorded.
func thisBuild() build {
	b := build{version: released, compiler: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if ok && b.version == "" && !untagged().MatchString(info.Main.Version) {
		b.version = info.Main.Version
	}
	b.version = cmp.Or(b.version, "dev")
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			b.at = s.Value
		case "vcs.modified":
			b.changed = s.Value == "true"
		}
	}
	return b
}

// String tells builds apart, for caches that only the same program may read.
func (b build) String() string {
	return fmt.Sprint(b.version, " ", b.commit, " ", b.changed, " ", b.at, " ", b.compiler)
}

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which version this is, from which commit, and how old its rules and its knowledge are",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return writeVersion(cmd.OutOrStdout()) },
	}
}

func writeVersion(w io.Writer) error {
	b := thisBuild()
	commit := cmp.Or(b.commit, "not recorded")
	if b.at != "" {
		commit += ", " + b.at
	}
	if b.changed {
		commit += ", with changes"
	}
	builtin, err := rules.Builtin()
	if err != nil {
		return err
	}
	know, err := actor.Builtin()
	if err != nil {
		return err
	}
	said, err := statement.Builtin()
	if err != nil {
		return err
	}
	var sources []string
	for _, s := range know.Sources {
		sources = append(sources, s.Name+" "+s.Version)
	}
	var report actor.Date
	for _, r := range know.Reports {
		report = max(report, r.Date)
	}
	var statements statement.Date
	for _, s := range said.Statements {
		statements = max(statements, s.Date)
	}
	_, err = fmt.Fprintf(w, `spoor %s
commit     %s
built with %s for %s/%s
rules      %s, %d files
knowledge  newest report %s; %s
record     newest statement %s, %d statements
`, b.version, commit, b.compiler, runtime.GOOS, runtime.GOARCH, rules.Version, len(builtin),
		report, strings.Join(sources, "; "), statements, len(said.Statements))
	if err != nil {
		return fmt.Errorf("write version: %w", err)
	}
	return nil
}
