package pageuse

import (
	"bytes"
	"path"
)

// placeOfProduct reports a folder of Exchange in which only the product has
// pages, or nobody: a page there that is none of its own needs an explanation.
// The path is in its one form.
func placeOfProduct(page []byte) bool {
	for _, start := range [...]string{"/aspnet_client/", "/owa/auth/", "/ecp/auth/", "/oab/"} {
		if bytes.HasPrefix(page, []byte(start)) {
			return true
		}
	}
	return false
}

// Stock reports a page that Exchange ships in these folders, by its whole path:
// a known name in another folder is none of them. Source: the lists of
// legitimate files in Microsoft's and CERT guidance of March 2021.
func Stock(page []byte) bool {
	switch string(page) {
	case "/owa/auth/errorfe.aspx", "/owa/auth/expiredpassword.aspx", "/owa/auth/frowny.aspx", "/owa/auth/logoff.aspx", "/owa/auth/logon.aspx",
		"/owa/auth/outlookcn.aspx", "/owa/auth/redirsuiteserviceproxy.aspx", "/owa/auth/signout.aspx", "/ecp/auth/timeoutlogoff.aspx":
		return true
	}
	return false
}

// known reports pages of which built-in rules tell, where the path is written
// as it is. They take a path that ends as one of the product's pages for it.
func known(page string) bool {
	switch path.Ext(page) {
	case ".aspx", ".ashx", ".asmx", ".asp":
		for i := range len(page) {
			if page[i] == '/' && Stock([]byte(page[i:])) {
				return false
			}
		}
		return placeOfProduct([]byte(page))
	}
	return false
}
