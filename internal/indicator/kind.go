package indicator

import "spoor/internal/finding"

// Kind says what an indicator's value is.
type Kind uint8

// The kinds. Their order is that of lists.
const (
	Address   Kind = iota // IPv4 or IPv6 address or network
	Domain                // domain or host name
	URL                   // absolute address of a resource, with or without scheme
	Name                  // file name without folders
	Path                  // file with at least one folder
	SHA256                // lower-case hexadecimal
	SHA1                  // lower-case hexadecimal
	MD5                   // lower-case hexadecimal
	UserAgent             // the whole value of a user agent
	Email                 // lower-case mail address
	kinds

	// Parts of clauses that are not indicators of their own.
	port    // decimal
	folder  // path of a folder
	nothing // always true
)

// String is the kind's name in files, findings and lists.
func (k Kind) String() string {
	if k >= kinds {
		return "part"
	}
	return [...]string{"address", "domain", "url", "file name", "path", "sha256", "sha1", "md5", "user agent", "email"}[k]
}

// level is what a hit is worth where the source states no level. A name can
// be shared by anybody; a user agent and a sender are chosen freely.
func (k Kind) level() finding.Level {
	switch k {
	case Name, UserAgent, Email:
		return finding.Medium
	}
	return finding.High
}

// tie is the kind of a public statement on who used the thing.
func (k Kind) tie() string {
	switch k {
	case Address, Domain, URL:
		return "infrastructure"
	case SHA256, SHA1, MD5:
		return "malware"
	}
	return ""
}
