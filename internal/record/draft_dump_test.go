package record

import (
	"fmt"
	"os"
	"testing"
)

func TestDump(t *testing.T) {
	f := os.Getenv("DUMP")
	if f == "" {
		t.Skip()
	}
	b, _ := os.ReadFile(f)
	d := Propose(string(b), DraftOptions{Date: "2021-07-19", Publisher: os.Getenv("PUB")})
	for _, s := range d.Statements {
		st := "-"
		if s.Strength != nil {
			st = fmt.Sprint(*s.Strength)
		}
		leg := ""
		if s.Legal != nil {
			leg = s.Legal.Kind + "/" + s.Legal.Status
		}
		fmt.Printf("%-40s %s/%s [%s] v=%q S%s %s -> %s(%s,%s) inc=%s g=%v cond=%s cons=%s resp=%s dem=%q conf=%v fin=%s contra=%v neg=%q\n   Q: %s\n", s.ID, s.Speaker.Kind, s.Speaker.State, s.Wording, s.Verb, st, leg, s.Target.Name, s.Target.Level, s.Target.State, s.Incident, s.Groups, s.Condemnation, s.Consequence, s.Responsibility, s.Demand, s.Confidence, s.Finding, s.Contradicts, s.Negated, s.Quote)
		for _, m := range s.More {
			fmt.Println("   +:", m)
		}
		for _, v := range s.Victims {
			fmt.Printf("   V: %+v\n", v)
		}
		for _, v := range s.Persons {
			fmt.Printf("   P: %+v\n", v)
		}
	}
	fmt.Printf("inc %+v\nact %+v\nfurn %+v\ndates %+v\nvict %+v\ntech %+v\n", d.Incidents, d.Actors, d.Furniture, d.Dates, d.Victims, d.Techniques)
}
