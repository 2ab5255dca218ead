package sigma

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"spoor/event"
	"spoor/internal/engine"
)

// cmdletSentence is the sentence that the event viewer shows for a record of
// the MSExchange Management log, of which the record holds only the parts. It
// depends on the event id, which is the same for all records of a route.
func cmdletSentence(dst []byte, e *event.Event) ([]byte, bool) {
	verb := ""
	switch e.Route.EventID {
	case 1:
		verb = "suceeded" // the vendor's spelling
	case 6, 8:
		verb = "failed"
	default:
		return dst, false
	}
	start, parts := len(dst), 0
	dst = append(append(append(dst, "Cmdlet "...), verb...), ". Cmdlet "...)
	for _, slot := range e.Shape.Slots("Data") {
		e.Values[slot].Each(func(v event.Value) {
			if parts++; parts > 2 {
				return
			}
			if parts == 2 {
				dst = append(dst, ", parameters "...)
			}
			dst = v.AppendText(dst)
		})
	}
	if parts < 2 {
		return dst[:start], false
	}
	return append(dst, '.'), true
}

// turns are the translations of a value's form, by the name that the log
// source files use.
func turns() map[string]*engine.Turn {
	return map[string]*engine.Turn{
		"integrity": {Of: integrity},
		"hex":       {Of: fromHex},
		"registry":  {Of: registryRoots},
		"operation": {Of: setValue},
		"direction": {Of: initiated},
		"volume":    {Of: systemVolume},
		"protocol":  {Of: protocol},
		"ipv6":      {Of: sixth},
		"address":   {Of: shortAddress},
		"level":     {Of: level},
		"query":     {Of: queryType},
		"plus":      {Of: plusSigns},
		"blocked":   {Of: blocked},
		"allow":     {Of: allowed},
		"drop":      {Of: dropped},
	}
}

// integrity names a mandatory label ([MS-DTYP] 2.4.2.4) as Sysmon does.
func integrity(label string) []string {
	switch label {
	case "S-1-16-0":
		return []string{"Untrusted"}
	case "S-1-16-4096":
		return []string{"Low"}
	case "S-1-16-8192":
		return []string{"Medium"}
	case "S-1-16-8448":
		return []string{"MediumPlus"}
	case "S-1-16-12288":
		return []string{"High"}
	case "S-1-16-16384":
		return []string{"System"}
	}
	return nil
}

func fromHex(text string) []string {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		return nil
	}
	n, err := strconv.ParseUint(digits, 16, 64)
	if err != nil {
		return nil
	}
	return []string{strconv.FormatUint(n, 10)}
}

// registryRoots writes a kernel path of the registry as Sysmon does: short
// roots, the numbered control sets as the current one, and the classes of the
// host as HKCR (https://learn.microsoft.com/sysinternals/downloads/sysmon, event
// 12). Rules use both names of the classes.
func registryRoots(path string) []string {
	for _, r := range [...][2]string{{`\REGISTRY\MACHINE\`, `HKLM\`}, {`\REGISTRY\USER\`, `HKU\`}} {
		rest, ok := cutPrefixFold(path, r[0])
		if !ok {
			continue
		}
		if set, ok := cutPrefixFold(rest, `SYSTEM\ControlSet00`); ok && r[1] == `HKLM\` && len(set) > 1 && set[1] == '\\' {
			return []string{`HKLM\` + rest[:len(`SYSTEM\`)] + `CurrentControlSet` + set[1:]}
		}
		if class, ok := cutPrefixFold(rest, `SOFTWARE\Classes\`); ok && r[1] == `HKLM\` {
			return []string{r[1] + rest, `HKCR\` + class}
		}
		return []string{r[1] + rest}
	}
	return nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// setValue names what a 4657 did to a value as Sysmon's EventType does: %%1904
// and %%1905 are a value created and one changed, %%1906 is one deleted
// (https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4657).
func setValue(operation string) []string {
	switch operation {
	case "%%1904", "%%1905":
		return []string{"SetValue"}
	case "%%1906":
		return []string{"DeleteValue"}
	}
	return nil
}

// initiated says of a 5156's direction what Sysmon's Initiated does: %%14592 is
// inbound, %%14593 outbound
// (https://learn.microsoft.com/windows/security/threat-protection/auditing/event-5156).
// Both logs name this host's own end the source, whoever began.
func initiated(direction string) []string {
	switch direction {
	case "%%14592":
		return []string{"false"}
	case "%%14593":
		return []string{"true"}
	}
	return nil
}

// systemVolume writes the kernel's path of a program as rules do. The record
// does not say which letter a volume has: only for the folders of a system
// drive is it taken to be C, which is what rules call that drive.
func systemVolume(path string) []string {
	rest, ok := cutPrefixFold(path, `\device\harddiskvolume`)
	if !ok {
		return nil
	}
	rest = strings.TrimLeft(rest, "0123456789")
	for _, folder := range [...]string{`\Windows\`, `\Program Files\`, `\Program Files (x86)\`, `\ProgramData\`, `\Users\`} {
		if _, ok := cutPrefixFold(rest, folder); ok {
			return []string{"C:" + rest}
		}
	}
	return nil
}

// protocol names the two protocols that Sysmon records (IANA protocol numbers).
func protocol(number string) []string {
	switch number {
	case "6":
		return []string{"tcp"}
	case "17":
		return []string{"udp"}
	}
	return nil
}

// sixth says whether an address is of IPv6.
func sixth(address string) []string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return nil
	}
	return []string{strconv.FormatBool(a.Is6())}
}

// blocked says of a filtering platform's event id whether the connection or
// packet was stopped.
func blocked(id string) []string {
	switch id {
	case "5152", "5157":
		return []string{"true"}
	case "5156":
		return []string{"false"}
	}
	return nil
}

// shortAddress writes an address of IPv6 as rules do (RFC 5952): older versions
// of Sysmon write ::1 as 0:0:0:0:0:0:0:1.
func shortAddress(address string) []string {
	if a, err := netip.ParseAddr(address); err == nil && a.Is6() && a.String() != address {
		return []string{a.String()}
	}
	return nil
}

// level names a record's level as the event viewer does
// (https://learn.microsoft.com/windows/win32/wes/defining-severity-levels); 0 is
// shown as 4 is.
func level(number string) []string {
	switch number {
	case "1":
		return []string{"Critical"}
	case "2":
		return []string{"Error"}
	case "3":
		return []string{"Warning"}
	case "0", "4":
		return []string{"Information"}
	case "5":
		return []string{"Verbose"}
	}
	return nil
}

// queryType names the types of DNS records that rules ask for (IANA, DNS
// parameters).
func queryType(number string) []string {
	name, ok := map[string]string{"1": "A", "2": "NS", "5": "CNAME", "6": "SOA", "10": "NULL", "12": "PTR", "15": "MX", "16": "TXT", "28": "AAAA", "33": "SRV", "255": "ANY"}[number]
	if !ok {
		return nil
	}
	return []string{name}
}

// crash is a part of the record of a program that crashed, event 1000 of
// Application Error. Until Windows Server 2022 its parts have no names, which
// rules use: they stand in the order of the sentence.
func crash(part int) *engine.Texts {
	return &engine.Texts{Reads: []string{"Data"}, Append: func(dst []byte, e *event.Event) ([]byte, bool) {
		if e.Route.EventID != 1000 || e.Route.Provider != "Application Error" {
			return dst, false
		}
		n, found := 0, false
		for _, slot := range e.Shape.Slots("Data") {
			e.Values[slot].Each(func(v event.Value) {
				if n == part {
					dst, found = v.AppendText(dst), true
				}
				n++
			})
		}
		return dst, found
	}}
}

// lineKeys are the names in the text of the classic PowerShell log that rules
// use as fields.
func lineKeys() []string {
	return []string{"HostApplication", "HostName", "HostVersion", "EngineVersion", "CommandName", "CommandType", "CommandLine", "CommandPath", "ScriptName", "NewProviderState", "ProviderName", "NewEngineState"}
}

// lineOf is what stands behind a name in a record of the classic PowerShell log,
// whose last unnamed text has a line for each: "HostApplication=powershell -e".
func lineOf(key string) *engine.Texts {
	return &engine.Texts{Reads: []string{"Data"}, Append: func(dst []byte, e *event.Event) ([]byte, bool) {
		found := false
		for _, slot := range e.Shape.Slots("Data") {
			e.Values[slot].Each(func(v event.Value) {
				for rest := v.String(); rest != "" && !found; {
					var line string
					line, rest, _ = strings.Cut(rest, "\n")
					if text, ok := strings.CutPrefix(strings.TrimLeft(line, "\t "), key+"="); ok {
						dst, found = append(dst, strings.TrimRight(text, "\r\t ")...), true
					}
				}
			})
		}
		return dst, found
	}}
}

// registryData writes the number of a 4657 as Sysmon does. Its type is %%1876
// for a DWORD and %%1883 for a QWORD; a text that looks like a number stays
// text.
func registryData(dst []byte, e *event.Event) ([]byte, bool) {
	n, ok := e.Get("NewValue").Uint64()
	switch kind := e.Get("NewValueType").String(); {
	case !ok:
	case kind == "%%1876" && n <= 1<<32-1:
		return fmt.Appendf(dst, "DWORD (0x%08x)", n), true
	case kind == "%%1883":
		return fmt.Appendf(dst, "QWORD (0x%08x-0x%08x)", n>>32, n&(1<<32-1)), true
	}
	return dst, false
}

// accountFields are the fields that account reads.
func accountFields() []string {
	return []string{"TargetUserName", "TargetUserSid", "TargetDomainName", "SubjectUserName", "SubjectUserSid", "SubjectDomainName"}
}

// account is the account that a 4688's process runs under, as Sysmon writes
// it: the target's if the record names one, else the subject's. The three
// accounts of the system have the same number on every host ([MS-DTYP]
// 2.4.2.4), while the record names the host's own account for them.
func account(dst []byte, e *event.Event) ([]byte, bool) {
	for _, who := range [...]string{"Target", "Subject"} {
		name, sid := e.Get(who+"UserName").String(), e.Get(who+"UserSid").String()
		switch sid {
		case "S-1-5-18":
			return append(dst, `NT AUTHORITY\SYSTEM`...), true
		case "S-1-5-19":
			return append(dst, `NT AUTHORITY\LOCAL SERVICE`...), true
		case "S-1-5-20":
			return append(dst, `NT AUTHORITY\NETWORK SERVICE`...), true
		}
		if name == "" || name == "-" {
			continue
		}
		if domain := e.Get(who + "DomainName").String(); domain != "" && domain != "-" {
			dst = append(append(dst, domain...), '\\')
		}
		return append(dst, name...), true
	}
	return dst, false
}
