package collection

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/internal/exchange"
	"spoor/internal/lab"
	"spoor/internal/message"
)

func sources(t *testing.T) []Source {
	t.Helper()
	list, err := Sources()
	if err != nil || len(list) < 15 {
		t.Fatalf("%d sources, %v", len(list), err)
	}
	return list
}

func words(t *testing.T, lang string) *message.Catalogue {
	t.Helper()
	c, err := message.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// scripts calls f with every script that can be written.
func scripts(t *testing.T, f func(t *testing.T, shell Shell, script string)) {
	for _, lang := range message.Languages() {
		for _, shell := range []Shell{Cmd, PowerShell} {
			t.Run(fmt.Sprint(lang, " ", shell), func(t *testing.T) {
				script, err := Script(Options{Shell: shell, Since: time.Date(2021, 1, 6, 0, 0, 0, 0, time.UTC), Messages: words(t, lang)})
				if err != nil {
					t.Fatal(err)
				}
				f(t, shell, string(script))
			})
		}
	}
}

// collected reports whether a file of a server is copied: from is what the
// server's registry and settings say.
func collected(list []Source, file string) bool {
	file = strings.ToLower(file)
	for _, s := range list {
		if s.From == FromEventLog {
			for _, name := range s.Names {
				if file == strings.ToLower(`c:\windows\system32\winevt\logs\`+strings.ReplaceAll(name, "/", "%4")+".evtx") {
					return true
				}
			}
			continue
		}
		roots := map[From][]string{
			FromExchange: {`c:\program files\microsoft\exchange server\v15\`}, FromWindows: {`c:\windows\`}, FromDrive: {`c:\`},
			FromLogs: {`c:\inetpub\logs\logfiles\`}, FromServed: {`c:\inetpub\wwwroot\`, `c:\program files\microsoft\exchange server\v15\frontend\httpproxy\owa\`, `c:\program files\common files\microsoft shared\web server extensions\16\template\layouts\`},
		}[s.From]
		for _, root := range roots {
			for _, p := range s.Paths {
				folder := strings.TrimSuffix(root+strings.ToLower(p), `\`) + `\`
				below, ok := strings.CutPrefix(file, folder)
				if !ok {
					continue
				}
				base := below[strings.LastIndexByte(below, '\\')+1:]
				for _, name := range s.Names {
					if m, err := path.Match(strings.ToLower(name), base); err == nil && m {
						return true
					}
				}
			}
		}
	}
	return false
}

func TestEverythingThatAVerdictRestsOnIsCopied(t *testing.T) {
	t.Parallel()
	list := sources(t)
	const exchange = `C:\Program Files\Microsoft\Exchange Server\V15\`
	for _, file := range []string{
		`C:\inetpub\logs\LogFiles\W3SVC1\u_ex210303.log`, `C:\inetpub\logs\LogFiles\W3SVC2\u_ex210303.log`,
		`C:\Windows\System32\LogFiles\HTTPERR\httperr1.log`,
		exchange + `Logging\HttpProxy\Ecp\HttpProxy_2021030302-1.LOG`, exchange + `Logging\HttpProxy\RpcHttp\HttpProxy_2021030302-1.LOG`,
		exchange + `Logging\ECP\Server\ECPServer20210303-1.LOG`, exchange + `Logging\ECP\Activity\ECPActivity_4711_20210303-1.LOG`,
		exchange + `Logging\CmdletInfra\Powershell-Proxy\Http\Rps_Http_2021030302-1.LOG`, exchange + `Logging\CmdletInfra\Powershell-Proxy\Cmdlet\Rps_Cmdlet_2021030302-1.LOG`,
		exchange + `Logging\CmdletInfra\LocalPowerShell\Cmdlet\Cmdlet_2021030302-1.LOG`,
		exchange + `Logging\OABGeneratorLog\OABGenerator-20210303.LOG`, exchange + `Logging\OABGeneratorSimpleLog\OABGenerator-20210303.txt`,
		exchange + `Logging\Ews\Ews_2021030302-1.LOG`, exchange + `Logging\MapiHttp\Mailbox\MapiHttp_2021030302-1.LOG`,
		exchange + `TransportRoles\Logs\MessageTracking\MSGTRK2021030302-1.LOG`,
		exchange + `TransportRoles\Logs\FrontEnd\ProtocolLog\SmtpReceive\RECV2021030302-1.LOG`, exchange + `TransportRoles\Logs\Hub\AgentLog\AGENTLOG20210303-1.LOG`,
		exchange + `TransportRoles\Shared\agents.config`, exchange + `Bin\ExSetup.exe`,
		exchange + `FrontEnd\HttpProxy\owa\auth\logon.aspx`, exchange + `FrontEnd\HttpProxy\owa\auth\Current\themes\resources\a.aspx`, exchange + `FrontEnd\HttpProxy\owa\web.config`, exchange + `FrontEnd\HttpProxy\OAB\x.aspx`,
		exchange + `ClientAccess\owa\auth\b.aspx`, exchange + `ClientAccess\ecp\web.config`,
		`C:\inetpub\wwwroot\aspnet_client\system_web\shell.aspx`, `C:\inetpub\wwwroot\aspnet_client\h.ashx`, `C:\inetpub\wwwroot\style.css`, `C:\inetpub\wwwroot\app\global.asax`, `C:\inetpub\wwwroot\s.asmx`, `C:\inetpub\wwwroot\c.php`, `C:\inetpub\wwwroot\readme.txt`,
		`C:\Program Files\Common Files\microsoft shared\Web Server Extensions\16\TEMPLATE\LAYOUTS\spinstall0.aspx`,
		`C:\ProgramData\COM1\x.aspx`, `C:\Users\Public\x.aspx`,
		`C:\Windows\System32\winevt\Logs\MSExchange Management.evtx`, `C:\Windows\System32\winevt\Logs\Application.evtx`, `C:\Windows\System32\winevt\Logs\System.evtx`,
		`C:\Windows\System32\winevt\Logs\Security.evtx`, `C:\Windows\System32\winevt\Logs\Microsoft-Windows-Sysmon%4Operational.evtx`, `C:\Windows\System32\winevt\Logs\Archive-Security-2021-03-03-00-00-00-000.evtx`,
		`C:\Windows\System32\inetsrv\config\applicationHost.config`, `C:\Windows\System32\Tasks\Microsoft\Windows\Winnet`, `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Config\web.config`,
		`C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\root\e22c2559\92c7e946\shell.aspx.cdcab7d2.compiled`, `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\owa\1\2\App_Web_x.dll`,
	} {
		if !collected(list, file) {
			t.Errorf("%s is not copied", file)
		}
	}
	for _, file := range []string{exchange + `Mailbox\db1\db1.edb`, `C:\inetpub\wwwroot\video.mp4`, `C:\Users\admin\Documents\letter.docx`} {
		if collected(list, file) {
			t.Errorf("%s is copied, which nothing rests on", file)
		}
	}
}

func TestEveryFileOfEveryScenarioIsCopied(t *testing.T) {
	t.Parallel()
	list := sources(t)
	seen := map[string]bool{}
	for _, s := range lab.Scenarios() {
		if s.Chain == "form" {
			continue // renamed and packed after they were copied
		}
		for _, f := range s.Files() {
			_, below, ok := strings.Cut(f.Path, "/C/")
			if !ok || strings.HasPrefix(below, "Users/Administrator/Documents/") {
				continue // no file of a server's, or a person's own letters and exports
			}
			file := `C:\` + strings.ReplaceAll(below, "/", `\`)
			if !seen[file] && !collected(list, file) {
				t.Errorf("%s: %s is not copied", s.Name, file)
			}
			seen[file] = true
		}
	}
	if len(seen) < 100 {
		t.Fatalf("only %d files were looked at", len(seen))
	}
}

func TestAScriptIsPlainTextForWindows(t *testing.T) {
	t.Parallel()
	list := sources(t)
	scripts(t, func(t *testing.T, shell Shell, script string) {
		for i, c := range []byte(script) {
			if c >= 0x80 || c < 0x20 && c != '\r' && c != '\n' && c != '\t' {
				t.Fatalf("byte %#x at %d: %q", c, i, script[max(0, i-40):i+1])
			}
		}
		if strings.Count(script, "\r\n") != strings.Count(script, "\n") || strings.Count(script, "\r") != strings.Count(script, "\n") || !strings.HasSuffix(script, "\r\n") {
			t.Error("lines do not end with CR LF")
		}
		if strings.Contains(script, "@@") {
			t.Error("a mark of the skeleton is left")
		}
		for _, line := range strings.Split(script, "\r\n") {
			if len(line) > 8000 {
				t.Errorf("a line of %d bytes; cmd takes 8191", len(line))
			}
		}
		for _, s := range list {
			for _, text := range append(slices.Clone(s.Paths), s.Names...) {
				if !strings.Contains(script, text) {
					t.Errorf("%s: %s is not in the script", s.ID, text)
				}
			}
		}
		if !strings.Contains(script, "20210106") {
			t.Error("the day is not in the script")
		}
	})
}

// What a script must never do: change the server, reach out, or bring
// something along.
func TestAScriptChangesNothingButItsTarget(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)reg(\.exe)?"? +(add|delete|import|save)|\b(net|sc)(\.exe)? (stop|start|user)|iisreset|appcmd|\bicacls|takeown|vssadmin|diskshadow|wevtutil(\.exe)?"? (cl|clear-log|sl)|\s/(MOVE?|MIR|PURGE|SEC|COPYALL)\b|urlcache|bitsadmin|https?:|Net\.WebClient|Invoke-(WebRequest|Expression|Command)|\biex\b|Set-(Item|Content|Acl|ExecutionPolicy)|Remove-Item|Stop-Service|Start-Process|Add-PSSnapin|attrib |schtasks|wmic`)
	deletes := regexp.MustCompile(`(?i)\b(del|erase|rd|rmdir|move|ren|xcopy)\b [^\r]*|\.Delete\([^\r]*`)
	redirect := regexp.MustCompile(`>+ *"?[^\s"]+`)
	scripts(t, func(t *testing.T, shell Shell, script string) {
		for _, line := range strings.Split(script, "\r\n") {
			if strings.HasPrefix(line, "rem ") || strings.HasPrefix(line, "#") || strings.HasPrefix(strings.TrimSpace(line), "echo") || strings.Contains(line, "Write-Host \"") {
				continue
			}
			if m := forbidden.FindString(line); m != "" {
				t.Errorf("%q in %q", m, line)
			}
			for _, m := range deletes.FindAllString(line, -1) {
				if !slices.Contains([]string{`rmdir /s /q "%OUT%"`, `del "!WORK!\list.tmp" "!WORK!\hash.tmp" 2>nul`, `.Delete($out, $true)`}, strings.TrimSpace(m)) {
					t.Errorf("%q deletes or moves something else than the target", m)
				}
			}
			if shell == Cmd {
				for _, m := range redirect.FindAllString(line, -1) {
					if !regexp.MustCompile(`^>+ *("!(WORK|OUT|RECORD)!|nul|&1)`).MatchString(m) && !strings.HasPrefix(line, "set /p") {
						t.Errorf("%q in %q writes elsewhere", m, line)
					}
				}
			}
		}
	})
}

// A folder's name can be an intruder's. Between percent signs outside quotes
// it would be read as a command.
func TestNamesFromTheServerAreNeverCommands(t *testing.T) {
	t.Parallel()
	untrusted := regexp.MustCompile(`%(SRC|VALUE|LINE|REST|FILE|P|DST|COPY|REL|EX|TARGET|OUT|WORK)[%:]`)
	scripts(t, func(t *testing.T, shell Shell, script string) {
		if shell != Cmd {
			if strings.Contains(script, "Invoke-Expression") || strings.Contains(script, "cmd /c") || strings.Contains(script, "cmd.exe") {
				t.Error("a text is run as a command")
			}
			return
		}
		for _, line := range strings.Split(script, "\r\n") {
			quoted := false
			for i := range len(line) {
				if line[i] == '"' {
					quoted = !quoted
				}
				if !quoted && untrusted.MatchString(line[i:min(len(line), i+12)]) && untrusted.FindStringIndex(line[i:])[0] == 0 {
					t.Errorf("outside quotes: %q", line)
				}
			}
		}
	})
}

func TestEveryLabelIsThere(t *testing.T) {
	t.Parallel()
	label := regexp.MustCompile(`(?m)^:([a-z0-9]+)\r$`)
	jump := regexp.MustCompile(`\b(?:goto |call :)([a-z0-9]+)`)
	scripts(t, func(t *testing.T, shell Shell, script string) {
		if shell != Cmd {
			return
		}
		labels := map[string]int{}
		for _, m := range label.FindAllStringSubmatch(script, -1) {
			labels[m[1]]++
			if labels[m[1]] > 1 {
				t.Errorf("the label %s stands twice", m[1])
			}
		}
		asked := map[string]bool{}
		for _, m := range jump.FindAllStringSubmatch(script, -1) {
			asked[m[1]] = true
			if labels[m[1]] == 0 {
				t.Errorf("there is no label %s", m[1])
			}
		}
		for name := range labels {
			if !asked[name] {
				t.Errorf("nothing leads to the label %s", name)
			}
		}
	})
}

// What PowerShell 2 does not know, and brackets and quotes that do not close.
func TestThePowerShellScriptIsForVersionTwo(t *testing.T) {
	t.Parallel()
	later := regexp.MustCompile(`(?i)\[ordered\]|\[pscustomobject\]|Get-FileHash|Get-ChildItem[^\r]* -(File|Directory)\b|Get-Content[^\r]* -Raw|ConvertTo-Json|Get-CimInstance|\$PSScriptRoot|::new\(|Export-Csv[^\r]* -Append|\s-(in|notin|shl|shr)\s|\$PSItem|Where-Object \w+ -|ForEach-Object \w|\.(Where|ForEach)\(|&&|\|\||\?\?|#requires -version [3-9]|\[CmdletBinding\(\)\]|Out-File[^\r]* -NoNewline|Invoke-RestMethod|\busing namespace\b`)
	scripts(t, func(t *testing.T, shell Shell, script string) {
		if shell != PowerShell {
			return
		}
		if m := later.FindString(script); m != "" {
			t.Errorf("%q needs a later version", m)
		}
		if rest := unclosed(script); rest != "" {
			t.Errorf("what is opened is not closed: %q", rest)
		}
	})
	for _, broken := range []string{"if ($a) {", "('a'", "'a", "a)", "@(1]"} {
		if unclosed(broken) == "" {
			t.Errorf("%q passes", broken)
		}
	}
}

// unclosed follows brackets, quotes and comments; it returns what is open at
// the end or closes nothing.
func unclosed(script string) string {
	var open []byte
	pair := map[byte]byte{')': '(', ']': '[', '}': '{'}
	for i := 0; i < len(script); i++ {
		switch c := script[i]; c {
		case '#':
			for i < len(script) && script[i] != '\n' {
				i++
			}
		case '`':
			i++
		case '\'', '"':
			start := i
			for i++; i < len(script) && script[i] != c; i++ {
				if script[i] == '`' && c == '"' {
					i++
				}
			}
			if i >= len(script) {
				return script[start:]
			}
		case '(', '[', '{':
			open = append(open, c)
		case ')', ']', '}':
			if len(open) == 0 || open[len(open)-1] != pair[c] {
				return script[i:]
			}
			open = open[:len(open)-1]
		}
	}
	return string(open)
}

func TestWordsOfASentenceStayWords(t *testing.T) {
	t.Parallel()
	for shell, want := range map[Shell]string{
		Cmd:        `a ^& b ^| c ^> %%PATH%% ^(d^) ^^ $x "q" ae`,
		PowerShell: "a & b | c > %PATH% (d) ^ `$x `\"q`\" ae",
	} {
		if got := (writer{shell: shell}).quote(`a & b | c > %PATH% (d) ^ $x "q" ä`); got != want {
			t.Errorf("%s: %s, want %s", shell, got, want)
		}
	}
	for _, lang := range message.Languages() {
		c := words(t, lang)
		for _, id := range c.IDs() {
			bad := map[bool]string{true: `"!'`, false: `"!`}[strings.HasSuffix(id, ".what")]
			if said := c.Say(id); strings.HasPrefix(id, "collect.s") && strings.ContainsAny(said, bad) {
				t.Errorf("%s: %s: quotes and exclamation marks mean something else in a script: %s", lang, id, said)
			}
		}
	}
}

func TestABrokenSkeletonIsRefused(t *testing.T) {
	t.Parallel()
	w := writer{shell: Cmd, words: words(t, "en")}
	for _, line := range []string{"echo @@title", "echo @@no-such-sentence@@", "echo @@next folder@@"} {
		if got, err := w.fill(line); err == nil {
			t.Errorf("%q became %q", line, got)
		}
	}
}

// table is the list as docs/collect.md shows it.
func table(words *message.Catalogue, list []Source) string {
	var b strings.Builder
	b.WriteString("| what | why | rests on it | where |\n|---|---|---|---|\n")
	for _, s := range list {
		var serves, places []string
		for _, id := range s.Serves {
			serves = append(serves, words.Say("collect.serves."+id))
		}
		for _, p := range s.Paths {
			places = append(places, "`"+s.place(p, words)+"`")
		}
		if s.From == FromEventLog || s.From == FromLogs || s.From == FromServed {
			places = []string{words.Say("collect.from." + string(s.From))}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s: `%s` |\n", words.Say("collect.source."+s.ID+".what"), words.Say("collect.source."+s.ID+".why"),
			strings.Join(serves, "; "), strings.Join(places, ", "), strings.Join(s.Names, "`, `"))
	}
	return b.String()
}

func TestThePageForPeopleIsTheListOfTheScript(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/collect.md")
	if err != nil {
		t.Fatal(err)
	}
	want := table(words(t, "en"), sources(t))
	if _, rest, ok := bytes.Cut(page, []byte("<!-- sources -->\n")); !ok || !bytes.HasPrefix(rest, []byte(want)) {
		t.Errorf("docs/collect.md does not hold the table:\n%s", want)
	}
}

// What is known of the product decides what is copied: the folders of its logs,
// and every ending of a file that is read as code.
func TestWhatIsKnownOfTheProductIsCopied(t *testing.T) {
	t.Parallel()
	list := sources(t)
	const v15 = `C:\Program Files\Microsoft\Exchange Server\V15\`
	for _, l := range exchange.Logs() {
		root := v15
		if l.Product != "exchange" {
			root = `C:\`
		}
		if file := root + strings.ReplaceAll(l.Folder, "/", `\`) + `\a\b.log`; !collected(list, file) {
			t.Errorf("the log %s is not copied from %s", l.Format, file)
		}
	}
	for _, e := range exchange.Endings() {
		for _, folder := range []string{`C:\inetpub\wwwroot\`, v15 + `FrontEnd\HttpProxy\owa\auth\`, v15 + `ClientAccess\owa\`, `C:\ProgramData\COM1\`} {
			if e.File && !collected(list, folder+"x."+e.Text) {
				t.Errorf("%sx.%s is not copied", folder, e.Text)
			}
		}
	}
}
