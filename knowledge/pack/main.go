// Command pack regenerates knowledge.bin from the sources' files and
// corrections.yaml; "go generate ./knowledge" runs it in the folder
// knowledge. The files are taken from the folder knowledge below SPOOR_DATA,
// else below ../../shared/data.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"spoor/internal/actor"
	"spoor/internal/actor/generate"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run() error {
	root := os.Getenv("SPOOR_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	corrections, err := os.ReadFile("corrections.yaml")
	if err != nil {
		return err
	}
	data, tally, err := generate.Files(generate.BuiltinInputs(filepath.Join(root, "knowledge")), corrections)
	if err != nil {
		return err
	}
	for _, line := range tally.Lines() {
		fmt.Println("skipped:", line)
	}
	k, err := actor.Decode(data)
	if err != nil {
		return err
	}
	fmt.Printf("%d bytes: %d reports, %d actors, %d aliases, %d uses, %d exploits, %d ties\n",
		len(data), len(k.Reports), len(k.Actors), len(k.Aliases), len(k.Uses), len(k.Exploits), len(k.Ties))
	if old, err := os.ReadFile("knowledge.bin"); err == nil && bytes.Equal(old, data) {
		return nil
	}
	return os.WriteFile("knowledge.bin", data, 0o644)
}
