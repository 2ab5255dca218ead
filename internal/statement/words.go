package statement

import "slices"

// words returns the values an enumerated field may take, in the order the
// documentation lists them. docs/record.md explains each.
func words(field string) []string {
	switch field {
	case "medium":
		return []string{"primary", "secondary", "translation"}
	case "speaker.kind":
		return []string{"government", "international-organisation", "prosecutor", "court", "company", "expert", "media", "accused", "unnamed-official"}
	case "wording":
		return []string{"quoted", "reported", "none"}
	case "target.level":
		return []string{"none", "territory", "actors", "group", "company", "persons", "state", "organ", "provincial-department"}
	case "responsibility":
		return []string{"prohibited", "prohibited-but-inadequate", "ignored", "encouraged", "shaped", "coordinated", "ordered", "rogue-conducted", "executed", "integrated", "denied"}
	case "confidence.scale":
		return []string{"us-icd203", "uk-phia", "issuer", "none-given"}
	case "finding":
		return []string{"own", "endorsement", "none"}
	case "condemnation":
		return []string{"none", "concern", "condemn", "strongly"}
	case "basis":
		return []string{"technical", "intelligence", "investigation", "partners", "not-given"}
	case "legal.kind":
		return []string{"indictment", "complaint", "arrest-warrant", "arrest", "extradition", "plea", "sanction", "designation", "reward", "judgment"}
	case "legal.status":
		return []string{"charged", "dismissed", "convicted", "acquitted", "listed", "delisted", "wanted", "arrested", "extradited", "offered"}
	case "person.status":
		return []string{"named", "charged", "dismissed", "convicted", "acquitted", "listed", "delisted"}
	case "consequence":
		return []string{"none-stated", "none-announced", "threatened", "deferred", "imposed"}
	case "victim.unit":
		return []string{"organisations", "servers", "computers", "persons", "countries", "sectors", "accounts", "records", "money", "data"}
	case "victim.bound":
		return []string{"exactly", "at-least", "at-most", "about"}
	}
	return nil
}

func known(field, value string) bool { return slices.Contains(words(field), value) }
