package storyline

import (
	"strings"
	"testing"

	"spoor/internal/message"
)

func TestPatchesNameWhatIsOpenFirst(t *testing.T) {
	t.Parallel()
	h := &Host{Fixed: []Fixed{
		{Title: "A", Patch: PatchPresent, Since: "2021-03-02T21:40:07.000Z"}, {Title: "B", Patch: PatchMissing}, {Title: "C", Patch: PatchPresent, Since: "2021-03-02T21:40:07.000Z"},
		{Title: "D", Patch: PatchUnknown}, {Title: "E", Patch: PatchMissing}, {Title: "F", Patch: PatchPresent},
	}}
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(h.Patches(english), "; "), "NOT fixed: B, E; not known whether fixed: D; fixed: F; fixed, shown since 2021-03-02 21:40 UTC: A, C"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (&Host{}).Patches(english); len(got) != 0 {
		t.Errorf("%q for a host of which no build is known", got)
	}
}

func TestRecordsThatNoRuleAsksAboutAreTold(t *testing.T) {
	t.Parallel()
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	v := &Verdict{Hosts: []*Host{{Coverage: []CoverageRow{{Kind: "w3c", Records: 1000, NoRule: 10}, {Kind: "msgtrk", Records: 500, NoRule: 500}}}, {Coverage: []CoverageRow{{Kind: "w3c", Records: 5}}}}}
	if got, want := v.UnruledSays(english), "No rule asks anything of 510 of 1,505 records, among them all of: Message tracking."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (&Verdict{Hosts: []*Host{{Coverage: []CoverageRow{{Kind: "w3c", Records: 5}}}}}).UnruledSays(english); got != "" {
		t.Errorf("%q, though rules ask about every record", got)
	}
}
