// Command mutate measures tests: it changes one operator, constant, condition
// or statement of a package at a time and runs the package's own tests on the
// change. A change that no test notices is a clause that nobody holds to.
//
//	go run ./bench/mutate -n 12 ./internal/coverage ./internal/pageuse
//
// The tree is never touched: the changed file lies in a temporary folder and
// stands in through an overlay of the go command. A seed gives the same changes
// as long as the changed lines stay as they are. Changes that do not build are
// left out and others taken for them; a test that does not end counts as one
// that noticed. The exit code is 1 where tests fail without any change.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

type options struct {
	seed    int64
	n       int
	limit   time.Duration
	short   bool
	all     bool
	files   string
	scratch string
}

func run() error {
	var o options
	flag.Int64Var(&o.seed, "seed", 20261201, "what the choice of changes is drawn from")
	flag.IntVar(&o.n, "n", 12, "changes of each package")
	flag.DurationVar(&o.limit, "limit", 2*time.Minute, "time that the tests of one change may take")
	flag.BoolVar(&o.short, "short", false, "run the short tests only")
	flag.StringVar(&o.files, "files", "*", "change only files whose name has this form")
	flag.BoolVar(&o.all, "killed", true, "print the changes that were noticed too")
	flag.Parse()
	var err error
	if o.scratch, err = os.MkdirTemp("", "mutate-"); err != nil {
		return fmt.Errorf("create scratch folder: %w", err)
	}
	defer os.RemoveAll(o.scratch)
	killed, made, table := 0, 0, ""
	for _, dir := range flag.Args() {
		k, m, err := o.measure(dir)
		if err != nil {
			return err
		}
		killed, made = killed+k, made+m
		table += fmt.Sprintf("%4d %8d  %s\n", k, m-k, dir)
	}
	fmt.Printf("\nkilled survived  package (seed %d)\n%s%4d %8d  together\n", o.seed, table, killed, made-killed)
	return nil
}

// measure makes the changes of one package.
func (o *options) measure(dir string) (killed, made int, err error) {
	pkg, err := build.ImportDir(dir, 0)
	if err != nil {
		return 0, 0, fmt.Errorf("find package: %w", err)
	}
	var list []change
	sources := map[string][]byte{}
	for _, name := range pkg.GoFiles {
		if ok, err := filepath.Match(o.files, name); err != nil {
			return 0, 0, fmt.Errorf("read -files: %w", err)
		} else if !ok {
			continue
		}
		src, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return 0, 0, fmt.Errorf("read source: %w", err)
		}
		sources[name] = src
		more, err := changes(name, src, o.seed)
		if err != nil {
			return 0, 0, err
		}
		list = append(list, more...)
	}
	slices.SortFunc(list, func(a, b change) int { return cmp.Compare(a.order, b.order) })
	if out, err := o.goCommand(dir, "", "test"); err != nil {
		return 0, 0, fmt.Errorf("test %s without a change: %w\n%s", dir, err, out)
	}
	for i := range list {
		if made == o.n {
			break
		}
		outcome, err := o.try(dir, &list[i], sources[list[i].file])
		if err != nil {
			return killed, made, err
		}
		if outcome == "" {
			continue
		}
		made++
		if outcome != "survived" {
			killed++
		}
		if c := &list[i]; o.all || outcome == "survived" {
			fmt.Printf("%-8s  %s:%d %s\n    - %s\n    + %s\n", outcome, filepath.ToSlash(filepath.Join(dir, c.file)), c.line, c.kind, c.before, c.after)
		}
	}
	return killed, made, nil
}

// try makes one change; "" is one that does not build.
func (o *options) try(dir string, c *change, src []byte) (string, error) {
	path, err := filepath.Abs(filepath.Join(dir, c.file))
	if err != nil {
		return "", fmt.Errorf("find source: %w", err)
	}
	changed, overlay := filepath.Join(o.scratch, c.file), filepath.Join(o.scratch, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		return "", fmt.Errorf("encode overlay: %w", err)
	}
	if err := cmp.Or(os.WriteFile(changed, c.apply(src), 0o600), os.WriteFile(overlay, text, 0o600)); err != nil {
		return "", fmt.Errorf("write change: %w", err)
	}
	if _, err := o.goCommand(dir, overlay, "build"); err != nil {
		return "", nil
	}
	_, err = o.goCommand(dir, overlay, "test")
	switch {
	case err == nil:
		return "survived", nil
	case errors.Is(err, context.DeadlineExceeded):
		return "killed (no end)", nil
	}
	return "killed", nil
}

// goCommand builds or tests a package, with the overlay where one is given.
func (o *options) goCommand(dir, overlay, verb string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), o.limit)
	defer cancel()
	args := []string{verb}
	if verb == "test" {
		args = append(args, "-count=1", "-vet=off", "-failfast", "-timeout="+o.limit.String())
	} else {
		args = append(args, "-o", os.DevNull)
	}
	if overlay != "" {
		args = append(args, "-overlay="+overlay)
	}
	if o.short && verb == "test" {
		args = append(args, "-short")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Dir, cmd.WaitDelay = dir, 5*time.Second
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	return out, err
}
