package webshell

import "strings"

// network knows what connects to other machines.
func (c *call) network() (value, bool) {
	f, a := c.f, c.arg(0)
	switch c.name {
	case "tcpclient", "udpclient", "ipendpoint", "dnsendpoint", "inetsocketaddress", "fsockopen", "pfsockopen", "stream_socket_client", "socket", "gethostentry":
		if c.name == "gethostentry" || c.name == "socket" && len(c.args) == 0 {
			return value{}, true
		}
		if c.all.mark&fromRequest != 0 && a.mark&fromRequest != 0 {
			f.facts |= connectsChosen
			return value{mark: socketChosen}, true
		}
		return value{}, c.name != "socket" || c.op.made
	case "socket_connect":
		if c.arg(1).mark&fromRequest != 0 {
			f.facts |= connectsChosen
			f.merge(a.name, socketChosen)
		}
		return value{}, true
	case "connect", "beginconnect", "connectasync":
		if (a.mark|c.all.mark)&socketChosen != 0 || a.mark&fromRequest != 0 && len(c.args) > 1 {
			f.facts |= connectsChosen
			f.merge(c.op.base, socketChosen)
			return value{mark: socketChosen}, true
		}
	case "send", "receive", "sendto", "receivefrom", "socket_write", "socket_read", "socket_send", "socket_recv", "fread", "fgets", "stream_get_contents", "read", "getstream", "getoutputstream", "getinputstream", "beginreceive":
		m := c.recv.mark | a.mark
		if m&socketChosen != 0 {
			f.facts |= movesData
			return value{mark: socketChosen}, true
		}
		if m&relayChosen != 0 && c.name == "getoutputstream" {
			f.facts |= relaysHeader
			return value{}, true
		}
		if c.name == "read" && c.recv.mark&(fromRequest|fromFile|uploadData) != 0 { // fills its argument
			f.merge(a.name, c.recv.mark&carried)
			return value{}, true
		}
	case "create", "createhttp", "url", "openconnection", "httppost", "httpget":
		if c.name == "create" && !c.on("webrequest", "httpwebrequest") {
			break
		}
		if a.mark&fromRequest != 0 && a.head {
			f.facts |= relaysRequest
			m := fromNetwork | a.mark&carried
			if a.mark&fromHeader != 0 {
				m |= relayChosen
			}
			return value{mark: m}, true
		}
		if c.recv.mark&relayChosen != 0 {
			return value{mark: relayChosen | fromNetwork}, true
		}
	case "getrequeststream":
		if c.recv.mark&relayChosen != 0 {
			return value{mark: relayChosen}, true
		}
	case "downloadstring", "downloaddata", "getstringasync", "getbytearrayasync", "getresponsestream", "curl_exec", "openstream", "getresponse":
		return value{mark: fromNetwork | c.recv.mark&relayChosen}, true
	case "downloadfile", "downloadfiletaskasync":
		c.wrote(c.arg(1), value{mark: fromNetwork, known: true})
		if a.mark&fromRequest != 0 && a.head && out(c.arg(1)) == outFixed {
			f.facts |= writesFixed
		}
		return value{}, true
	case "curl_setopt", "curl_init":
		address := a
		if c.name == "curl_setopt" {
			address = value{}
			if c.arg(1).name == "curlopt_url" {
				address = c.arg(2)
			}
		}
		if address.mark&fromRequest != 0 && address.head {
			f.facts |= relaysRequest
			if address.mark&fromHeader != 0 {
				f.facts |= relaysHeader
			}
		}
		return value{}, true
	}
	return value{}, false
}

// database knows what opens databases and sends queries.
func (c *call) database() (value, bool) {
	f, a := c.f, c.arg(0)
	given := a.mark&fromRequest != 0 && a.head
	switch c.name {
	case "sqlconnection", "oledbconnection", "odbcconnection", "oracleconnection", "mysqlconnection", "getconnection", "mysqli_connect", "mysqli", "pdo", "mysql_connect", "mssql_connect", "pg_connect", "oci_connect", "sqlsrv_connect":
		if given {
			f.facts |= opensDatabase
		}
		return value{mark: sqlChosen & ifMark(given)}, true
	case "open":
		if given && !c.free && len(c.args) > 0 && (strings.Contains(c.op.base, "con") || strings.Contains(c.op.base, "cn")) {
			f.facts |= opensDatabase
		}
	case "sqlcommand", "oledbcommand", "odbccommand", "sqldataadapter", "oledbdataadapter", "odbcdataadapter", "mysqlcommand", "executequery", "executeupdate", "executenonquery", "executescalar", "executereader", "query", "mysql_query", "preparestatement", "execute":
		if given {
			f.facts |= runsQuery
		}
		return value{mark: a.mark & carried &^ fromRequest}, c.name != "execute"
	case "mysqli_query", "pg_query", "sqlsrv_query":
		if v := c.arg(1); v.mark&fromRequest != 0 && v.head {
			f.facts |= runsQuery
		}
		return value{}, true
	}
	return value{}, false
}

func ifMark(yes bool) mark {
	if yes {
		return ^mark(0)
	}
	return 0
}
