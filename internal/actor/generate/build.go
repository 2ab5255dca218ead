// Package generate builds a knowledge file for package actor from the files
// that the sources publish: an ATT&CK STIX bundle and MISP galaxy clusters,
// with spoor's hand-written corrections on top.
//
// Only facts are taken: ids, names, relations, dates, addresses. A source's
// sentences are read to find vulnerabilities, group ids and dates in them and
// are never stored. The same files give the same bytes, in whatever order the
// sources list their entries.
//
// Inputs may come from anywhere, so their size is bounded and a malformed one
// gives an error. What is understood but cannot be used (an edge to an unknown
// entry) is counted in Tally, not dropped in silence.
package generate

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spoor/internal/actor"
)

// maxInput bounds one source file after decompression; ATT&CK Enterprise 18.1
// has 48 MB.
const maxInput = 512 << 20

// Input is one source file.
type Input struct {
	Name string // its file name, from which a version may be read
	Data []byte // decompressed
	Sum  string // SHA-256 of the file as stored, in hex
}

// Tally counts what was read and what could not be used.
type Tally struct {
	Skipped map[string]int // reason -> count
}

func (t *Tally) skip(reason string) { t.Skipped[reason]++ }

// ReadFile reads a source file, decompressing gzip.
func ReadFile(path string) (Input, error) {
	f, err := os.Open(path)
	if err != nil {
		return Input{}, fmt.Errorf("open source: %w", err)
	}
	defer f.Close()
	raw, err := readAll(f)
	if err != nil {
		return Input{}, fmt.Errorf("read source %s: %w", path, err)
	}
	sum := sha256.Sum256(raw)
	in := Input{Name: filepath.Base(path), Data: raw, Sum: hex.EncodeToString(sum[:])}
	if bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return Input{}, fmt.Errorf("decompress source %s: %w", path, err)
		}
		if in.Data, err = readAll(z); err != nil {
			return Input{}, fmt.Errorf("decompress source %s: %w", path, err)
		}
	}
	return in, nil
}

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err == nil && len(data) > maxInput {
		err = fmt.Errorf("more than %d bytes", maxInput)
	}
	return data, err
}

// builder collects rows; reports are registered once per address.
type builder struct {
	k       *actor.Knowledge
	tally   *Tally
	reports map[string]int32 // Address, or "name:" and the citation's name
	best    []dated          // per report, the best date seen
	uuids   map[string]string
	uses    map[[2]string][]int32
}

// Build makes the knowledge from an ATT&CK bundle, MISP galaxy clusters and
// the corrections (YAML).
func Build(attack Input, galaxies []Input, corrections []byte) (*actor.Knowledge, *Tally, error) {
	b := &builder{k: &actor.Knowledge{}, tally: &Tally{Skipped: map[string]int{}},
		reports: map[string]int32{}, uuids: map[string]string{}, uses: map[[2]string][]int32{}}
	if err := b.attack(attack); err != nil {
		return nil, nil, fmt.Errorf("read ATT&CK: %w", err)
	}
	clusters := make([]galaxy, len(galaxies))
	for i, in := range galaxies {
		var err error
		if clusters[i], err = readGalaxy(in); err != nil {
			return nil, nil, fmt.Errorf("read galaxy %s: %w", in.Name, err)
		}
	}
	slices.SortStableFunc(clusters, func(x, y galaxy) int { return strings.Compare(x.source, y.source) })
	for i := range clusters {
		if i > 0 && clusters[i].source == clusters[i-1].source {
			return nil, nil, fmt.Errorf("read galaxies: two files for %q", clusters[i].source)
		}
		if err := b.galaxyActors(&clusters[i]); err != nil {
			return nil, nil, err
		}
	}
	for i := range clusters {
		b.galaxyTies(&clusters[i])
	}
	b.firstSeen()
	if err := b.corrections(corrections); err != nil {
		return nil, nil, fmt.Errorf("apply corrections: %w", err)
	}
	b.finish()
	return b.k, b.tally, nil
}

// firstSeen dates the names by the earliest report that the sources cite for
// them; the pages that corrections rest on come later and do not count.
func (b *builder) firstSeen() {
	for i := range b.k.Aliases {
		a := &b.k.Aliases[i]
		for _, r := range a.Reports {
			if d := b.best[r].date; d != 0 && (a.FirstSeen == 0 || d < a.FirstSeen) {
				a.FirstSeen = d
			}
		}
	}
}

// finish orders every table and renumbers the reports, so that the order
// of the sources' entries leaves no trace.
func (b *builder) finish() {
	k := b.k
	for key, refs := range b.uses {
		k.Uses = append(k.Uses, actor.Use{From: key[0], To: key[1], Reports: refs})
	}
	order := make([]int32, len(k.Reports))
	for i := range order {
		order[i] = int32(i)
		k.Reports[i].Date, k.Reports[i].DateFrom = b.best[i].date, b.best[i].from
		slices.Sort(k.Reports[i].Names)
		all := append([]string{k.Reports[i].URL}, k.Reports[i].OtherURLs...)
		slices.Sort(all)
		k.Reports[i].URL, k.Reports[i].OtherURLs = all[0], all[1:]
	}
	slices.SortFunc(order, func(x, y int32) int {
		p, q := &k.Reports[x], &k.Reports[y]
		return compareAll(strings.Compare(actor.Address(p.URL), actor.Address(q.URL)), strings.Compare(strings.Join(p.Names, "\n"), strings.Join(q.Names, "\n")))
	})
	rank := make([]int32, len(order))
	sorted := make([]actor.Report, len(order))
	for to, from := range order {
		rank[from], sorted[to] = int32(to), k.Reports[from]
	}
	k.Reports = sorted
	renumber := func(refs []int32) []int32 {
		for i := range refs {
			refs[i] = rank[refs[i]]
		}
		slices.Sort(refs)
		return slices.Compact(refs)
	}
	for i := range k.Actors {
		k.Actors[i].Reports = renumber(k.Actors[i].Reports)
	}
	for i := range k.Campaigns {
		k.Campaigns[i].Reports = renumber(k.Campaigns[i].Reports)
	}
	for i := range k.Uses {
		k.Uses[i].Reports = renumber(k.Uses[i].Reports)
	}
	for i := range k.Aliases {
		a := &k.Aliases[i]
		a.Reports = renumber(a.Reports)
	}
	for i := range k.Exploits {
		k.Exploits[i].Reports = renumber(k.Exploits[i].Reports)
	}
	for i := range k.Ties {
		k.Ties[i].Reports = renumber(k.Ties[i].Reports)
	}
	b.sortRows()
}

func (b *builder) sortRows() {
	k := b.k
	byText(k.Techniques, func(t actor.Technique) string { return t.ID })
	byText(k.Software, func(s actor.Software) string { return s.ID })
	byText(k.Actors, func(a actor.Actor) string { return a.ID })
	byText(k.Campaigns, func(c actor.Campaign) string { return c.ID })
	byText(k.Uses, func(u actor.Use) string { return u.From + "\x00" + u.To })
	byText(k.Aliases, func(a actor.Alias) string {
		return a.Actor + "\x00" + actor.Key(a.Name) + "\x00" + a.Name + "\x00" + a.Source + "\x00" + a.Namer + "\x00" + string(a.Relation)
	})
	byText(k.Exploits, func(e actor.Exploit) string { return e.Who + "\x00" + e.CVE + "\x00" + e.Source + "\x00" + e.Via })
	byText(k.Ties, func(t actor.Tie) string {
		return t.From + "\x00" + t.To + "\x00" + t.Relation + "\x00" + t.Source + "\x00" + t.Statement
	})
	byText(k.Parties, func(p actor.Party) string { return p.ID })
	byText(k.Facts, func(f actor.Fact) string { return f.Actor + "\x00" + f.Field + "\x00" + f.Value })
	k.Ties = slices.CompactFunc(k.Ties, func(x, y actor.Tie) bool {
		return x.From == y.From && x.To == y.To && x.Relation == y.Relation && x.Source == y.Source && x.Statement == y.Statement
	})
}

func byText[T any](rows []T, text func(T) string) {
	slices.SortStableFunc(rows, func(x, y T) int { return strings.Compare(text(x), text(y)) })
}

func compareAll(results ...int) int {
	for _, r := range results {
		if r != 0 {
			return r
		}
	}
	return 0
}
