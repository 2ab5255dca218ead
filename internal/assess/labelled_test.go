package assess

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/internal/lab/labdata"
	"spoor/internal/storyline"
)

// What the labelled evidence shows.
const (
	intrusion = "intrusion"
	attempt   = "attempt"
	technique = "single technique"
	benign    = "benign"
)

// labelled is one row of the labelled set: what must be concluded of it.
type labelled struct {
	path    string
	label   string
	verdict []storyline.Word // any of these, of every host
	outcome string
	// chain: grade, deepest step; none may be told beside these
	chains map[string][2]string
	why    string // where the label and the rows need a word
}

func labelledSet() []labelled {
	word := func(w ...storyline.Word) []storyline.Word { return w }
	open := map[string][2]string{}
	logon := func(grade, deepest string) map[string][2]string {
		return map[string][2]string{"proxylogon": {grade, deepest}}
	}
	shell := func(grade, deepest string) map[string][2]string {
		return map[string][2]string{"proxyshell": {grade, deepest}}
	}
	below := word(storyline.IsSuspicious, storyline.CannotTell, storyline.NothingFound)
	return []labelled{
		{"02_helsecert_real_incident_2021", intrusion, word(storyline.IsCompromised), "", logon("compromised", "object-reset"), ""},
		{"02_helsecert_real_incident_2021/Test-ProxyLogon_Cve-2021-26855.csv", intrusion, word(storyline.IsCompromised), "", logon("compromised", "object-reset"), ""},
		{"02_helsecert_real_incident_2021/ECPServer20210303-1.excerpt.log", intrusion, word(storyline.IsCompromised), "", logon("compromised", "script-set"), "that a file came of it is in another log"},
		{"02_helsecert_real_incident_2021/u_ex2103xx.excerpt.log", technique, word(storyline.IsSuspicious), "", open, "a page that Exchange does not ship answered; nothing in this log says who planted it"},
		{"02_helsecert_real_incident_2021/HttpProxy_Owa_139.162.202.236.excerpt.csv", technique, word(storyline.CannotTell), "", open,
			"the label is that the page answered. The author made this table: six names stand over seven values, in words of his own language, so which value is which is not stated and no row is read; the same requests are read from u_ex"},
		{"02_helsecert_real_incident_2021/HttpProxy_Owa_67.205.176.9.excerpt.csv", technique, word(storyline.CannotTell), "", open, "as above; here six values stand, and the visitor's address is in the file's name only"},
		{"03_debugprivilege_proxyshell_lab", intrusion, word(storyline.IsCompromised), "", shell("exploited", "export-tried"),
			"the label is C for a page that answered; the only trace of it is a debugger's listing of memory, which is no log. The row of the export itself says in GenericErrors that the mailbox database could not be reached. The role assignment succeeded: the door was open"},
		{"05_wazuh_proxylogon_tests", intrusion, word(storyline.IsCompromised), "", logon("exploited", "object-set"),
			"the author took the script out of the value that was set: without it, that script was set is not shown; the answers behind the bypass are"},
		{"05_wazuh_proxylogon_tests/ECPServer_row.LOG", intrusion, word(storyline.IsCompromised), "", logon("exploited", "object-set"), "as above"},
		{"05_wazuh_proxylogon_tests/HttpProxy_Ecp_row.LOG", intrusion, word(storyline.IsCompromised), "", logon("exploited", "object-read"), "a list of objects was answered behind the bypass"},
		{"06_signature_base_pr125", attempt, word(storyline.IsAttempted), storyline.Failed, logon("attempted", "bypass-request"), ""},
		{"07_admin_posts_anchor_listings/css_exchange_issue_100.txt", intrusion, word(storyline.IsCompromised), "", logon("exploited", "object-request"), "no answers are listed; requests that need an earlier one's answer imply it"},
		{"07_admin_posts_anchor_listings/ms_qa_309846.txt", intrusion, word(storyline.IsCompromised), "", logon("exploited", "object-request"), "as above"},
		{"09_aptsimulator_hafnium_dummy", attempt, word(storyline.IsAttempted), storyline.Undecided, shell("attempted", "powershell-request"), ""},
		{"10_velociraptor_testdata", attempt, word(storyline.IsAttempted), storyline.Undecided, shell("attempted", "bypass-request"), ""},
		{"11_plaso_iis", benign, below[1:], "", open, ""},
		{"12_beats_iis_apache2", benign, below[1:], "", open, ""},
		{"13_artefacts_help_benign_exchange", benign, below[1:], "", open, ""},
		{"14_webknowit_iis_real_internet", benign, below[1:], "", open, "scanners' noise; nothing of Exchange answers there"},
		{"16_brianary_iis", benign, below[1:], "", open, ""},
		{"16_iislogreader_iis", benign, below[1:], "", open, ""},
		{"18_sbousseaden_evtx", technique, below, "", open, ""},
		{"19_mdecrevoisier_evtx_cc0", technique, below, "", open, ""},
		{"08_webshell_text", technique, below, "", open, "a shell outside a served place is at most suspicious"},
		{"25_ransom_notes", technique, below, "", open, "a note alone is at most suspicious"},
		{"22_markernan_synthetic/iis_logs.log", technique, word(storyline.IsSuspicious), storyline.Undecided, shell("attempted", "bypass-request"), "synthetic: an unexplained page outweighs the attempt"},
		{"22_markernan_synthetic/sysmon_otrf_real.json", intrusion, word(storyline.IsCompromised), "", map[string][2]string{"proxylogon": {"compromised", "script-set"}, "webshell": {"compromised", "page-created"}}, "a recording of a real exercise"},
	}
}

func TestTheLabelledSetIsConcludedAsItsRowsAllow(t *testing.T) {
	t.Parallel()
	matrix := map[string]map[storyline.Word]int{}
	for _, row := range labelledSet() {
		a := assess(t, labdata.Path(t, "exchange/"+row.path))
		if len(a.verdict.Hosts) == 0 {
			t.Errorf("%s: no host", row.path)
		}
		worst := storyline.CannotTell
		for _, h := range a.verdict.Hosts {
			if !slices.Contains(row.verdict, h.Verdict) || row.outcome != "" && h.Verdict == storyline.IsAttempted && h.Outcome != row.outcome {
				t.Errorf("%s, %s: %s, outcome %q; want %v, %q: %s", row.path, h.Host, h.Verdict, h.Outcome, row.verdict, row.outcome, h.Reason)
			}
			for _, c := range h.Chains {
				if want, ok := row.chains[c.ID]; !ok || string(c.Grade) != want[0] || c.Deepest != want[1] {
					t.Errorf("%s, %s: %s %s, deepest %s; want %v", row.path, h.Host, c.ID, c.Grade, c.Deepest, row.chains)
				}
			}
			if order(h.Verdict) < order(worst) {
				worst = h.Verdict
			}
		}
		for id := range row.chains {
			if !slices.ContainsFunc(a.verdict.Hosts, func(h *storyline.Host) bool { return a.chain(h, id).ID == id }) {
				t.Errorf("%s: chain %s is not told", row.path, id)
			}
		}
		if matrix[row.label] == nil {
			matrix[row.label] = map[storyline.Word]int{}
		}
		matrix[row.label][worst]++
	}
	words := []storyline.Word{storyline.IsCompromised, storyline.IsSuspicious, storyline.IsAttempted, storyline.NothingFound, storyline.CannotTell}
	var table strings.Builder
	fmt.Fprintf(&table, "%-17s", "")
	for _, w := range words {
		fmt.Fprintf(&table, " %14s", w)
	}
	for _, label := range []string{intrusion, attempt, technique, benign} {
		fmt.Fprintf(&table, "\n%-17s", label)
		for _, w := range words {
			fmt.Fprintf(&table, " %14d", matrix[label][w])
		}
	}
	t.Logf("\n%s", table.String())
	if n := matrix[intrusion][storyline.IsCompromised]; n != 10 {
		t.Errorf("%d of 10 intrusions are compromised", n)
	}
	for _, label := range []string{attempt, technique, benign} {
		if n := matrix[label][storyline.IsCompromised]; n > 0 {
			t.Errorf("%d of the rows %q are compromised", n, label)
		}
	}
}

// order is the precedence of verdicts.
func order(w storyline.Word) int {
	return slices.Index([]storyline.Word{storyline.IsCompromised, storyline.IsSuspicious, storyline.IsAttempted, storyline.NothingFound, storyline.CannotTell}, w)
}

// No event log of single techniques makes a host compromised.
func TestRecordingsOfSingleTechniquesAreAtMostSuspicious(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"evtx", "sigma-regression"} {
		a := assess(t, labdata.Path(t, folder))
		for _, h := range a.verdict.Hosts {
			if h.Verdict == storyline.IsCompromised || h.Verdict == storyline.IsAttempted {
				t.Errorf("%s, %s: %s: %s", folder, h.Host, h.Verdict, h.Reason)
			}
		}
		if len(a.verdict.Hosts) < 9 {
			t.Errorf("%s: only %d hosts", folder, len(a.verdict.Hosts))
		}
	}
}

// Each recording of one technique is named for what it shows.
func TestRecordingsOfOneTechniqueAreNamed(t *testing.T) {
	t.Parallel()
	for file, title := range map[string]string{
		"18_sbousseaden_evtx/Powershell_4104_MiniDumpWriteDump_Lsass.evtx":                                     "A script dumps the memory of the logon process",
		"18_sbousseaden_evtx/discovery_sysmon_1_iis_pwd_and_config_discovery_appcmd.evtx":                      "Command run by the web server's worker",
		"18_sbousseaden_evtx/privexchange_dirkjan.evtx":                                                        "A server changed the rights on the domain",
		"18_sbousseaden_evtx/sysmon_10_11_lsass_memdump.evtx":                                                  "Dump file of the logon process written",
		"18_sbousseaden_evtx/sysmon_rdrleakdiag_lsass_dump.evtx":                                               "Memory of the logon process dumped with a tool",
		"19_mdecrevoisier_evtx_cc0/ID11-Exchange transport config modified.evtx":                               "The list of transport agents was changed by hand",
		"19_mdecrevoisier_evtx_cc0/ID11-LSASS credentials dump via Task Manager.evtx":                          "Dump file of the logon process written",
		"19_mdecrevoisier_evtx_cc0/ID325-327-IFM created - ESENT.evtx":                                         "The directory database was copied",
		"19_mdecrevoisier_evtx_cc0/ID4688-4698 Persistent scheduled task with SYSTEM privileges creation.evtx": "A task of the system was made by a command",
		"19_mdecrevoisier_evtx_cc0/ID4688-IFM created.evtx":                                                    "Registry hives with passwords saved",
		"19_mdecrevoisier_evtx_cc0/ID4720-Local user created.evtx":                                             "Local account created",
		"19_mdecrevoisier_evtx_cc0/ID4756-Exchange admin group change.evtx":                                    "Member added to an Exchange administration group",
	} {
		a := assess(t, labdata.Path(t, "exchange/"+file))
		named := false
		for _, h := range a.verdict.Hosts {
			named = named || slices.ContainsFunc(h.Leads, func(l *storyline.Lead) bool { return l.Title == title })
			if h.Verdict == storyline.IsCompromised || h.Verdict == storyline.IsAttempted {
				t.Errorf("%s: %s", file, h.Verdict)
			}
		}
		if !named {
			t.Errorf("%s is not named %q", file, title)
		}
	}
}

// Ordinary logs give nothing at all: no step, no page, no lead.
func TestOrdinaryLogsGiveNothing(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"11_plaso_iis", "12_beats_iis_apache2", "13_artefacts_help_benign_exchange", "16_brianary_iis", "16_iislogreader_iis"} {
		a := assess(t, labdata.Path(t, "exchange/"+folder))
		for _, h := range a.verdict.Hosts {
			if len(h.Chains)+len(h.Webshells)+len(h.Leads)+len(h.Story) > 0 {
				t.Errorf("%s, %s: %d chains, %d pages, %d leads", folder, h.Host, len(h.Chains), len(h.Webshells), len(h.Leads))
			}
		}
	}
}
