package share

import (
	"slices"
	"strings"

	"spoor/internal/expression"
	"spoor/internal/limits"
)

// meaning says what a field holds.
type meaning uint8

const (
	aText        meaning = iota // anything: words that are not known are withheld
	aCode                       // one of spoor's own words: never changed
	aSentence                   // words of a rule or of public knowledge
	aSaid                       // one of spoor's sentences with values in it
	anAgent                     // a user agent
	aHost                       // a machine, or several
	anOwnHost                   // the server itself, by name or address
	aTarget                     // a machine that was asked for
	anOwnAddress                // the server's own address
	anAddress                   // somebody's address, or several
	anAccount
	aDomain
	aMailbox
	aSubject
	aSecret
	aGUID  // that names a mailbox or a person
	anID   // of a finding
	aField // the name of a field
)

// meanings are the fields of records by name in lower case without blanks,
// hyphens and underscores: those of IIS (W3C), Exchange 2013 to 2019, Windows'
// event logs and Sysmon. Every other field is a text.
func meanings() map[string]meaning {
	m := map[string]meaning{}
	put := func(k meaning, names string) {
		for _, n := range strings.Fields(names) {
			m[n] = k
		}
	}
	put(aHost, `host aliases computer computername scomputername serverhostname hostname workstation workstationname   frontendserver servername server cmdletproxyremoteserver
		adconfigurationdomaincontrollers adpreferreddomaincontrollers adpreferredglobalcatalogs aduserconfigurationdomaincontroller aduserpreferreddomaincontrollers aduserpreferredglobalcatalog domaincontroller
		  clienthostname  serverfqdn machine machinename clientname devicename originatingserver sourcehostname  sourceserver mailboxserver backendserver
		clientmachinename sourceworkstation remotecomputer cn dnshostname node logonserver frontendfqdn backendfqdn fqdn callercomputername proxiedserver originatinghost reportinghost`)
	put(anOwnAddress, `sip serverip localendpoint sourcelocalip localaddress serveraddress`)
	put(anAddress, `cip clientipaddress ipaddress clientip sourceip destinationip sourceaddress destinationaddress remoteendpoint originalclientip xforwardedfor remoteaddress clientaddress sources sourcenetworkaddress param3`)
	put(anAccount, `subjectusername targetusername user username csusername authenticateduser accountname samaccountname sourceuser targetuser parentuser caller executinguser logonuser membername userprincipalname
		targetoutboundusername initiator actasuser impersonateduser owner displayname serviceaccount runas mailboxowner logonuserdisplayname logonusersid actor principal principalname personname author userid creator
		impersonator modifiedby runspaceuser account userlogin useremail operator membersid targetaccount sourceaccount param2 oldtargetusername newtargetusername executingusersid lastmodifiedby logonaccount givenname surname firstname lastname
		name2 alias initials employee uid requester assignedto samaccount upn loginhint member members objectdn delegate trustee caseowner examiner investigator analyst collector collectedby`)
	put(aDomain, `subjectdomainname targetdomainname domain domainname targetoutbounddomainname organization effectiveorganization managedorganization adrecipientviewroot dnsdomain tenant tenantname accountdomain realm dnsdomainname
		subjectdomain targetdomain maildomain emaildomain accepteddomain organizationname forest forestname`)
	put(aMailbox, `mailbox anchoredmailbox primarysmtpaddress senderaddress recipientaddress recipients cc bcc smtpaddress emailaddress email mail legacydn mailboxid targetmailbox sourcemailbox sender sendersmtp returnpath
		mailboxowneraddress originalrecipient recipient relatedrecipientaddress sendersmtpaddress targetsmtp identity targetrecipients actassmtp windowsemailaddress externalemailaddress forwardingaddress forwardingsmtpaddress useraddress proxyaddresses`)
	put(aSubject, `subject messagesubject subjectline itemsubject conversationtopic itemname foldername folderpath attachmentname attachments folder searchquery contentfilter messageid internetmessageid itemid folderid`)
	put(aSecret, `password pwd passwd pass token canary msexchecpcanary xowacanary xrpscat accesstoken sessionkey viewstate viewstategenerator secret apikey authorization owacanary cadata cadatakey cadataiv cadatasig cadatattl ticket securitytoken
		commonaccesstoken xcommonaccesstoken serializedsecuritycontext machinekey validationkey decryptionkey nthash lmhash pin`)
	put(aGUID, `useradobjectguid mailboxguid objectguid externaldirectoryobjectid externaldirectoryorganizationid exchangeguid databaseguid archiveguid tenantguid tenantid organizationguid puid netid deviceid`)
	put(anAgent, `useragent csuseragent clientapplication clientinfo`)
	put(anOwnHost, `urlhost cshost`)
	put(aTarget, `targetserver targetservername serverlocatorhost destinationhost destinationhostname`)
	put(aText, `anchormailbox routinghint`)
	return m
}

// keepForm are values that name nobody: nothing, numbers, times, truth values,
// hashes, message numbers of Windows, identifiers that every Windows has.
var keepForm = expression.Lazily(`(?i)^(|-|\*|[-+]?[0-9]+([.,][0-9]+)?%?|0x[0-9a-f]{1,16}|true|false|null|yes|no|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[-+][0-9:]+)?)?|[0-9]{1,2}:[0-9]{2}:[0-9]{2}|(%%[0-9]+\s*)+|\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?|S-1-(0|1|2|3|5|15|16)(-[0-9]{1,5})?(-[0-9]{1,3})?)$`)

// fieldName is a field's name as meanings has it.
func fieldName(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", "(", "", ")", "", ":", "", ".", "").Replace(fold(s))
}

// of is the meaning of a record's field.
func (c *Copy) of(field string) meaning {
	if k, ok := c.spelled[field]; ok {
		return k
	}
	k := c.meant(fieldName(field))
	if len(c.spelled) < maxMemo {
		c.spelled[field] = k
	}
	return k
}

func (c *Copy) meant(name string) meaning {
	if k, ok := c.fields[name]; ok {
		return k
	}
	for _, end := range []struct {
		end string
		is  meaning
	}{{"sid", anAccount}, {"password", aSecret}, {"token", aSecret}, {"username", anAccount}, {"accountname", anAccount}, {"domainname", aDomain}, {"hostname", aHost},
		{"computername", aHost}, {"servername", aHost}, {"emailaddress", aMailbox}, {"smtpaddress", aMailbox}, {"mailbox", aMailbox}, {"subject", aSubject}} {
		if strings.HasSuffix(name, end.end) {
			return end.is
		}
	}
	return aText
}

// memoKey is a value in a field of a meaning.
type memoKey struct {
	as    meaning
	value string
}

// seen is what became of a value that was met before, and the lines of the
// list that it counts for.
type seen struct {
	out   string
	lines []*Line
}

// Bounds of the memory for values that come again; most of the values of logs
// do.
const (
	maxMemo      = max(50_000>>limits.Shrink, 2)
	maxMemoValue = max(2<<10>>limits.Shrink, 8)
)

// value replaces what a field of a meaning holds.
func (c *Copy) value(as meaning, s string) string {
	if s == "" || as == aCode {
		return s
	}
	key := memoKey{as, s}
	if known, ok := c.memo[key]; ok {
		for _, l := range known.lines {
			l.Times++
		}
		return known.out
	}
	c.touched = c.touched[:0]
	out := c.fresh(as, s)
	if len(s) <= maxMemoValue && len(c.memo) < maxMemo {
		c.memo[key] = seen{out, slices.Clone(c.touched)}
	}
	return out
}

func (c *Copy) fresh(as meaning, s string) string {
	switch as {
	case aText:
		return c.strict(s)
	case aSentence:
		return c.rewrite(s, known, 0)
	case aSaid:
		return c.rewrite(s, said, 0)
	case anAgent:
		out := c.rewrite(s, outer, 0)
		c.note("kept", isAgent, out, "")
		return out
	case anID:
		return c.identity(s)
	case aField:
		if _, ok := c.fields[fieldName(s)]; ok {
			return s
		}
		return c.strict(s)
	}
	trimmed := strings.TrimSpace(s)
	if keepForm().MatchString(trimmed) && as != aGUID && as != aSecret && as != aSubject && !(as == anAccount && len(trimmed) > 4 && isNumber(trimmed)) {
		return s
	}
	switch as {
	case aHost:
		return each(s, c.host)
	case anOwnHost:
		return each(s, func(one string) string {
			if out, ok := c.address(one, true); ok {
				return out
			}
			return c.host(one)
		})
	case aTarget:
		return each(s, c.target)
	case anOwnAddress, anAddress:
		return each(s, func(one string) string {
			if out, ok := c.address(one, as == anOwnAddress); ok {
				return out
			}
			if as == anAddress && fold(one) == "local" {
				return one
			}
			return c.strict(one)
		})
	case anAccount:
		return c.account(s)
	case aDomain:
		return c.domain(trimmed)
	case aMailbox:
		return c.mailboxes(s)
	case aSubject:
		if strings.Contains(s, `:\`) || strings.HasPrefix(s, `\\`) {
			return c.strict(s) // a folder of a disk, not of a mailbox
		}
		return c.learnName(isSubject, s)
	case aGUID:
		return c.learnName(isMailbox, s)
	}
	return c.secret(s)
}

// identity gives a finding another id: the old one is a hash of its record,
// against which names could be tried.
func (c *Copy) identity(id string) string {
	if c.learning {
		c.ids[id] = c.key.identity(id)
	}
	return c.key.identity(id)
}

// each replaces the parts of a list.
func each(s string, one func(string) string) string {
	if !strings.ContainsAny(s, ",; ") || strings.HasPrefix(s, "unnamed host in ") {
		return one(s)
	}
	var b strings.Builder
	for len(s) > 0 {
		i := strings.IndexAny(s, ",; ")
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			b.WriteString(one(s[:i]))
		}
		if i < len(s) {
			b.WriteByte(s[i])
			i++
		}
		s = s[i:]
	}
	return b.String()
}

// mailboxes replaces addresses, names and directory names, one or several.
func (c *Copy) mailboxes(s string) string {
	if dnForm().MatchString(s) {
		return c.strict(s)
	}
	return splitList(s, func(one string) string {
		name := strings.Trim(one, `<>"' `)
		switch {
		case name == "" || keepForm().MatchString(name) && !isNumber(name):
			return one
		case strings.Contains(name, `\`) && !strings.Contains(name, "@"):
			host, rest, _ := strings.Cut(name, `\`) // MAIL01\OAB (Default Web Site)
			if strings.Contains(rest, "(") {
				return c.host(host) + `\` + rest
			}
			return c.account(name)
		}
		if rest, ok := strings.CutPrefix(name, "smtp:"); ok {
			return "smtp:" + c.account(rest)
		}
		return c.account(name)
	})
}

func splitList(s string, one func(string) string) string {
	var b strings.Builder
	for {
		i := strings.IndexAny(s, ",;")
		if i < 0 {
			b.WriteString(one(s))
			return b.String()
		}
		b.WriteString(one(s[:i]))
		b.WriteByte(s[i])
		s = s[i+1:]
	}
}
