package lab

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// formScenarios tell stories of other chapters in evidence of another form:
// what must be concluded does not depend on it.
func formScenarios() []Scenario {
	c := &chapter{chain: "form"}
	p := play{day: "2021-03-03", build: Build{15, 2, 792, 3}}
	logon := p
	logon.acts = p.logonAll
	shell := p.won("webshell", "compromised", "shell-file", "02:14:15", "02:14:15", "02:16:01.090", intruder)
	all := p.won("proxylogon", "compromised", "shell-file", "02:14:07.412", "02:14:08.935", "02:14:18.775", intruder)
	q := play{day: "2021-08-20", build: Build{15, 2, 792, 10}}
	proxy := q
	proxy.acts = q.shellAll
	page := q.won("webshell", "compromised", "shell-file", "03:20:52.110", "03:20:52.110", "03:22:40.700", intruder)
	export := q.won("proxyshell", "compromised", "shell-file", "03:20:05.120", "03:20:20.340", "03:20:40.258", intruder)
	both := func(name, says string, change func([]File) []File) {
		for _, x := range []struct {
			name string
			p    play
			want ServerWant
		}{{"proxylogon", logon, compromised(all, shell)}, {"proxyshell", proxy, compromised(export, page)}} {
			files := x.p.evidence(whole)
			c.tell(KindFull, name+"-"+x.name, says, func() []File { return change(files()) }, x.want)
		}
	}
	both("more-columns", "IIS logs more columns than its default, in the order of its dialogue.", columns("date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken X-Forwarded-For"))
	both("default-columns", "IIS logs its fifteen default columns, which do not name the server.", columns(strings.Join(IISFields(), " ")))
	both("few-columns", "IIS logs ten columns only, without user, agent and referrer.", columns("date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip sc-status time-taken"))
	both("compressed", "Each text log was compressed on its own.", each(isTextLog, func(f File) File { return File{f.Path + ".gz", squeezed(f.Data)} }))
	both("zip-in-zip", "The folders came as an archive inside an archive.", func(files []File) []File {
		return []File{{"collection.zip", zipped([]File{{"MAIL01.zip", zipped(files)}})}}
	})
	both("utf-16", "An editor saved the text logs as UTF-16.", each(isTextLog, func(f File) File { return File{f.Path, wideText(f.Data)} }))
	both("other-drive", "Exchange and the logs of IIS lie on other drives, under other names.", each(func(string) bool { return true }, func(f File) File {
		path := strings.Replace(f.Path, "/C/Program Files/Microsoft/Exchange Server/V15/", "/E/Exchange/", 1)
		path = strings.Replace(path, "/C/inetpub/logs/LogFiles/W3SVC1/u_ex", "/D/IISLogs/Default Web Site/ex", 1)
		return File{strings.Replace(path, "/C/inetpub/logs/LogFiles/W3SVC2/u_ex", "/D/IISLogs/Exchange Back End/ex", 1), f.Data}
	}))
	both("unix-line-ends", "A tool turned the line ends.", each(isTextLog, func(f File) File { return File{f.Path, bytes.ReplaceAll(f.Data, []byte("\r\n"), []byte("\n"))} }))
	both("flat-folder", "Somebody copied all logs into one folder and gave them new names.", flat)
	both("dated-copies", "The logs were copied with the date before their names and another ending.", each(isTextLog, func(f File) File {
		i := strings.LastIndexByte(f.Path, '/') + 1
		return File{f.Path[:i] + "2021-09-01_" + f.Path[i:] + ".txt", f.Data}
	}))
	return c.list
}

func isTextLog(path string) bool {
	return strings.HasSuffix(path, ".log") || strings.HasSuffix(path, ".LOG")
}

// each changes the files that are meant.
func each(meant func(string) bool, change func(File) File) func([]File) []File {
	return func(files []File) []File {
		out := make([]File, 0, len(files))
		for _, f := range files {
			if meant(f.Path) {
				f = change(f)
			}
			out = append(out, f)
		}
		return out
	}
}

// columns writes the IIS logs with other columns: those that the log had keep
// their values, others get ordinary ones.
func columns(names string) func([]File) []File {
	want := strings.Fields(names)
	other := map[string]string{"s-sitename": "W3SVC1", "s-computername": labHost, "cs-version": "HTTP/1.1", "cs(Cookie)": "-", "cs-host": "mail.lab.example", "sc-bytes": "1820", "cs-bytes": "640", "X-Forwarded-For": "-"}
	return each(func(p string) bool { return SourceOf(p) == "iis" }, func(f File) File {
		var out bytes.Buffer
		var have []string
		for line := range strings.SplitSeq(strings.TrimSuffix(string(f.Data), "\r\n"), "\r\n") {
			fields, header := strings.CutPrefix(line, "#Fields: ")
			switch {
			case header:
				have = strings.Fields(fields)
				line = "#Fields: " + names
			case !strings.HasPrefix(line, "#"):
				cells := strings.Split(line, " ")
				var row []string
				for _, name := range want {
					v := other[name]
					if i := slices.Index(have, name); i >= 0 {
						v = cells[i]
					}
					row = append(row, v)
				}
				line = strings.Join(row, " ")
			}
			out.WriteString(line + "\r\n")
		}
		return File{f.Path, out.Bytes()}
	})
}

// flat gives every log a number in one folder; event logs keep their ending,
// and pages their place.
func flat(files []File) []File {
	var out []File
	for i, f := range files {
		switch {
		case isTextLog(f.Path):
			f.Path = "evidence/" + SourceOf(f.Path) + "-" + number(i) + ".txt"
		case strings.HasSuffix(f.Path, ".evtx"):
			f.Path = "evidence/log" + number(i) + ".evtx"
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func squeezed(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func zipped(files []File) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		out, err := w.CreateHeader(&zip.FileHeader{Name: f.Path, Method: zip.Deflate, Modified: time.Date(2021, 9, 1, 8, 0, 0, 0, time.UTC)})
		if err == nil {
			out.Write(f.Data)
		}
	}
	w.Close()
	return b.Bytes()
}

// wideText is text as UTF-16, little end first, with its mark.
func wideText(data []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(data))) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}
