package webpath_test

import (
	"fmt"

	"spoor/internal/webpath"
)

func ExampleNormal() {
	p := webpath.Normal([]byte("/OWA//auth/(S(x))/%6cogon.aspx/a.php"), nil)
	fmt.Println(string(p.Page), string(p.Info), p.Directory())
	fmt.Println(p.Seen&webpath.Percent != 0, p.Seen&webpath.Null != 0)
	// Output:
	// /owa/auth/logon.aspx /a.php /owa
	// true false
}

func ExampleTie() {
	fmt.Println(webpath.Tie([]byte("/EWS/%78.asmx"), `E:\V15\ClientAccess\exchweb\ews\x.asmx`))
	// Output: true
}
