package serverconfig

import (
	"path"
	"strings"
	"time"

	"spoor/internal/finding"
)

// Weight is how much a note says.
type Weight uint8

// The weights. A Remark is a fact that helps to read the rest; a Review is
// unusual, and an administrator or a product may well have done it; Grave is
// what no product does: a person must look.
const (
	Remark Weight = iota
	Review
	Grave
)

// Note is one judgement.
type Note struct {
	Place
	Rule   string // stable name of the judgement
	Weight Weight
	Title  string
	Why    string // one sentence
	Step   string // the step of the chain "after" that it shows, "" for none
	// Technique is that of ATT&CK, "" for none.
	Technique string
	Fields    map[string]string
	Time      time.Time // the entry's own time, zero for none
	ZoneLost  bool      // Time was stated without a zone
}

// Judge compares what a file states with what is ordinary. The path is that
// of the file on its server as far as it is known, or its name in the
// evidence.
func (c *Config) Judge(file string) []Note {
	j := &judge{c: c, file: known(file)}
	switch c.Kind {
	case Agents:
		j.agents()
	case Tasks:
		j.tasks()
	case Host, Web:
		if c.Express {
			return nil // a developer's machine serves from anywhere
		}
		j.folders()
		j.natives()
		j.filters()
		j.managed()
		j.handlers()
		j.keys()
		j.logging()
	}
	return j.notes
}

type judge struct {
	c     *Config
	file  string
	notes []Note
}

func (j *judge) add(n Note, fields ...string) {
	n.Fields = make(map[string]string, len(fields)/2)
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i+1] != "" {
			n.Fields[fields[i]] = fields[i+1]
		}
	}
	if n.Weight < Grave {
		n.Step = ""
	}
	j.notes = append(j.notes, n)
}

// folders judges virtual directories: IIS serves whatever lies behind one, so
// a shell need not lie where people look.
// https://www.huntress.com/blog/rapid-response-microsoft-exchange-servers-still-vulnerable-to-proxyshell-exploit
func (j *judge) folders() {
	for _, f := range j.c.Folders {
		p := known(f.Physical)
		exchange := j.c.servesExchange(f.Site)
		n := Note{Place: f.Place, Rule: "rogue-folder", Title: "IIS serves a folder from which no product serves pages", Step: finding.StepVirtualDirectory, Technique: "T1505.003", Weight: Grave}
		why := openPlace(p)
		switch {
		case why != "":
		case shallow(p):
			why = "a folder right below ProgramData, where no product keeps pages"
		case exchange && under(p, "programdata"):
			why = "a folder of ProgramData, inside the site that serves Exchange"
		case p == "" && f.Physical != "":
			why = "a whole disk"
		case exchange && homePlace(p) != "":
			why = homePlace(p) + ", inside the site that serves Exchange"
		case under(p, "programdata"), homePlace(p) != "":
			n.Weight, why = Review, "a folder of users or of programs' data"
		case exchange && strings.HasSuffix(p, "/oab") && inExchange(p) && !strings.EqualFold(path.Base(f.Path), "oab"):
			n.Weight, why = Review, "the folder of the offline address book, under another address"
		case exchange && !ordinaryFolder(p):
			n.Weight, why = Review, "a folder outside Exchange, inetpub and Windows, inside the site that serves Exchange"
		default:
			continue
		}
		if n.Weight == Review {
			n.Rule, n.Title = "folder-review", "Virtual directory that a person should look at"
		}
		n.Why = "the site " + quoted(f.Site) + " serves " + f.Path + " from " + f.Physical + ": " + why
		j.add(n, "site", f.Site, "address", f.Path, "folder", f.Physical)
	}
}

func ordinaryFolder(p string) bool {
	return under(p, "inetpub") || strings.Contains(p, "/inetpub/") || inExchange(p) || under(p, "windows") || inPrograms(p)
}

// natives judges native modules: code inside every worker of IIS.
// https://www.microsoft.com/en-us/security/blog/2022/07/26/malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers/
func (j *judge) natives() {
	list := nativeModules()
	for _, m := range j.c.Natives {
		p := known(m.Image)
		folder, listed := list[path.Base(p)]
		if listed && belongs(p, folder) {
			continue
		}
		n := Note{Place: m.Place, Rule: "rogue-native-module", Title: "IIS loads code that belongs to no product", Step: finding.StepWebModule, Technique: "T1505.004", Weight: Grave}
		why := strange(p)
		switch {
		case why != "":
		case listed && !inPrograms(p):
			why = "it has the name of a file of Microsoft's and lies elsewhere"
		case under(p, "windows/system32") || under(p, "windows/syswow64") || under(p, "windows") && strings.Count(p, "/") == 1:
			why = "it lies among the files of Windows and is none of the modules that Microsoft documents"
		default:
			n.Rule, n.Title, n.Weight = "native-module-review", "IIS loads a module that is none of Microsoft's", Review
			why = "it is none of the modules that IIS and Exchange have; add-ons bring such modules"
		}
		n.Why = "the native module " + quoted(m.Name) + " is " + m.Image + ": " + why
		j.add(n, "name", m.Name, "image", m.Image)
	}
}

// filters judges ISAPI filters, the older form of the same.
func (j *judge) filters() {
	list := filterFiles()
	for _, m := range j.c.Filters {
		p := known(m.Image)
		if p == "" {
			continue // one that a location takes away or leaves to the product
		}
		folder, listed := list[path.Base(p)]
		if listed && belongs(p, folder) {
			continue
		}
		n := Note{Place: m.Place, Rule: "rogue-isapi-filter", Title: "IIS loads a filter that belongs to no product", Step: finding.StepWebModule, Technique: "T1505.004", Weight: Grave}
		why := strange(p)
		switch {
		case why != "":
		default:
			n.Rule, n.Title, n.Weight = "isapi-filter-review", "IIS loads a filter that is none of Microsoft's", Review
			why = "it is none of the filters that .NET and Exchange have; add-ons bring such filters"
		}
		n.Why = "the ISAPI filter " + quoted(m.Name) + " is " + m.Image + ": " + why
		j.add(n, "name", m.Name, "image", m.Image)
	}
}

// managed judges managed modules of the host and of Exchange's own folders;
// every other web application has modules of its own.
func (j *judge) managed() {
	if j.c.Kind == Web && !inExchange(j.file) {
		return
	}
	for _, m := range j.c.Managed {
		if commonType(m.Type) {
			continue
		}
		j.add(Note{Place: m.Place, Rule: "managed-module-review", Weight: Review, Technique: "T1505.004", Title: "A module of .NET that is none of Microsoft's sees every request",
			Why: "the module " + quoted(m.Name) + " of type " + m.Type + in2(m.Location) + " is none that IIS and Exchange have; add-ons for signing in bring such modules"},
			"name", m.Name, "type", m.Type, "location", m.Location)
	}
}

func commonType(t string) bool {
	t = strings.ToLower(strings.TrimSpace(t))
	for _, start := range commonTypes() {
		if strings.HasPrefix(t, start) {
			return true
		}
	}
	return false
}

// in2 names the address for which a setting holds.
func in2(location string) string {
	if location == "" {
		return ""
	}
	return " for " + location
}

func quoted(s string) string { return `"` + s + `"` }

// handlers judges what runs files that should be handed out as they are.
func (j *judge) handlers() {
	for _, h := range j.c.Handlers {
		ext := strings.ToLower(path.Ext(strings.ReplaceAll(h.Path, `\`, "/")))
		runs := engine(h)
		if runs == "" || !still(ext) {
			continue
		}
		n := Note{Place: h.Place, Rule: "odd-handler", Title: "IIS runs files that hold no program elsewhere", Step: finding.StepWebModule, Technique: "T1505.003", Weight: Grave}
		if ext == ".htm" || ext == ".html" || ext == ".js" {
			n.Rule, n.Weight = "odd-handler-review", Review // applications do so for addresses that look like files
		}
		n.Why = "files that end in " + ext + " are run by " + runs + in2(h.Location) + " (handler " + quoted(h.Name) + ")"
		j.add(n, "name", h.Name, "path", h.Path, "runs", runs, "location", h.Location)
	}
}

// engine names what runs pages, "" for handlers with a job of their own.
func engine(h Handler) string {
	if t := strings.ToLower(h.Type); strings.HasPrefix(t, "system.web.ui.pagehandlerfactory") || strings.HasPrefix(t, "system.web.ui.simplehandlerfactory") || strings.HasPrefix(t, "system.web.services.protocols.webservicehandlerfactory") {
		return "ASP.NET (" + h.Type + ")"
	}
	program, _, _ := strings.Cut(h.Processor, "|")
	switch base := path.Base(known(program)); base {
	case "asp.dll", "aspnet_isapi.dll", "php-cgi.exe", "php.exe", "cmd.exe", "powershell.exe":
		return base
	}
	return ""
}

// still reports an ending of files that servers hand out as they are. XML is
// none: Exchange itself has ASP.NET answer for autodiscover.xml.
func still(ext string) bool {
	switch ext {
	case ".css", ".log", ".txt", ".jpg", ".jpeg", ".png", ".gif", ".ico", ".bmp", ".svg", ".dat", ".pdf", ".woff", ".woff2", ".csv", ".config", ".json", ".htm", ".html", ".js", ".map", ".bak", ".tmp", ".zip":
		return true
	}
	return false
}

// keys remarks machine keys that stand in a file: who has read the file can
// write view state that the server trusts, after an update too.
func (j *judge) keys() {
	for _, k := range j.c.Keys {
		n := Note{Place: k.Place, Rule: "machine-key", Weight: Remark, Title: "A machine key stands in a settings file"}
		n.Why = "a machine key is written out" + in2(k.Location) + ": whoever read this file can forge what the server trusts, so change it after a break-in"
		if k.Known != "" {
			n.Rule, n.Weight, n.Title = "machine-key-known", Review, "A publicly known machine key is in use"
			n.Why = "the machine key" + in2(k.Location) + " is " + k.Known
		}
		j.add(n, "location", k.Location)
	}
}
