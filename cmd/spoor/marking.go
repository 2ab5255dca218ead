package main

import (
	"github.com/spf13/cobra"

	"spoor/internal/share"
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
