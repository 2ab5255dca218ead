package storyline

import (
	"fmt"
	"slices"
)

// actions lists what to do next, in order, each with its reason.
func actions(h *Host) []Action {
	switch h.Verdict {
	case IsCompromised:
		return compromisedActions(h)
	case IsSuspicious:
		return []Action{
			{"Have a person look at the pages and leads named here before anything is cleaned up", "they may be an administrator's work or an intruder's; the rules cannot tell"},
			{"Copy the logs and the named files to another place now", "logs are overwritten after days or weeks"},
			{"Hand over what is missing (see what could not be seen) and assess again", "the missing logs could decide"},
		}
	case IsAttempted:
		return attemptedActions(h)
	case NothingFound:
		return []Action{
			{"Keep these logs, and hand over older ones if you have them", "the verdict only covers the period named above"},
			{"Install the current Exchange security update", "the doors stay open until it is installed"},
		}
	}
	list := []Action{{"Hand over the logs named under what could not be seen, and assess again", "without them neither answer can be given"}}
	if h.Build != "" {
		return append(list, Action{"Install the current Exchange security update if it is newer than " + h.Build, "a server without it can be broken into today"})
	}
	return append(list, Action{"If this is an Exchange server, check its build and install the current security update", "a server without it can be broken into today"})
}

func compromisedActions(h *Host) []Action {
	list := []Action{
		{"Take the server off the network, but do not switch it off and do not reinstall it yet", "the intruder may still have access; its memory and files are evidence"},
		{"Copy the logs, the named files and, if you can, a disk image to another place", "logs are overwritten, and you will need them for the police, the insurer and the data protection authority"},
		{"Call your incident response contact or your national CERT, with this report", "they can tell how far it went inside the network"},
	}
	dumped, webshell := false, len(h.Webshells) > 0
	for _, e := range h.Story {
		dumped = dumped || e.Step == "credential-dump"
	}
	if dumped {
		list = append(list, Action{"Reset all passwords that were used on this server, administrators and the krbtgt account (twice) first", "the memory that holds passwords was dumped"})
	} else {
		list = append(list, Action{"Change the passwords of administrators and service accounts used on this server", "whoever controls the server can read them, even where no dump is shown"})
	}
	if webshell {
		list = append(list, Action{"Look for the named pages on every Exchange server, and keep copies before removing them", "a patched server with a web shell is still open"})
	}
	return append(list,
		Action{"Rebuild the server from known good media and the current update; do not clean it up by hand", "not every trace of an intruder shows in logs"},
		Action{"Report to the data protection authority within its time limit if mail or personal data was reachable", "under the GDPR the limit is 72 hours from when you know"},
	)
}

func attemptedActions(h *Host) []Action {
	list := []Action{}
	switch h.Outcome {
	case Failed:
		list = append(list, Action{"Nothing needs to be rebuilt for these attempts", "every one of them was refused"})
	case NotSeen:
		list = append(list, Action{"Check the installed build now", "the requests were not all refused, although no later step is in the logs that would show it"})
	default:
		list = append(list, Action{"Treat the server as possibly broken into until the missing logs are read", "the logs that would show success do not cover the time of the attempts"})
	}
	return append(list,
		Action{"Install the current Exchange security update if it is not installed", "the same door is tried again by others"},
		Action{"Keep the logs of this time", "they are overwritten after days or weeks"},
	)
}

// compromisedReason says how the server was broken into, in one sentence.
func compromisedReason(best *ChainResult) string {
	if best.ID == "webshell" {
		return "a web page that runs what it is sent (a web shell) is on the server: " + best.plain
	}
	return fmt.Sprintf("somebody broke in through %s and %s", best.Title, best.plain)
}

// Headline is the verdict in words, with the outcome of an attempt.
func (h *Host) Headline() string {
	switch h.Verdict {
	case IsCompromised:
		return "Compromised"
	case IsSuspicious:
		return "Suspicious: a person must look"
	case IsAttempted:
		switch h.Outcome {
		case Failed:
			return "Attempted, and failed"
		case NotSeen:
			return "Attempted, success not seen"
		}
		return "Attempted, success cannot be told"
	case NothingFound:
		return "Nothing found in the period covered"
	}
	return "Cannot tell"
}

// WorstFirst returns the hosts in the order in which a person should read of
// them: by the precedence of verdicts, then by name.
func WorstFirst(hosts []*Host) []*Host {
	order := []Word{IsCompromised, IsSuspicious, IsAttempted, CannotTell, NothingFound}
	list := slices.Clone(hosts)
	slices.SortStableFunc(list, func(a, b *Host) int {
		return slices.Index(order, a.Verdict) - slices.Index(order, b.Verdict)
	})
	return list
}

// Words says whether the newest build seen holds a chain's fix.
func (f Fixed) Words() string {
	switch f.Patch {
	case PatchPresent:
		return "fixed, shown since " + f.Since
	case PatchMissing:
		return "NOT fixed"
	}
	return "not known whether fixed"
}

// attemptedReason says what became of the attempts.
func attemptedReason(r *ChainResult) string {
	switch r.Outcome {
	case Failed:
		return fmt.Sprintf("%s was tried and refused every time", r.Title)
	case NotSeen:
		return fmt.Sprintf("%s was tried; the logs that would show success cover the time and show none", r.Title)
	}
	return fmt.Sprintf("%s was tried; whether it succeeded cannot be told, because the logs that would show it do not cover the time", r.Title)
}
