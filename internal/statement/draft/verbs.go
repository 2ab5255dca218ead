package draft

import "strings"

type verbClass int

const (
	verbSay     verbClass = iota + 1 // neutral: the strength is in what is said
	verbAccuse                       // points at somebody
	verbFind                         // an own finding: determined, assessed
	verbCondemn                      // condemns
	verbConcern                      // warns, is concerned
	verbNote                         // acknowledges what others say
	verbSide                         // supports, stands with
	verbUrge                         // demands
	verbDeny                         // denies
	verbLegal                        // indicts, charges, sanctions
	verbThreat                       // does not exclude, reserves
	verbCall                         // "called unprecedented": a judgement
	verbOwn                          // only as the speaker's own words in a quotation
)

type verbEntry struct {
	words []string
	class verbClass
	legal string // kind of legal act
}

// verbTable finds the longest speech verb that starts at a word.
type verbTable map[string][]verbEntry

func verbs() verbTable {
	v := verbTable{}
	add := func(class verbClass, legal, forms string) {
		for _, f := range strings.Split(forms, "|") {
			ws := strings.Fields(f)
			v[ws[0]] = append(v[ws[0]], verbEntry{words: ws, class: class, legal: legal})
		}
	}
	add(verbSay, "", "said|say|says|agreed|agrees|told|added|adds|stated|states|emphasized|emphasised|stressed|declared|claimed|claims|tweeted|wrote|noted that|explained|announced that|announced|reported|reports|spoke of|issued a statement saying|indicated|insisted|commented|remarked|argued|suggested|according to|pointed out|testified|revealed|disclosed")
	add(verbAccuse, "", "accused|accuses|accuse|accusing|blamed|blames|blame|blaming|attributed|attributes|attribute|attributing|pointed the finger at|points the finger at|point the finger at|held responsible|holds responsible|putting the blame on|put the blame on|puts the blame on|laid the blame on|lays the blame on|publicly named|called out|is attributing|are attributing|linked|links|tied|ties|exposed|exposes|exposing|named and shamed|identified")
	add(verbFind, "", "determined|has determined|determines|assessed|assesses|assess|concluded|concludes|conclude|confirmed|confirms|confirm|is confident|are confident|established links|established|believes|believe|judges|judged|considers|has concluded|has confirmed|found that|has assessed|detected|uncovered|observed")
	add(verbCondemn, "", "condemned|condemns|condemn|condemning|strongly condemn|strongly condemns|strongly condemned|denounced|denounces|denounce|denouncing|deplores|deplored|has condemned|utterly condemn")
	add(verbConcern, "", "warned|warns|expressed concern|expressed concerns|voiced concern|is concerned|are concerned|expressed its concern|raised concerns")
	add(verbNote, "", "took note|takes note|take note|acknowledged|acknowledge|acknowledges|noted|notes|note with")
	add(verbSide, "", "supports|supported|strongly supports|strongly support|expressed solidarity|expresses solidarity|expressed support|stands with|stand with|stood with|stands in solidarity|stand in solidarity|expressed its solidarity|express solidarity|expressed full support|welcomed|welcomes|joined|joins|joining|echoed|backed|express our solidarity|joined in condemning|joins in condemning")
	add(verbUrge, "", "urged|urges|urge|called on|calls on|call on|calling on|called upon|calls upon|call upon|demanded|demands|demand")
	add(verbDeny, "", "denied|denies|deny|rejected|rejects|reject|dismissed|dismisses|refuted|refutes|has denied|strongly opposes|firmly opposes|opposes|has rejected|repeatedly denied|hit back|hits back|lashed out|called fabricated")
	add(verbLegal, "indictment", "indicted|indicts|charged|charges|charging|unsealed an indictment|unsealed indictments|had already indicted|has indicted|unsealed charges|has charged|announced charges against|announced an indictment|announced the indictment of|announced indictments|announced indictments against|filed charges against")
	add(verbLegal, "sanction", "sanctioned|sanctions|sanctioning|imposed sanctions on|imposed sanctions against|has sanctioned|designated|designates|designating|blacklisted|placed sanctions on|imposed restrictive measures on|imposed restrictive measures against|is designating|is sanctioning|imposing sanctions on|announced sanctions against|announced sanctions on")
	add(verbLegal, "arrest", "arrested|detained")
	add(verbThreat, "", "do not exclude|does not exclude|did not exclude|do not rule out|does not rule out|did not rule out|reserves the right|reserve the right|vowed to|threatened|vowed|threatens")
	add(verbCall, "", "called|calls|described|describes")
	return v
}

// at returns the longest verb that starts at token i.
func (v verbTable) at(ts []token, i int) (verbEntry, bool) {
	best, found := verbEntry{}, false
	for _, e := range v[ts[i].lower] {
		if len(e.words) > len(best.words) && matchWords(ts, i, e.words) {
			best, found = e, true
		}
	}
	return best, found
}

// canAct reports whether a word form that is also a noun ("reports",
// "charges", "sanctions", "links") stands here as a verb: after a subject,
// not after a determiner, an adjective or a preposition.
func canAct(ts []token, i int, e verbEntry) bool {
	if len(e.words) > 1 {
		return true
	}
	w := e.words[0]
	if w == "called" && i+1 < len(ts) && (ts[i+1].lower == "“" || ts[i+1].lower == "\"" || ts[i+1].upper) {
		return false // "a group called X"
	}
	prev := ""
	if i > 0 {
		prev = ts[i-1].lower
	}
	switch w {
	case "reports", "charges", "sanctions", "links", "ties", "claims", "notes", "demands", "calls", "supports", "blame", "demand", "note", "attributes", "states", "conclude", "charged", "backed", "linked", "tied", "sanctioned", "called", "named", "designated", "joined", "detected", "identified", "established", "noted", "reported", "announced", "described", "observed", "exposed", "exposes", "believes", "considers", "arrested", "detained", "supported":
	default:
		return true
	}
	switch prev {
	case "the", "a", "an", "of", "no", "any", "new", "for", "with", "to", "these", "those", "its", "their", "his", "her", "our", "on", "from", "by", "against", "criminal", "economic", "financial", "further", "and/or", "several", "some", "as", "government", "state", "drops", "drop", "dropped", "faces", "face", "facing", "related", "unsealed", "pressed", "brought", "russian", "chinese", "malicious", "previously":
		return false
	}
	if strings.HasSuffix(w, "ed") { // "hackers linked to", "a group backed by", "were charged with"
		switch prev {
		case "is", "are", "were", "was", "be", "been", "being", "hackers", "actors", "group", "groups", "individuals", "those", "attacks", "activity", "activities":
			return w == "charged" || w == "sanctioned" || w == "designated" || w == "arrested" || w == "indicted"
		}
		if i+1 < len(ts) && (w == "linked" || w == "tied" || w == "backed" || w == "called" && prev != "administration") && (ts[i+1].lower == "to" || ts[i+1].lower == "by") && prev != "" && !ts[max(i-1, 0)].upper {
			return false
		}
	}
	return true
}
