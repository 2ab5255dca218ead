// Command fit makes what the hypotheses rest on from a split of held-out
// reports: internal/hypothesis/parameters.go or, with -measure,
// internal/hypothesis/measured.json. With -rest it prints the reports of the
// knowledge that the split leaves out, as a split.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

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
	args, job := os.Args[1:], ""
	if len(args) == 2 {
		job, args = args[0], args[1:]
	}
	if len(args) != 1 || !slices.Contains([]string{"", "-measure", "-rest"}, job) {
		return fmt.Errorf("usage: fit [-measure|-rest] SPLIT.json")
	}
	f, err := os.Open(args[0])
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
	if job == "-rest" {
		return json.NewEncoder(os.Stdout).Encode(hypothesis.Rest(corpus, split))
	}
	if job == "-measure" {
		m, err := hypothesis.Measure(corpus, split)
		if err != nil {
			return err
		}
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(m)
	}
	fmt.Print("package hypothesis\n\n" +
		"// Made by \"go run ./internal/hypothesis/fit SPLIT.json\". By kind of evidence\n" +
		"// (without, with software) and by the part of the groups that was left out;\n" +
		"// the last set is fitted on all and used on cases.\n\n")
	var fits []hypothesis.Fitted
	for _, software := range []bool{false, true} {
		fits = append(fits, hypothesis.Fit(corpus, split, software))
	}
	fmt.Print("// fitted are the parameters of the method that answers.\nvar fitted = [2][folds + 1]parameters{\n")
	for _, f := range fits {
		fmt.Print("\t{\n")
		for i, p := range f.Weighed {
			fmt.Printf("\t\t{weights{%s}, naming{%s}, %.2f}, // %s\n", numbers(p.Weights[:]), numbers(p.Naming[:]), p.From, strings.Join(f.Chosen[i], ", "))
		}
		fmt.Print("\t},\n")
	}
	fmt.Print("}\n\n// blended are the weights of Blend.\nvar blended = [2][folds + 1]weights{\n")
	for _, f := range fits {
		fmt.Print("\t{\n")
		for _, w := range f.Blend {
			fmt.Printf("\t\t{%s},\n", numbers(w[:]))
		}
		fmt.Print("\t},\n")
	}
	fmt.Print("}\n")
	return nil
}

func numbers(list []float64) string {
	var out []string
	for _, x := range list {
		out = append(out, fmt.Sprintf("%.4f", x))
	}
	return strings.Join(out, ", ")
}
