package storyline

import "spoor/internal/finding"

// field is a field of a finding that the storyline reads. There is no other way
// to read one here, so whoever stores findings for it (Fields) leaves none out.
type field uint8

const (
	clientIPAddress field = iota // addresses, as the logs name them
	cIP
	ipAddress
	clientIP
	clientDashIP
	httpStatus // answers
	scStatus
	targetFilename // pages and files
	relativeTargetName
	csURIStem
	urlStem
	pageField
	pathField
	placeField
	aloneField
	whenChanged
	parameters // what was taken
	responseBytes
	scBytes
	readsField
	ownersField
	bytesField
	targetServer // which server was called
	anchorMailbox
	objectDN
	serverHostName
	urlHost
	keyField // what hosts are compared by
	userAgentField
	csUserAgent
	clientInfo
	authenticatedUser
	csUsername
	targetUserName
	subjectUserName
	userField
	fieldCount
)

func (n field) String() string {
	return [fieldCount]string{
		clientIPAddress: "ClientIpAddress", cIP: "c-ip", ipAddress: "IpAddress", clientIP: "ClientIP", clientDashIP: "client-ip",
		httpStatus: "HttpStatus", scStatus: "sc-status",
		targetFilename: "TargetFilename", relativeTargetName: "RelativeTargetName", csURIStem: "cs-uri-stem", urlStem: "UrlStem",
		pageField: "page", pathField: "path", placeField: "place", aloneField: "alone", whenChanged: "WhenChanged",
		parameters: "Parameters", responseBytes: "ResponseBytes", scBytes: "sc-bytes", readsField: "reads", ownersField: "owners", bytesField: "bytes",
		targetServer: "TargetServer", anchorMailbox: "AnchorMailbox", objectDN: "ObjectDN", serverHostName: "ServerHostName", urlHost: "UrlHost",
		keyField: "key", userAgentField: "UserAgent", csUserAgent: "cs(User-Agent)", clientInfo: "ClientInfo",
		authenticatedUser: "AuthenticatedUser", csUsername: "cs-username", targetUserName: "TargetUserName", subjectUserName: "SubjectUserName", userField: "User",
	}[n]
}

// of is the field's text in a finding, "" where it has none.
func (n field) of(f *finding.Finding) string { return f.Field(n.String()) }

// Fields lists the names of all fields that the storyline reads of a finding.
func Fields() []string {
	names := make([]string, fieldCount)
	for n := range fieldCount {
		names[n] = n.String()
	}
	return names
}
