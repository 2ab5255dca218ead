package serverconfig

import (
	"strconv"
	"strings"
)

// reader fills a Config from the elements of a file.
type reader struct {
	c    *Config
	wide bool

	site        *Site
	application string
	locations   []location
	task        *Task
	action      *Action
	tasks       int // depth of the open task
}

// location is an element that says for which address its settings hold.
type location struct {
	depth int
	path  string
}

func (r *reader) place(e *element) Place {
	if r.wide {
		return Place{Line: e.line}
	}
	return Place{e.line, e.offset}
}

// keep counts an entry; false means that the cap is reached.
func (r *reader) keep() bool {
	if r.c.Entries >= maxEntries {
		r.c.Left++
		return false
	}
	r.c.Entries++
	return true
}

func (r *reader) where() string {
	if len(r.locations) == 0 {
		return ""
	}
	return r.locations[len(r.locations)-1].path
}

func in(path []string, name string) bool { return len(path) > 0 && path[len(path)-1] == name }

func (r *reader) start(path []string, e *element) {
	switch {
	case r.c.Kind == Tasks:
		r.startTask(path, e)
	case r.c.Kind == Agents:
		if e.name == "agent" && in(path, "agentlist") && r.keep() {
			r.c.Agents = append(r.c.Agents, Agent{r.place(e), e.attr("name"), e.attr("classFactory"), e.attr("assemblyPath"), !strings.EqualFold(e.attr("enabled"), "false")})
		}
	case e.name == "location":
		r.locations = append(r.locations, location{len(path), e.attr("path")})
	default:
		r.startSite(path, e)
		r.startCode(path, e)
	}
}

func (r *reader) startSite(path []string, e *element) {
	switch {
	case e.name == "site" && in(path, "sites"):
		r.site = nil
		if r.keep() {
			r.site = &Site{Place: r.place(e), Name: e.attr("name"), ID: e.attr("id")}
			r.c.Sites = append(r.c.Sites, r.site)
		}
	case e.name == "application" && in(path, "site"):
		r.application = e.attr("path")
	case e.name == "virtualdirectory" && in(path, "application"):
		if r.site != nil && r.keep() {
			r.c.Folders = append(r.c.Folders, Folder{r.place(e), r.site.Name, joined(r.application, e.attr("path")), e.attr("physicalPath")})
		}
	case e.name == "logfile" && in(path, "sitedefaults"):
		r.c.Defaults = r.logFile(e)
	case e.name == "logfile" && in(path, "site") && r.site != nil:
		r.site.Log = r.logFile(e)
	case e.name == "httplogging" && in(path, "system.webserver"):
		switch {
		case strings.EqualFold(e.attr("dontLog"), "true"):
			r.silence(e, "requests are not logged")
		case strings.EqualFold(e.attr("selectiveLogging"), "LogError"):
			r.silence(e, "only failed requests are logged")
		}
	}
}

func (r *reader) silence(e *element, says string) {
	if r.keep() {
		r.c.Silenced = append(r.c.Silenced, Silence{r.place(e), r.where(), says})
	}
}

func (r *reader) logFile(e *element) LogFile {
	l := LogFile{Place: r.place(e), Stated: true, Enabled: e.attr("enabled"), Format: e.attr("logFormat"), Directory: e.attr("directory")}
	if e.has("logExtFileFlags") {
		l.Fields = strings.FieldsFunc(e.attr("logExtFileFlags"), func(c rune) bool { return c == ',' || c == ' ' })
		if l.Fields == nil {
			l.Fields = []string{}
		}
	}
	return l
}

func (r *reader) startCode(path []string, e *element) {
	switch {
	case e.name == "add" && in(path, "globalmodules"):
		if strings.Contains(strings.ToUpper(e.attr("image")), "%IIS_BIN%") {
			r.c.Express = true
		}
		if r.keep() {
			r.c.Natives = append(r.c.Natives, Module{r.place(e), e.attr("name"), e.attr("image"), "", r.where()})
		}
	case e.name == "add" && (in(path, "modules") || in(path, "httpmodules")) && e.attr("type") != "":
		if r.keep() {
			r.c.Managed = append(r.c.Managed, Module{r.place(e), e.attr("name"), "", e.attr("type"), r.where()})
		}
	case e.name == "filter" && in(path, "isapifilters"):
		if r.keep() {
			r.c.Filters = append(r.c.Filters, Module{r.place(e), e.attr("name"), e.attr("path"), "", r.where()})
		}
	case e.name == "add" && (in(path, "handlers") || in(path, "httphandlers")):
		if r.keep() {
			r.c.Handlers = append(r.c.Handlers, Handler{r.place(e), e.attr("name"), e.attr("path"), e.attr("type"), e.attr("modules"), e.attr("scriptProcessor"), r.where()})
		}
	case e.name == "machinekey":
		if validation := e.attr("validationKey"); fixedKey(validation) && r.keep() {
			r.c.Keys = append(r.c.Keys, Key{r.place(e), r.where(), knownKey(validation)})
		}
	}
}

func (r *reader) startTask(path []string, e *element) {
	switch {
	case e.name == "task" && r.task == nil:
		if r.keep() {
			r.task = &Task{Place: r.place(e)}
			r.tasks = len(path)
			r.c.Tasks = append(r.c.Tasks, r.task)
		}
	case r.task == nil:
	case e.name == "exec" && in(path, "actions"):
		if r.keep() {
			r.task.Actions = append(r.task.Actions, Action{})
			r.action = &r.task.Actions[len(r.task.Actions)-1]
		}
	}
}

func (r *reader) text(path []string, s string) {
	if r.task == nil || len(path) < 2 {
		return
	}
	around, name := path[len(path)-2], path[len(path)-1]
	set := func(field *string) { *field += s } // an entity or a comment splits a text
	switch around + "/" + name {
	case "registrationinfo/uri":
		set(&r.task.URI)
	case "registrationinfo/author":
		set(&r.task.Author)
	case "registrationinfo/date":
		set(&r.task.Date)
	case "principal/userid", "principal/groupid":
		if r.task.User == "" {
			set(&r.task.User)
		}
	case "settings/hidden":
		r.task.Hidden = strings.EqualFold(s, "true")
	case "settings/enabled":
		r.task.Disabled = strings.EqualFold(s, "false")
	}
	if r.action == nil || around != "exec" {
		return
	}
	switch name {
	case "command":
		set(&r.action.Command)
	case "arguments":
		set(&r.action.Arguments)
	case "workingdirectory":
		set(&r.action.Folder)
	}
}

func (r *reader) end(path []string) {
	name, depth := path[len(path)-1], len(path)-1
	switch {
	case name == "location" && len(r.locations) > 0 && r.locations[len(r.locations)-1].depth >= depth:
		r.locations = r.locations[:len(r.locations)-1]
	case name == "site":
		r.site, r.application = nil, ""
	case name == "exec":
		r.action = nil
	case name == "task" && r.task != nil && depth == r.tasks:
		r.task, r.action = nil, nil
	}
}

// joined is the address of a virtual directory of an application.
func joined(application, path string) string {
	p := strings.TrimRight(application, "/") + "/" + strings.TrimLeft(path, "/")
	if p != "/" {
		p = strings.TrimRight(p, "/")
	}
	return p
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func number[T int | int64](n T) string { return strconv.FormatInt(int64(n), 10) }
