// Command pack writes rules/builtin.zip from the rule files.
package main

import (
	"bytes"
	"log"
	"os"

	"spoor/rules"
)

func main() {
	var buf bytes.Buffer
	if err := rules.Pack(&buf, os.DirFS(".")); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("builtin.zip", buf.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
