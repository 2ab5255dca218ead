package caselist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"spoor/internal/caseload"
	"spoor/internal/message"
)

func comparison() *caseload.Comparison {
	c := &caseload.Comparison{Cases: 40, UnreadCases: 2, Old: 1, Links: 3, Unread: []caseload.Unread{{Case: "a", Code: "damaged", Reason: "cut"}}}
	c.LeftOut.Values = 7
	c.Rows = []caseload.Row{
		{Case: "a\x1b[2J", Host: "\u202eevil.example" + strings.Repeat("x", 100), Verdict: "compromised", FirstSuccess: "2021-03-03T02:14:08.9Z", Door: "proxylogon"},
		{Case: "b", Host: "mail.b.example", Verdict: "attempted", Outcome: "not-seen", Door: "no-such-chain"},
	}
	for i := range 15 {
		c.Shared = append(c.Shared, caseload.Value{Kind: "shell_key", Value: fmt.Sprintf("key%02d\x1b]0;t\x07", i), Cases: 2 + i, Hosts: 3 + i, Victims: 2, Of: 40, In: []string{"a\x1b[2J", "b", "c", "d"}})
	}
	c.Shared = append(c.Shared, caseload.Value{Kind: "address", Value: "10.0.0.1", Cases: 2, Hosts: 2, Victims: 2, Of: 40, Common: caseload.CommonInside, In: []string{"a", "b"}})
	for i := range 8 {
		c.Same = append(c.Same, caseload.Value{Kind: "account", Value: fmt.Sprint("user", i), Cases: 2, Hosts: 2, Victims: 1, Of: 40, In: []string{"a", "b"}})
	}
	return c
}

func TestTheTableTellsAllAndShowsNothingThatActs(t *testing.T) {
	t.Parallel()
	for _, lang := range message.Languages() {
		words, err := message.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := Table(&b, comparison(), Options{Messages: words, TLP: "AMBER"}); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if strings.ContainsAny(text, "\x1b\x07\u202e") {
			t.Errorf("%s: a control went out: %q", lang, text)
		}
		if !strings.HasPrefix(text, "TLP:AMBER\n") || !strings.HasSuffix(text, "\nTLP:AMBER\n") {
			t.Errorf("%s: not marked: %q", lang, text)
		}
		for _, want := range []string{
			words.Say("cases.hosts", "says", message.New("cases.read", "n", 40), "hosts", 2, "compromised", 1, "suspicious", 0, "attempted", 1, "cannot-tell", 0, "nothing-found", 0),
			words.Say("cases.unread", "n", 2), words.Say("verdict.attempted-not-seen.headline"), words.Say("chain.proxylogon.title"), "no-such-chain", `a\x1b[2J, b, c, ...`, "key00", "key11",
			words.Say("cases.more", "n", 3), words.Say("cases.common", "n", 1), words.Say("cases.same", "n", 8), "user5", words.Say("cases.more", "n", 2),
			words.Say("cases.old", "n", 1), words.Say("cases.links", "n", 3), words.Say("cases.left-out", "values", 7, "hosts", 0, "folders", 0), words.Say("cases.rarity", "n", 40),
		} {
			if want == "" || !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in the table:\n%s", lang, want, text)
			}
		}
		for _, not := range []string{"key12", "user6", "10.0.0.1"} {
			if strings.Contains(text, not) {
				t.Errorf("%s: %q is in the table", lang, not)
			}
		}
	}
}

func TestMachineFormatsHoldEverything(t *testing.T) {
	t.Parallel()
	for _, all := range []bool{false, true} {
		var lines, object bytes.Buffer
		o := Options{TLP: "RED", All: all}
		if err := NDJSON(&lines, comparison(), o); err != nil {
			t.Fatal(err)
		}
		if err := JSON(&object, comparison(), o); err != nil {
			t.Fatal(err)
		}
		shared := map[bool]int{false: 15, true: 16}[all]
		types := map[string]int{}
		for _, line := range strings.Split(strings.TrimSpace(lines.String()), "\n") {
			var v struct{ Type, TLP, Host, Value string }
			if err := json.Unmarshal([]byte(line), &v); err != nil || v.TLP != "RED" {
				t.Errorf("%v: %s", err, line)
			}
			types[v.Type]++
		}
		if types["host"] != 2 || types["shared"] != shared || types["perhaps-one-victim"] != 8 || types["summary"] != 1 {
			t.Errorf("lines %v", types)
		}
		var whole struct {
			Schema, TLP   string
			Cases         int
			UnreadCases   int `json:"unread_cases"`
			Unread        []caseload.Unread
			Hosts, Shared []map[string]any
			Same          []any `json:"perhaps_one_victim"`
		}
		if err := json.Unmarshal(object.Bytes(), &whole); err != nil || whole.Schema != "spoor.cases/1" || whole.TLP != "RED" || whole.Cases != 40 || whole.UnreadCases != 2 || len(whole.Unread) != 1 ||
			len(whole.Hosts) != 2 || len(whole.Shared) != shared || len(whole.Same) != 8 {
			t.Errorf("%v: %s", err, object.String())
		}
	}
}
