package serverconfig

import (
	"path"
	"strings"

	"spoor/internal/finding"
)

// agents judges transport agents: each sees, changes or copies every mail
// that passes (ATT&CK T1505.002).
func (j *judge) agents() {
	names := agentNames()
	for _, a := range j.c.Agents {
		p := known(a.Assembly)
		exchange := inExchange(p)
		microsoft := ofMicrosoft(a)
		name := strings.ToLower(strings.TrimSpace(a.Name))
		n := Note{Place: a.Place, Rule: "rogue-transport-agent", Title: "A transport agent that belongs to no product sees all mail", Step: finding.StepTransportAgent, Technique: "T1505.002", Weight: Grave}
		why := strings.Replace(strange(p), "it lies", "its assembly lies", 1)
		switch {
		case names[name] && microsoft && exchange:
			continue
		case why != "":
		case names[name]:
			why = "it has the name of an agent of Exchange, but not its assembly"
		case ownFolder(p) && !microsoft:
			why = "its assembly lies in a folder that holds only Exchange's own agents, and is none of them"
		case microsoft && !exchange:
			why = "it calls itself Microsoft's, but its assembly lies outside Exchange"
		case microsoft:
			n.Rule, n.Title, n.Weight = "transport-agent-review", "A transport agent that Microsoft does not document", Review
			why = "it calls itself Microsoft's, and is none of the agents that Microsoft documents"
		default:
			n.Rule, n.Title, n.Weight = "transport-agent-review", "A transport agent that is none of Microsoft's", Review
			why = "it is none of Exchange's agents; signature, filter and archive products bring such agents"
		}
		if !a.Enabled && n.Weight == Grave {
			n.Weight = Review
			why += "; it is switched off"
		}
		n.Why = "the transport agent " + quoted(a.Name) + " is " + a.Assembly + " (" + a.Class + "): " + why
		j.add(n, "name", a.Name, "class", a.Class, "assembly", a.Assembly)
	}
}

// ofMicrosoft reports an agent whose class and assembly both have the names
// that Exchange's own have.
func ofMicrosoft(a Agent) bool {
	return strings.HasPrefix(strings.ToLower(a.Class), "microsoft.exchange.") && strings.HasPrefix(path.Base(known(a.Assembly)), "microsoft.exchange.")
}

func ownFolder(p string) bool {
	for _, f := range agentFolders() {
		if strings.Contains(p, "/transportroles/agents/"+f+"/") {
			return true
		}
	}
	return false
}
