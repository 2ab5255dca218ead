package outsider

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A server answers requests for names that it does not have in one of the
// ways in which servers do.
type manner int

const (
	refuses     manner = iota // 404
	errorPage                 // its error page is run in place and answers 200
	softRefusal               // 200 to GET, 405 to POST
	redirects                 // 302 to a page of its own
	signIn                    // a proxy in front answers its sign-in form, 200
	postsOnly                 // 404 to GET, 200 to POST (a rewrite rule for forms)
	byFolder                  // 404 in some folders, 200 in others
	byDay                     // 404 on some days, 200 on others
	manners
)

func (m manner) String() string {
	return [...]string{"refuses", "error page", "soft refusal", "redirects", "sign-in proxy", "posts only", "by folder", "by day"}[m]
}

// product is what runs on the server.
type product int

const (
	exchange product = iota
	sharePoint
	plainWeb
	products
)

func (p product) String() string { return [...]string{"exchange", "sharepoint", "web"}[p] }

// server is one machine and what its owner can hand over of it.
type server struct {
	name    string
	manner  manner
	product product
	fixed   bool // the builds of its logs hold every fix
	stated  bool // its logs state a build at all
	iis     bool // the web server's log is there
	proxy   bool // HttpProxy's log is there
	rng     *rand.Rand
}

func newServer(seed uint64, n int) *server {
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	s := &server{name: fmt.Sprintf("srv%05d", n), manner: manner(rng.IntN(int(manners))), product: product(rng.IntN(int(products))), rng: rng}
	if rng.IntN(3) > 0 {
		s.product = exchange
	}
	s.fixed, s.stated = rng.IntN(2) == 0, rng.IntN(4) > 0
	s.iis, s.proxy = true, s.product == exchange && rng.IntN(3) > 0
	if s.proxy && rng.IntN(4) == 0 {
		s.iis = false
	}
	return s
}

// build is a build of Exchange 2019: one of December 2020 or one of 2024.
func (s *server) build() [4]int {
	if s.fixed {
		return [4]int{15, 2, 1544, 11}
	}
	return [4]int{15, 2, 792, 3}
}

// answer is the status of a request for a name that is not there.
func (s *server) answer(r request, at time.Time) int {
	post := r.method == "POST"
	switch s.manner {
	case errorPage, signIn:
		return 200
	case softRefusal:
		if post {
			return 405
		}
		return 200
	case redirects:
		return 302
	case postsOnly:
		if post {
			return 200
		}
	case byFolder:
		if strings.Count(r.stem, "/")%2 == 0 {
			return 200
		}
	case byDay:
		if at.YearDay()%2 == 0 {
			return 200
		}
	}
	return 404
}

// own are pages that servers have, with ordinary requests for them.
func (s *server) own() []request {
	user := fmt.Sprintf(`TOWN\user%d`, s.rng.IntN(9))
	switch s.product {
	case exchange:
		return []request{
			{method: "GET", stem: "/owa/auth/logon.aspx", query: "url=https%3a%2f%2fmail.town.example%2fowa%2f&reason=0", fixedStatus: 200},
			{method: "POST", stem: "/owa/auth.owa", fixedStatus: 302},
			{method: "POST", stem: "/EWS/Exchange.asmx", user: user, fixedStatus: 200},
			{method: "POST", stem: "/Microsoft-Server-ActiveSync/default.eas", query: "Cmd=Ping&DeviceId=ABC&DeviceType=phone", user: user, fixedStatus: 200},
			{method: "GET", stem: "/owa/", user: user, fixedStatus: 200},
		}
	case sharePoint:
		return []request{
			{method: "GET", stem: "/_layouts/15/start.aspx", user: user, fixedStatus: 200},
			{method: "POST", stem: "/_vti_bin/client.svc/ProcessQuery", user: user, fixedStatus: 200},
		}
	}
	return []request{
		{method: "GET", stem: "/", fixedStatus: 200},
		{method: "GET", stem: "/Default.aspx", fixedStatus: 200},
		{method: "POST", stem: "/contact.aspx", fixedStatus: 200},
	}
}
