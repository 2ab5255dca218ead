package coverage

import (
	"slices"
	"testing"

	"spoor/event"
)

func TestHostsAreNamed(t *testing.T) {
	t.Parallel()
	type items = []ItemHost
	type stated = map[event.ItemID][]string
	cases := map[string]struct {
		items  items
		stated stated
		host   string // as the record states it
		want   string
	}{
		"the record's own computer comes before everything":           {items{{ID: 1, Path: "ev/a", Override: "given", Collection: "collected"}}, stated{1: {"own"}}, "own", "own"},
		"the user's word comes before the collection's name":          {items{{ID: 1, Path: "ev/a", Override: "given", Collection: "collected"}}, nil, "", "given"},
		"the collection's name comes before the neighbours":           {items{{ID: 1, Path: "ev/a", Root: "ev", Collection: "collected"}, {ID: 2, Path: "ev/b", Root: "ev"}}, stated{2: {"other"}}, "", "collected"},
		"the one host that the same folder names":                     {items{{ID: 1, Path: "ev/logs/a", Root: "ev"}, {ID: 2, Path: "ev/logs/b", Root: "ev"}}, stated{2: {"mail"}}, "", "mail"},
		"the nearest folder decides":                                  {items{{ID: 1, Path: "ev/one/logs/a", Root: "ev"}, {ID: 2, Path: "ev/one/b", Root: "ev"}, {ID: 3, Path: "ev/two/c", Root: "ev"}}, stated{2: {"mail"}, 3: {"dc"}}, "", "mail"},
		"an archive counts as a folder":                               {items{{ID: 1, Path: "ev/x.zip!/a", Root: "ev"}, {ID: 2, Path: "ev/x.zip!/b", Root: "ev"}, {ID: 3, Path: "ev/y", Root: "ev"}}, stated{2: {"mail"}, 3: {"dc"}}, "", "mail"},
		"paths of Windows":                                            {items{{ID: 1, Path: `D:\ev\one\a`, Root: `D:\ev`}, {ID: 2, Path: `D:\ev\one\b`, Root: `D:\ev`}}, stated{2: {"mail"}}, "", "mail"},
		"two names of one host are one neighbour":                     {items{{ID: 1, Path: "ev/a", Root: "ev"}, {ID: 2, Path: "ev/b", Root: "ev"}, {ID: 3, Path: "ev/c", Root: "ev"}}, stated{2: {"MAIL"}, 3: {"mail.town.example"}}, "", "mail.town.example"},
		"several hosts in the folder leave the item unnamed":          {items{{ID: 1, Path: "ev/a", Root: "ev"}, {ID: 2, Path: "ev/b", Root: "ev"}, {ID: 3, Path: "ev/c", Root: "ev"}}, stated{2: {"mail"}, 3: {"dc"}}, "", "unnamed host in ev"},
		"several hosts further up: unnamed in the folder below":       {items{{ID: 1, Path: "ev/x/a", Root: "ev"}, {ID: 2, Path: "ev/b", Root: "ev"}, {ID: 3, Path: "ev/c", Root: "ev"}}, stated{2: {"mail"}, 3: {"dc"}}, "", "unnamed host in ev/x"},
		"forwarded events belong to their source":                     {items{{ID: 1, Path: "ev/ForwardedEvents.evtx", Root: "ev"}}, stated{1: {"collector", "source"}}, "source", "source"},
		"forwarded events make nobody the owner of a log beside them": {items{{ID: 1, Path: "ev/a", Root: "ev"}, {ID: 2, Path: "ev/ForwardedEvents.evtx", Root: "ev"}}, stated{2: {"one", "two"}}, "", "unnamed host in ev"},
		"what records say comes before an archive's name":             {items{{ID: 1, Path: "ev/case7.zip!/C/a", Root: "ev", Collection: "case7", NamedBy: "ev/case7.zip"}, {ID: 2, Path: "ev/case7.zip!/C/b", Root: "ev", Collection: "case7", NamedBy: "ev/case7.zip"}, {ID: 3, Path: "ev/c", Root: "ev"}}, stated{2: {"mail"}, 3: {"dc"}}, "", "mail"},
		"records beside a folder do not rename it":                    {items{{ID: 1, Path: "ev/MAIL/C/a", Root: "ev", Collection: "MAIL", NamedBy: "ev/MAIL"}, {ID: 2, Path: "ev/DC/C/b", Root: "ev", Collection: "DC", NamedBy: "ev/DC"}}, stated{2: {"dc"}}, "", "MAIL"},
		"records of two hosts leave a folder its name":                {items{{ID: 1, Path: `ev\MAIL\C\a`, Root: `ev`, Collection: "MAIL", NamedBy: `ev\MAIL`}, {ID: 2, Path: `ev\MAIL\C\b`, Root: `ev`, Collection: "MAIL", NamedBy: `ev\MAIL`}}, stated{2: {"win-1", "win-2"}}, "", "MAIL"},
		"nobody named":              {items{{ID: 1, Path: "ev/a", Root: "ev"}}, nil, "", "unnamed host in ev"},
		"a single file handed over": {items{{ID: 1, Path: "a.log", Root: "a.log"}}, nil, "", "unnamed host in a.log"},
		"a sibling whose name begins alike is no neighbour":             {items{{ID: 1, Path: "ev/mail/a", Root: "ev/mail"}, {ID: 2, Path: "ev/mail2/b", Root: "ev/mail2"}}, stated{2: {"mail2"}}, "", "unnamed host in ev/mail"},
		"letter case makes no second host":                              {items{{ID: 1}}, stated{1: {"mail", "MAIL"}}, "mail", "MAIL"},
		"a short name takes the full one":                               {items{{ID: 1}}, stated{1: {"MAIL", "mail.town.example"}}, "MAIL", "mail.town.example"},
		"a short name of two domains stays alone":                       {items{{ID: 1}}, stated{1: {"MAIL", "mail.town.example", "mail.clinic.example"}}, "mail", "MAIL"},
		"two domains with one label stay two hosts":                     {items{{ID: 1}}, stated{1: {"mail.town.example", "mail.clinic.example"}}, "mail.clinic.example", "mail.clinic.example"},
		"an address is no full name of its first number":                {items{{ID: 1}}, stated{1: {"10", "10.0.0.5"}}, "10", "10"},
		"a name that no item states is left as it is":                   {items{{ID: 1}}, nil, "Other", "Other"},
		"an item that nobody knows":                                     {nil, nil, "", "unnamed host"},
		"the user's word is joined with the full name from the records": {items{{ID: 1, Path: "a", Override: "MAIL"}, {ID: 2, Path: "b"}}, stated{2: {"mail.town.example"}}, "", "mail.town.example"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := NewHosts(c.items, c.stated).Of(c.host, 1); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAliasesAreTheOtherNames(t *testing.T) {
	t.Parallel()
	h := NewHosts([]ItemHost{{ID: 1, Collection: "mail"}}, map[event.ItemID][]string{1: {"MAIL", "mail.town.example", "dc.town.example"}})
	if got := h.Aliases("mail.town.example"); !slices.Equal(got, []string{"MAIL"}) {
		t.Errorf("aliases %q", got)
	}
	if got := h.Aliases("dc.town.example"); len(got) != 0 {
		t.Errorf("aliases %q of a host with one name", got)
	}
	if got := h.Aliases("nobody"); len(got) != 0 {
		t.Errorf("aliases %q of nobody", got)
	}
}
