// Command fit estimates the parameters of the hypotheses from a split of
// held-out reports and prints internal/hypothesis/parameters.go.
package main

import (
	"fmt"
	"os"

	"spoor/internal/actor"
	"spoor/internal/hypothesis"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("one argument: the split file")
	}
	f, err := os.Open(os.Args[1])
	if err != nil {
		return fmt.Errorf("open split: %w", err)
	}
	defer f.Close()
	split, err := hypothesis.ReadSplit(f)
	if err != nil {
		return err
	}
	know, err := actor.Builtin()
	if err != nil {
		return err
	}
	corpus := hypothesis.NewCorpus(know)
	fmt.Print("package hypothesis\n\n" +
		"// fitted are the parameters by kind of evidence (without, with software) and\n" +
		"// by the part of the groups that was left out; the last set is fitted on all\n" +
		"// and used on cases. Made by \"go run ./internal/hypothesis/fit SPLIT.json\".\n" +
		"var fitted = [2][folds + 1]parameters{\n")
	for _, software := range []bool{false, true} {
		fmt.Print("\t{\n")
		for _, p := range hypothesis.Fit(corpus, split, software) {
			fmt.Printf("\t\t{weights{%.4f, %.4f, %.4f}, naming{", p.Weights.Techniques, p.Weights.Software, p.Weights.Reports)
			for i, x := range p.Naming {
				if i > 0 {
					fmt.Print(", ")
				}
				fmt.Printf("%.4f", x)
			}
			fmt.Print("}},\n")
		}
		fmt.Print("\t},\n")
	}
	fmt.Print("}\n")
	return nil
}
