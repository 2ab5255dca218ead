package statement

import "strings"

// State is a state, or a body that speaks as one (EU, NATO, UN, G7), with
// the forms under which English texts name it.
type State struct {
	// Code is an ISO 3166 alpha-2 code, or the body's short name.
	Code string
	Name string
	// Nouns are the lower-case forms of its name, separated by bars.
	// Capitals stand for governments, as the press uses them.
	Nouns string
	// Adjective is the lower-case adjective, "" where texts use none.
	Adjective string
}

// States returns every state that the checks, the drafts and the imports
// know by name.
func States() []State { return states[:] }

// StateName is the name of the state with this code, or the code itself
// where it is not known.
func StateName(code string) string {
	for _, s := range states {
		if s.Code == code {
			return s.Name
		}
	}
	return code
}

// StateCode is the code of the state with this name, without regard to case,
// or "" where it is not known.
func StateCode(name string) string {
	name = strings.ToLower(name)
	for _, s := range states {
		for noun := range strings.SplitSeq(s.Nouns, "|") {
			if noun == name {
				return s.Code
			}
		}
		if name != "" && s.Adjective == name {
			return s.Code
		}
	}
	return ""
}

var states = [...]State{
	{"US", "United States", "united states|us|u.s.|usa|united states of america|washington|us government|u.s. government", "american"},
	{"GB", "United Kingdom", "united kingdom|uk|u.k.|britain|great britain|london|uk government|hm government", "british"},
	{"CA", "Canada", "canada|ottawa|government of canada", "canadian"},
	{"AU", "Australia", "australia|canberra|australian government", "australian"},
	{"NZ", "New Zealand", "new zealand|wellington", ""},
	{"JP", "Japan", "japan|tokyo|government of japan", "japanese"},
	{"CN", "China", "china|beijing|prc|people's republic of china|chinese government|chinese authorities|chinese state|government of china", "chinese"},
	{"RU", "Russia", "russia|moscow|russian federation|kremlin|russian government|russian state", "russian"},
	{"IR", "Iran", "iran|tehran|islamic republic of iran|iranian government|iranian regime", "iranian"},
	{"KP", "North Korea", "north korea|dprk|pyongyang|democratic people's republic of korea|north korean government", "north korean"},
	{"KR", "South Korea", "south korea|seoul|republic of korea", "south korean"},
	{"DE", "Germany", "germany|berlin|federal government of germany|german government", "german"},
	{"FR", "France", "france|paris|french government", "french"},
	{"NL", "Netherlands", "netherlands|the hague|dutch government", "dutch"},
	{"BE", "Belgium", "belgium", "belgian"},
	{"CZ", "Czechia", "czechia|czech republic|prague|government of the czech republic", "czech"},
	{"PL", "Poland", "poland|warsaw", "polish"},
	{"EE", "Estonia", "estonia|tallinn", "estonian"},
	{"LV", "Latvia", "latvia|riga", "latvian"},
	{"LT", "Lithuania", "lithuania|vilnius", "lithuanian"},
	{"FI", "Finland", "finland|helsinki", "finnish"},
	{"SE", "Sweden", "sweden|stockholm", "swedish"},
	{"NO", "Norway", "norway|oslo|norwegian government", "norwegian"},
	{"DK", "Denmark", "denmark|copenhagen", "danish"},
	{"IE", "Ireland", "ireland|dublin", "irish"},
	{"ES", "Spain", "spain|madrid", "spanish"},
	{"IT", "Italy", "italy|rome", "italian"},
	{"AT", "Austria", "austria|vienna", "austrian"},
	{"RO", "Romania", "romania|bucharest", "romanian"},
	{"UA", "Ukraine", "ukraine|kyiv|kiev", "ukrainian"},
	{"GE", "Georgia", "georgian government|tbilisi", "georgian"},
	{"IL", "Israel", "israel|jerusalem", "israeli"},
	{"IN", "India", "india|new delhi", "indian"},
	{"TW", "Taiwan", "taiwan|taipei", "taiwanese"},
	{"VN", "Vietnam", "vietnam|hanoi", "vietnamese"},
	{"BY", "Belarus", "belarus|minsk", "belarusian"},
	{"AL", "Albania", "albania|tirana", "albanian"},
	{"ME", "Montenegro", "montenegro", ""},
	{"ID", "Indonesia", "indonesia|jakarta", "indonesian"},
	{"PH", "Philippines", "philippines|manila", "philippine"},
	{"SG", "Singapore", "singapore", "singaporean"},
	{"EU", "European Union", "european union|eu|e.u.|brussels|european bloc|the bloc", "european"},
	{"NATO", "NATO", "nato|north atlantic treaty organization|north atlantic council", ""},
	{"UN", "United Nations", "united nations", ""},
	{"G7", "G7", "g7|group of seven", ""},
}
