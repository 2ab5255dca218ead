package main

import (
	"github.com/spf13/cobra"

	"spoor/internal/hypothesis"
	"spoor/internal/share"
	"spoor/internal/storyline"
)

// registerLevel adds --tlp to a verb.
func registerLevel(cmd *cobra.Command, level *string) {
	cmd.Flags().StringVar(level, "tlp", "", "mark every output with this Traffic Light Protocol level: red, amber+strict, amber, green, clear")
}

// readLevel reads --tlp.
func readLevel(s string) (share.Level, error) {
	l, err := share.ParseLevel(s)
	if err != nil {
		return "", wrongUse("the levels are red, amber+strict, amber, green and clear (TLP 2.0)", "read --tlp: %w", err)
	}
	return l, nil
}

// markedVerdict is verdict.json with its marking.
type markedVerdict struct {
	*storyline.Verdict
	TLP string `json:"tlp,omitempty"`
}

// markedWeighing is hypotheses.json with its marking.
type markedWeighing struct {
	*hypothesis.Weighing
	TLP string `json:"tlp,omitempty"`
}

// markedText is a text with its marking above and below.
func markedText(tlp, text string) string {
	if tlp == "" {
		return text
	}
	return share.Level(tlp).String() + "\n\n" + text + "\n" + share.Level(tlp).String() + "\n"
}
