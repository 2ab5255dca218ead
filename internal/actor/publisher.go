package actor

import "strings"

// publishers maps the end of a report's host, or of host and path, to who
// stands behind it. Longer endings win; a host that is not here names itself.
var publishers = map[string]string{
	"welivesecurity.com": "ESET", "eset.com": "ESET", "esetstatic.com": "ESET",
	"paloaltonetworks.com": "Unit 42", "pan-unit42.github.io": "Unit 42",
	"securelist.com": "Kaspersky", "kaspersky.com": "Kaspersky", "kasperskycontenthub.com": "Kaspersky", "securelist.ru": "Kaspersky",
	"mandiant.com": "Mandiant", "fireeye.com": "Mandiant", "services.google.com": "Mandiant", "cloud.google.com": "Mandiant",
	"blog.google": "Google", "googleblog.com": "Google", "projectzero.google": "Google",
	"microsoft.com": "Microsoft", "msrc.microsoft.com": "Microsoft",
	"talosintelligence.com": "Cisco Talos", "cisco.com": "Cisco Talos", "talos-intelligence-site.s3.amazonaws.com": "Cisco Talos",
	"trendmicro.com": "Trend Micro", "trendmicro.eu": "Trend Micro",
	"secureworks.com": "Secureworks", "secureworks.co.uk": "Secureworks",
	"cybereason.com": "Cybereason", "proofpoint.com": "Proofpoint",
	"cisa.gov": "CISA", "us-cert.gov": "CISA", "justice.gov": "US Department of Justice", "ic3.gov": "FBI", "fbi.gov": "FBI",
	"media.defense.gov": "NSA", "nsa.gov": "NSA", "treasury.gov": "US Treasury", "ncsc.gov.uk": "NCSC (UK)", "gov.uk": "UK government",
	"symantec.com": "Symantec", "security.com": "Symantec", "broadcom.com": "Symantec", "symantec-enterprise-blogs.security.com": "Symantec",
	"crowdstrike.com": "CrowdStrike", "bitdefender.com": "Bitdefender", "checkpoint.com": "Check Point",
	"mcafee.com": "McAfee", "trellix.com": "Trellix", "zscaler.com": "Zscaler", "clearskysec.com": "ClearSky",
	"malwarebytes.com": "Malwarebytes", "sentinelone.com": "SentinelOne", "volexity.com": "Volexity",
	"nccgroup.com": "NCC Group", "nccgroup.trust": "NCC Group", "fox-it.com": "Fox-IT", "foxitsecurity.files.wordpress.com": "Fox-IT",
	"group-ib.com": "Group-IB", "groupib.pathfactory.com": "Group-IB", "thedfirreport.com": "The DFIR Report",
	"fortinet.com": "Fortinet", "securityintelligence.com": "IBM", "ibm.com": "IBM", "redcanary.com": "Red Canary",
	"objective-see.com": "Objective-See", "objective-see.org": "Objective-See", "cobaltstrike.com": "Fortra",
	"pwc.co.uk": "PwC", "pwc.com": "PwC", "blackberry.com": "BlackBerry", "cylance.com": "BlackBerry",
	"accenture.com": "Accenture", "f-secure.com": "WithSecure", "withsecure.com": "WithSecure", "operationblockbuster.com": "Novetta", "novetta.com": "Novetta",
	"sophos.com": "Sophos", "carbonblack.com": "Carbon Black", "anomali.com": "Anomali", "rapid7.com": "Rapid7", "sekoia.io": "Sekoia",
	"trustwave.com": "Trustwave", "recordedfuture.com": "Recorded Future", "picussecurity.com": "Picus", "huntress.com": "Huntress",
	"lumen.com": "Lumen", "cert.ssi.gouv.fr": "ANSSI", "elastic.co": "Elastic", "endgame.com": "Elastic", "dragos.com": "Dragos",
	"cybersecurity.att.com": "AT&T", "alienvault.com": "AT&T", "forcepoint.com": "Forcepoint", "morphisec.com": "Morphisec",
	"intezer.com": "Intezer", "ptsecurity.com": "Positive Technologies", "sygnia.co": "Sygnia", "deepinstinct.com": "Deep Instinct",
	"jpcert.or.jp": "JPCERT/CC", "nttsecurity.com": "NTT Security", "lab52.io": "Lab52", "intel471.com": "Intel 471",
	"aquasec.com": "Aqua", "netscout.com": "NETSCOUT", "arbornetworks.com": "NETSCOUT", "ti.360.net": "360", "360.net": "360", "360.cn": "360", "qianxin.com": "QiAnXin",
	"lookout.com": "Lookout", "citizenlab.ca": "Citizen Lab", "citizenlab.org": "Citizen Lab", "amnesty.org": "Amnesty International",
	"kroll.com": "Kroll", "splunk.com": "Splunk", "bleepingcomputer.com": "BleepingComputer", "cert.gov.ua": "CERT-UA", "cert.pl": "CERT Polska",
	"virusbulletin.com": "Virus Bulletin", "attack.mitre.org": "MITRE", "cyber.gov.au": "ASD (Australia)", "cyber.gc.ca": "CCCS (Canada)",
}

// platforms are hosts where many publish: the path's first part is the
// publisher.
var platforms = map[string]bool{"medium.com": true, "github.com": true, "twitter.com": true, "x.com": true, "youtube.com": true}

// Publisher guesses from its address who published a report, so that two
// reports of one vendor count as one voice. Without a known ending it is the
// host itself; an empty address gives "".
func Publisher(url string) string {
	address := Address(url)
	host, path, _ := strings.Cut(address, "/")
	if host == "" {
		return ""
	}
	for end := host; ; {
		if name, ok := publishers[end]; ok {
			return name
		}
		_, rest, found := strings.Cut(end, ".")
		if !found {
			break
		}
		end = rest
	}
	if first, _, _ := strings.Cut(path, "/"); platforms[host] && first != "" {
		return host + "/" + strings.ToLower(first)
	}
	return host
}
