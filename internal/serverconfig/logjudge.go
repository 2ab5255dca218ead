package serverconfig

import (
	"slices"
	"strings"
)

// logging remarks what of the requests is not logged, and where the logs lie.
// These are facts about what can be seen; Fields["unseen"] is the sentence
// for the coverage, Fields["log_folder"] the place.
func (j *judge) logging() {
	for _, s := range j.c.Silenced {
		of := "any site"
		if s.Location != "" && s.Location != "." {
			of = s.Location
		} else if j.c.Kind == Web {
			of = "the folder of this file"
		}
		w := Review
		if s.Says != "requests are not logged" {
			w = Remark
		}
		j.unseen(s.Place, w, "IIS is told not to log", "of "+of+", by the settings of IIS, "+s.Says)
	}
	if j.c.Kind != Host {
		return
	}
	folders := map[string]bool{}
	for _, s := range j.c.Sites {
		l := merged(s.Log, j.c.Defaults)
		place := s.Place
		if s.Log.Stated {
			place = s.Log.Place
		}
		if strings.EqualFold(l.Enabled, "false") {
			j.unseen(place, Review, "IIS is told not to log", "of the site "+quoted(s.Name)+", by the settings of IIS, requests are not logged")
			continue
		}
		if l.Directory != "" && !folders[known(l.Directory)] && known(l.Directory) != "inetpub/logs/logfiles" {
			folders[known(l.Directory)] = true
			j.add(Note{Place: place, Rule: "log-folder", Weight: Remark, Title: "IIS keeps its logs elsewhere",
				Why: "the logs of the site " + quoted(s.Name) + " lie in " + l.Directory}, "log_folder", l.Directory, "site", s.Name)
		}
		if l.Fields == nil || l.Format != "" && !strings.EqualFold(l.Format, "W3C") {
			continue
		}
		var off []string
		for _, f := range w3cFields() {
			if !slices.ContainsFunc(l.Fields, func(s string) bool { return strings.EqualFold(s, f[0]) }) {
				off = append(off, f[1])
			}
		}
		if len(off) > 0 {
			j.unseen(place, Remark, "IIS leaves columns out of its logs", "of the site "+quoted(s.Name)+", by the settings of IIS, the logs have no "+strings.Join(off, ", "))
		}
	}
}

// merged is what holds for a site: what it states, else the defaults.
func merged(own, defaults LogFile) LogFile {
	if own.Enabled == "" {
		own.Enabled = defaults.Enabled
	}
	if own.Format == "" {
		own.Format = defaults.Format
	}
	if own.Directory == "" {
		own.Directory = defaults.Directory
	}
	if own.Fields == nil {
		own.Fields = defaults.Fields
	}
	return own
}

func (j *judge) unseen(p Place, w Weight, title, says string) {
	rule, technique := "log-columns", ""
	if title == "IIS is told not to log" {
		rule, technique = "logging-off", "T1562.002"
	}
	j.add(Note{Place: p, Rule: rule, Weight: w, Title: title, Technique: technique, Why: says}, "unseen", says)
}
