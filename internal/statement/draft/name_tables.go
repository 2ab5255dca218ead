package draft

// Names of states are a table of package statement; these are the others.

// bodyNames are parts of governments and organisations that speak. The kind is a
// speaker's kind; forms are separated by bars.
var bodyNames = [...]struct{ state, kind, name, forms string }{
	{"US", "government", "White House", "white house"},
	{"US", "government", "US administration", "biden administration|trump administration|obama administration|us administration"},
	{"US", "prosecutor", "US Department of Justice", "us department of justice|u.s. department of justice|department of justice|justice department|us justice department|u.s. justice department|doj|us attorney's office|u.s. attorney's office"},
	{"US", "prosecutor", "US prosecutors", "us prosecutors|u.s. prosecutors|federal prosecutors|american prosecutors"},
	{"US", "government", "FBI", "fbi|federal bureau of investigation"},
	{"US", "government", "CISA", "cisa|cybersecurity and infrastructure security agency"},
	{"US", "government", "NSA", "nsa|national security agency"},
	{"US", "government", "US Treasury", "us treasury|u.s. treasury|treasury department|us treasury department|department of the treasury|ofac|office of foreign assets control|treasury's office of foreign assets control"},
	{"US", "government", "US State Department", "state department|us state department|u.s. state department|department of state|us department of state"},
	{"GB", "government", "NCSC", "ncsc|national cyber security centre"},
	{"GB", "government", "GCHQ", "gchq"},
	{"GB", "government", "UK Foreign Office", "foreign office|fcdo|foreign, commonwealth and development office|uk foreign office|british foreign office"},
	{"CA", "government", "Communications Security Establishment", "communications security establishment|cse"},
	{"CA", "government", "Global Affairs Canada", "global affairs canada"},
	{"CA", "government", "Canadian Centre for Cyber Security", "canadian centre for cyber security"},
	{"AU", "government", "Australian Signals Directorate", "australian signals directorate|asd"},
	{"AU", "government", "Australian Cyber Security Centre", "acsc|australian cyber security centre"},
	{"NZ", "government", "GCSB", "gcsb|government communications security bureau"},
	{"JP", "government", "Japan's Foreign Ministry", "japan's foreign ministry|japanese foreign ministry|ministry of foreign affairs of japan"},
	{"EU", "international-organisation", "Council of the EU", "council of the eu|council of the european union|european council|eu council"},
	{"EU", "international-organisation", "High Representative", "high representative|eu high representative"},
	{"EU", "international-organisation", "European External Action Service", "european external action service"},
	{"EU", "international-organisation", "European Commission", "european commission"},
	{"CN", "accused", "Chinese Foreign Ministry", "chinese foreign ministry|china's foreign ministry|ministry of foreign affairs of china|chinese ministry of foreign affairs"},
	{"CN", "accused", "Chinese Embassy", "chinese embassy|china's embassy"},
	{"RU", "accused", "Russian Foreign Ministry", "russian foreign ministry|russia's foreign ministry"},
	{"RU", "accused", "Russian Embassy", "russian embassy|russia's embassy"},
	{"IR", "accused", "Iranian Foreign Ministry", "iranian foreign ministry|iran's foreign ministry"},
	{"DE", "government", "German domestic intelligence (BfV)", "bfv|federal office for the protection of the constitution"},
	{"DE", "government", "German Foreign Office", "german foreign ministry|german foreign office"},
	{"DE", "government", "BSI", "bsi"},
	{"FR", "government", "ANSSI", "anssi"},
	{"CZ", "government", "NUKIB", "nukib|núkib"},
	{"CZ", "government", "Czech Foreign Ministry", "czech foreign ministry|czech ministry of foreign affairs"},
	{"NL", "government", "AIVD", "aivd"},
	{"NL", "government", "MIVD", "mivd"},
	{"NO", "government", "Norwegian Police Security Service", "pst|norwegian police security service"},
	{"FI", "government", "Finnish Security Intelligence Service", "supo|finnish security intelligence service"},
	{"FI", "government", "Finnish police", "finnish police"},
	{"UA", "government", "CERT-UA", "cert-ua"},
	{"UA", "government", "SBU", "sbu|security service of ukraine"},
}

// organNames are the organs that statements accuse.
var organNames = [...]struct{ state, name, forms string }{
	{"CN", "Ministry of State Security", "ministry of state security|mss|china's ministry of state security|chinese ministry of state security|prc's mss|prc's ministry of state security|china's mss"},
	{"CN", "Hainan State Security Department", "hainan state security department|hssd"},
	{"CN", "Hubei State Security Department", "hubei state security department"},
	{"CN", "Shanghai State Security Bureau", "shanghai state security bureau|sssb"},
	{"CN", "People's Liberation Army", "people's liberation army|pla"},
	{"RU", "GRU", "gru|russian military intelligence|russia's military intelligence|main intelligence directorate|russia's gru|russian general staff main intelligence directorate"},
	{"RU", "SVR", "svr|russian foreign intelligence service|russia's foreign intelligence service"},
	{"RU", "FSB", "fsb|federal security service|russian federal security service|russia's federal security service"},
	{"IR", "Ministry of Intelligence", "mois|iranian ministry of intelligence|iran's ministry of intelligence and security|ministry of intelligence and security"},
	{"IR", "IRGC", "irgc|islamic revolutionary guard corps"},
	{"KP", "Reconnaissance General Bureau", "rgb|reconnaissance general bureau"},
}

// companyNames are companies that publish findings.
var companyNames = [...]struct{ name, forms string }{
	{"Microsoft", "microsoft|microsoft threat intelligence center|mstic"},
	{"Mandiant", "mandiant"},
	{"FireEye", "fireeye"},
	{"CrowdStrike", "crowdstrike"},
	{"ESET", "eset"},
	{"Google", "google"},
	{"Symantec", "symantec"},
	{"Kaspersky", "kaspersky"},
	{"Volexity", "volexity"},
	{"Recorded Future", "recorded future"},
	{"Secureworks", "secureworks"},
	{"Palo Alto Networks", "palo alto networks"},
	{"Trend Micro", "trend micro"},
	{"Check Point", "check point"},
	{"Cisco Talos", "cisco talos"},
	{"DomainTools", "domaintools"},
	{"SentinelOne", "sentinelone"},
	{"Proofpoint", "proofpoint"},
	{"Dragos", "dragos"},
	{"Sophos", "sophos"},
	{"Huntress", "huntress"},
	{"Rapid7", "rapid7"},
	{"Facebook", "facebook"},
	{"Meta", "meta"},
	{"Amazon", "amazon"},
	{"Apple", "apple"},
}

// unnamedExperts are experts without a name, who speak for nobody.
var unnamedExperts = [...]struct{ state, name, forms string }{
	{"", "experts", "experts|analysts|security experts|researchers|security researchers|cybersecurity experts"},
	{"US", "American specialists", "american specialists|american experts|us experts|u.s. experts"},
	{"", "specialists", "specialists"},
}

// offices are those after or before which a person's name stands. An office
// of one state names it; others have the state of the name before them.
var offices = [...]struct{ forms, kind, state string }{
	{"secretary of state|attorney general|deputy attorney general|deputy director|director|chief|head|commander|national security adviser|national security advisor|fbi director|acting us attorney|acting u.s. attorney|assistant attorney general|us attorney|u.s. attorney|acting us attorney|press secretary|deputy national security advisor", "government", "US"},
	{"foreign secretary|home secretary|security minister|deputy prime minister", "government", "GB"},
	{"president|prime minister|foreign minister|minister|interior minister|defence minister|defense minister|foreign affairs minister|home affairs minister|minister for home affairs|minister of foreign affairs|chancellor|ambassador|deputy foreign minister|minister for foreign affairs", "government", ""},
	{"high representative|secretary general|secretary-general", "international-organisation", ""},
	{"spokesman|spokesperson|spokeswoman|foreign ministry spokesman|foreign ministry spokesperson|foreign ministry spokeswoman", "government", ""},
	{"professor|analyst|researcher|chief executive|ceo|vice president|expert|specialist", "expert", ""},
}
