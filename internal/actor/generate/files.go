package generate

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"

	"spoor/internal/actor"
)

// Paths names the source files of one build.
type Paths struct {
	Attack   string   // ATT&CK Enterprise, STIX 2 bundle, JSON or gzip
	Galaxies []string // MISP galaxy cluster files, JSON or gzip
}

// BuiltinInputs are the files that the built-in knowledge is made from.
func BuiltinInputs(folder string) Paths {
	p := Paths{Attack: filepath.Join(folder, "enterprise-attack-18.1.json.gz")}
	for _, name := range []string{"threat-actor.json", "microsoft-activity-group.json", "360net.json"} {
		p.Galaxies = append(p.Galaxies, filepath.Join(folder, name))
	}
	return p
}

// Files reads the sources and returns a knowledge file.
func Files(paths Paths, corrections []byte) ([]byte, *Tally, error) {
	attack, err := ReadFile(paths.Attack)
	if err != nil {
		return nil, nil, err
	}
	var galaxies []Input
	for _, path := range paths.Galaxies {
		in, err := ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		galaxies = append(galaxies, in)
	}
	k, tally, err := Build(attack, galaxies, corrections)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	if err := actor.Encode(&out, k); err != nil {
		return nil, nil, err
	}
	return out.Bytes(), tally, nil
}

// Lines returns the counts of what could not be used, by reason.
func (t *Tally) Lines() []string {
	var out []string
	for reason, n := range t.Skipped {
		out = append(out, fmt.Sprintf("%d × %s", n, reason))
	}
	slices.Sort(out)
	return out
}
