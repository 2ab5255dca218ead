package exchangelog

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLeftoversOfTheAddressBook(t *testing.T) {
	t.Parallel()
	const says = "Download failed and temporary file '%s' needs to be removed"
	own := fmt.Sprintf("2021-03-03T02:40:10.000Z,"+says+"\r\n", `C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess\OAB\Temp\a.lzx`)
	page := fmt.Sprintf("2021-03-03T02:40:11.221Z,"+says+"\r\n", `C:\inetpub\wwwroot\aspnet_client\supp0rt.aspx`)
	list, more := Leftovers([]byte("OAB generation begins\r\n" + own + page + fmt.Sprintf("no time: "+says, `D:\x.js`)))
	if len(list) != 2 || more {
		t.Fatalf("%+v %v, want two", list, more)
	}
	if l := list[0]; l.Path != `C:\inetpub\wwwroot\aspnet_client\supp0rt.aspx` || l.Line != 3 || l.Offset != int64(len("OAB generation begins\r\n")+len(own)) || !l.Time.Equal(time.Date(2021, 3, 3, 2, 40, 11, 221e6, time.UTC)) {
		t.Errorf("%+v", l)
	}
	if l := list[1]; l.Path != `D:\x.js` || !l.Time.IsZero() {
		t.Errorf("%+v", l)
	}
	if list, more = Leftovers([]byte(strings.Repeat(page, MaxLeftovers+1))); len(list) != MaxLeftovers || !more {
		t.Errorf("%d, more %v; want the cap and the word that there is more", len(list), more)
	}
}
