// Command pack writes the facts about Exchange into the lists of rules that ask
// for them, then rules/builtin.zip from the rule files, and with the
// word "indicators" rules/indicators.zip from the lists of indicators.
package main

import (
	"bytes"
	"log"
	"os"

	"spoor/rules"
)

func main() {
	pack, name := rules.Pack, "builtin.zip"
	if len(os.Args) > 1 && os.Args[1] == "indicators" {
		pack, name = rules.PackIndicators, "indicators.zip"
	}
	if err := fillAll("."); err != nil {
		log.Fatal(err)
	}
	var buf bytes.Buffer
	if err := pack(&buf, os.DirFS(".")); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(name, buf.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
