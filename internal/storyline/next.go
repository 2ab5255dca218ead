package storyline

import (
	"fmt"
	"slices"

	"spoor/internal/finding"
	"spoor/internal/message"
)

// actions lists what to do next, in order, each with its reason. An entry is
// the id of a message; its sentences stand under next in the message files.
func actions(h *Host) []Action {
	list := &todo{}
	switch h.Verdict {
	case IsCompromised:
		list.compromised(h)
	case IsSuspicious:
		list.suspicious(h)
	case IsAttempted:
		list.attempted(h)
	case NothingFound:
		list.add("keep-older")
		list.handOverToo(h)
		list.update(h)
		list.when(h.unrecorded(), "audit")
	default:
		list.handOver(h)
		list.update(h)
		list.when(h.unrecorded(), "audit")
	}
	return list.actions
}

// update is the step to install the update for what the server runs, as far
// as is known.
func (t *todo) update(h *Host) {
	switch {
	case len(h.open()) > 0:
		t.patch(h, "")
	case h.Build != "":
		t.add("patch-newer", "build", h.Build)
	case h.signs.Exchange:
		t.add("patch-quiet")
	case h.signs.SharePoint:
		t.add("patch-sharepoint-quiet")
	default:
		t.add("patch-if-exchange")
	}
}

// handOver names what could decide: logs that were not handed over, with the
// place where they usually lie, and older ones where the door was open before
// the first row.
func (t *todo) handOver(h *Host) {
	if len(h.absentNow) > 0 {
		t.add("hand-over", "logs", h.wanted())
	}
	if slices.ContainsFunc(h.Windows, func(w *Window) bool { return w.State == Open && w.seen || len(w.holes) > 0 }) || len(h.absentNow) == 0 {
		t.add("hand-over-older")
	}
}

// handOverToo names the logs that were not handed over, where there are any.
func (t *todo) handOverToo(h *Host) {
	if len(h.absentNow) > 0 {
		t.add("hand-over-too", "logs", h.wanted())
	}
}

// wanted names the logs that were not handed over, by the folder in which they
// usually lie.
func (h *Host) wanted() []message.Text {
	var list []message.Text
	for _, folder := range []string{iisLogs, exchangeLogs, eventLogs} {
		var logs []message.Text
		for _, l := range h.absentNow {
			if l.folder == folder {
				logs = append(logs, message.New("wanted."+l.id))
			}
		}
		if len(logs) > 0 {
			list = append(list, message.New("wanted.in", "logs", logs, "folder", folder))
		}
	}
	return list
}

// unrecorded reports that no log records which programs were started.
func (h *Host) unrecorded() bool {
	return slices.ContainsFunc(h.Unseen, func(t message.Text) bool { return t.ID == "rule-out.commands" || t.ID == "rule-out.command-lines" })
}

type todo struct{ actions []Action }

func (t *todo) add(id string, values ...any) {
	a := Action{ID: id}
	for i := 0; i+1 < len(values); i += 2 {
		if a.Values == nil {
			a.Values = map[string]any{}
		}
		a.Values[fmt.Sprint(values[i])] = values[i+1]
	}
	t.actions = append(t.actions, a)
}

func (t *todo) when(yes bool, id string) {
	if yes {
		t.add(id)
	}
}

// compromised: first what stops the damage and keeps the evidence, then whom
// to tell, because the law's time runs, then what the intruder took or left
// and how to shut him out, and the rebuilding last, after the evidence is safe.
func (t *todo) compromised(h *Host) {
	ransom := h.did(finding.StepRansomNote, finding.StepRecoveryRemoved, finding.StepFilesEncrypted)
	if ransom {
		t.add("isolate-ransom")
		t.add("backups")
	} else {
		t.add("isolate")
	}
	t.add("evidence")
	t.when(ransom, "ransom-samples")
	t.add("call")
	t.add("notify")
	t.when(h.did(finding.StepLogCleared), "logs-elsewhere")
	if h.did(finding.StepCredentialDump) {
		t.add("passwords-all")
	} else {
		t.add("passwords-admin")
	}
	t.when(h.did(finding.StepAccount), "accounts")
	t.when(h.did(finding.StepMailRead, finding.StepMailboxExport, finding.StepExportRight, finding.StepImpersonatedRead, finding.StepMailboxRight), "mail")
	t.when(h.won(finding.ChainProxyToken) || h.did(finding.StepMailForwarded), "mail-rules")
	t.when(h.did(finding.StepPersistence, finding.StepScheduledTask, finding.StepWayBack), "persistence")
	t.when(h.did(finding.StepTransportAgent), "transport-agent")
	t.when(h.did(finding.StepWebModule), "web-module")
	t.when(h.did(finding.StepVirtualDirectory), "virtual-directory")
	if len(h.Webshells) > 0 {
		if h.exchange() {
			t.add("web-shell")
		} else {
			t.add("web-shell-other")
		}
	}
	switch {
	case h.won(finding.ChainToolShell):
		t.add("machine-keys-toolshell")
	case h.won(finding.ChainCVE20200688):
		t.add("machine-keys-viewstate")
	case len(h.Webshells) > 0:
		t.add("machine-keys-page")
	}
	t.when(h.knownKey(), "machine-keys-known")
	t.when(h.sources(), "addresses")
	t.handOverToo(h)
	t.add("others")
	t.add("rebuild")
}

// suspicious: a person must look; what would be worst if it were an intruder
// comes first.
func (t *todo) suspicious(h *Host) {
	t.when(h.loose[finding.StepRansomNote] || h.loose[finding.StepRecoveryRemoved], "ransom-doubt")
	t.add("look")
	t.add("copy")
	t.when(h.loose[finding.StepCredentialDump], "dump-doubt")
	t.when(h.loose[finding.StepTransportAgent], "transport-agent")
	t.when(h.loose[finding.StepWebModule], "web-module")
	t.when(h.knownKey(), "machine-keys-known")
	t.add("nobodys")
	t.handOverToo(h)
	t.patch(h, "")
}

func (t *todo) attempted(h *Host) {
	switch h.Outcome {
	case Failed:
		t.add("no-rebuild")
	case NotSeen:
		t.add("check-build")
	default:
		t.add("treat-as")
		t.handOverToo(h)
		t.when(len(h.absentNow) == 0, "hand-over-more")
	}
	if h.tried(finding.ChainToolShell) {
		t.add("patch-sharepoint")
	}
	if h.exchange() || !h.tried(finding.ChainToolShell) {
		t.patch(h, "patch")
	}
	t.add("keep")
}

// patch adds the step to install the update: with the doors that are open
// where the build shows them, else the given step.
func (t *todo) patch(h *Host, otherwise string) {
	if open := h.open(); len(open) > 0 {
		t.add("patch-open", "build", h.Build, "chains", open)
	} else if otherwise != "" {
		t.add(otherwise)
	}
}

// did reports that the storyline holds one of these steps as a success.
func (h *Host) did(steps ...string) bool {
	return slices.ContainsFunc(h.Story, func(e *Entry) bool {
		return e.Grade.rank() >= Exploited.rank() && slices.Contains(steps, e.Step)
	})
}

// won reports that a chain succeeded, tried that it has any step here.
func (h *Host) won(chain string) bool {
	return slices.ContainsFunc(h.Chains, func(r *ChainResult) bool { return r.ID == chain && r.Grade.rank() >= Exploited.rank() })
}

func (h *Host) tried(chain string) bool {
	return slices.ContainsFunc(h.Chains, func(r *ChainResult) bool { return r.ID == chain })
}

// exchange reports that the server runs Exchange as far as is known: it states
// a build, or one of Exchange's doors was tried on it.
func (h *Host) exchange() bool {
	return h.Build != "" || slices.ContainsFunc(h.Chains, func(r *ChainResult) bool { return r.ID != finding.ChainToolShell && r.ID != finding.ChainWebShell })
}

// knownKey reports that the web server's settings hold a machine key that is
// publicly known.
func (h *Host) knownKey() bool {
	return slices.ContainsFunc(h.Leads, func(l *Lead) bool { return l.Rule == "spoor-machine-key-known" })
}

// sources reports that an address is known from which somebody came in.
func (h *Host) sources() bool {
	return slices.ContainsFunc(h.Chains, func(r *ChainResult) bool { return len(r.Sources) > 0 && r.Grade.rank() >= Exploited.rank() })
}

// open lists the doors that the newest build seen leaves open.
func (h *Host) open() []message.Text {
	var list []message.Text
	for _, f := range h.Fixed {
		if f.Patch == PatchMissing {
			list = append(list, title(f.Chain))
		}
	}
	return list
}
