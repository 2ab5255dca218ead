package serverconfig

import (
	"bytes"
	"slices"
	"strings"
)

// Kind is what a settings file sets.
type Kind string

// The kinds that are read; content decides, never the name.
const (
	Host   Kind = "iis-host-config"  // applicationHost.config
	Web    Kind = "web-config"       // web.config
	Agents Kind = "transport-agents" // agents.config, fetagents.config
	Tasks  Kind = "scheduled-task"   // System32\Tasks\*, or a list of tasks
)

// Place is where in the file something stands: the line (1-based), and the
// byte in a file of UTF-8 (0 in one of UTF-16).
type Place struct{ Line, Offset int64 }

// Config is what a settings file states.
type Config struct {
	Kind     Kind
	Sites    []*Site
	Folders  []Folder // virtual directories of all sites
	Natives  []Module // globalModules
	Managed  []Module // modules and httpModules that name a type
	Filters  []Module // ISAPI filters
	Handlers []Handler
	Keys     []Key
	Silenced []Silence // places in which IIS is told not to log
	Agents   []Agent
	Tasks    []*Task

	Defaults LogFile // siteDefaults/logFile
	Express  bool    // of IIS Express: a developer's machine

	Entries int      // entries read: all of the above
	Damage  []Damage // places that could not be read
	More    int      // such places beyond the cap
	Ended   bool     // the rest of the file was not read, because so much is not XML
	Deep    int      // elements passed over because they lie too deep
	Left    int      // entries beyond the cap
	Cut     bool     // the file is longer than what is read
	Long    int      // texts of elements that were cut
}

// Site is a site of IIS.
type Site struct {
	Place
	Name, ID string
	Exchange bool // an application of it is one that only Exchange has
	Log      LogFile
}

// LogFile is how a site is logged; a nil or empty value states nothing.
type LogFile struct {
	Place
	Stated    bool
	Enabled   string
	Format    string
	Directory string
	Fields    []string // logExtFileFlags; nil states nothing
}

// Folder is a virtual directory: an address path that is served from a
// folder on disk.
type Folder struct {
	Place
	Site, Path, Physical string
}

// Module is code that IIS loads: the image of a native module or filter, the
// type of a managed module.
type Module struct {
	Place
	Name, Image, Type, Location string
}

// Handler maps a path to what runs it.
type Handler struct {
	Place
	Name, Path, Type, Modules, Processor, Location string
}

// Key is a machine key that stands in the file itself. The key is not kept.
type Key struct {
	Place
	Location string
	Known    string // whose key it is, where it is a publicly known one
}

// Silence is a place in which requests are not logged.
type Silence struct {
	Place
	Location, Says string
}

// Agent is a transport agent.
type Agent struct {
	Place
	Name, Class, Assembly string
	Enabled               bool
}

// Task is a scheduled task.
type Task struct {
	Place
	URI, Author, Date, User string
	Hidden, Disabled        bool
	Actions                 []Action
}

// Action is a program that a task starts.
type Action struct{ Command, Arguments, Folder string }

// Read reads a settings file; nil is a file of another kind.
func Read(content []byte) *Config {
	cut := false
	if len(content) > 2*maxBytes {
		content, cut = content[:2*maxBytes], true
	}
	if !mayBe(content) {
		return nil
	}
	text, wide := utf8Text(content)
	if len(text) > maxBytes {
		text, cut = text[:maxBytes], true
	}
	kind := kindOf(text)
	if kind == "" {
		return nil
	}
	c := &Config{Kind: kind, Cut: cut}
	r := &reader{c: c, wide: wide}
	w := &walk{}
	w.read(text, r)
	if !rootOf(kind, w.root) {
		return nil
	}
	c.Damage, c.More, c.Deep, c.Long = w.damage, w.more, w.passed, w.cut
	c.Ended = w.ended
	for i := range c.Sites {
		c.Sites[i].Exchange = c.servesExchange(c.Sites[i].Name)
	}
	return c
}

// mayBe is the cheap test that most files fail: XML, in one byte or two for a
// letter.
func mayBe(content []byte) bool {
	head := content[:min(len(content), 512)]
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\x00\xff\xfe")
	return len(head) > 0 && head[0] == '<'
}

// taskSpace is the namespace of task definitions ([MS-TSCH] 2.5).
const taskSpace = "schemas.microsoft.com/windows/2004/02/mit/task"

func kindOf(text []byte) Kind {
	switch {
	case bytes.Contains(text, []byte(taskSpace)):
		return Tasks
	case !bytes.Contains(text, []byte("configuration")):
		return ""
	case bytes.Contains(text, []byte("<mexRuntime")):
		return Agents
	case bytes.Contains(text, []byte("<system.applicationHost")):
		return Host
	case bytes.Contains(text, []byte("<system.web")):
		return Web
	}
	return ""
}

func rootOf(k Kind, root string) bool {
	if k == Tasks {
		return root == "task" || root == "tasks"
	}
	return root == "configuration"
}

// exchangeApplications are applications that only Exchange makes.
func exchangeApplications() []string {
	return []string{"/owa", "/ecp", "/microsoft-server-activesync", "/mapi/emsmdb"}
}

func (c *Config) servesExchange(site string) bool {
	for _, f := range c.Folders {
		if f.Site == site && slices.Contains(exchangeApplications(), strings.ToLower(f.Path)) {
			return true
		}
	}
	return false
}

// Unread says in one sentence what of the file could not be read, "" for
// nothing.
func (c *Config) Unread() string {
	var parts []string
	if n := len(c.Damage) + c.More; n > 0 {
		more := ""
		if c.Ended {
			more = ", and the rest was not read"
		}
		parts = append(parts, plural(n, "place is", "places are")+" no XML, the first in line "+number(c.Damage[0].Line)+" ("+c.Damage[0].Reason+")"+more)
	}
	if c.Left > 0 {
		parts = append(parts, plural(c.Left, "entry", "entries")+" beyond the first "+number(maxEntries)+" were not kept")
	}
	if c.Deep > 0 {
		parts = append(parts, plural(c.Deep, "element lies", "elements lie")+" too deep to be read")
	}
	if c.Long > 0 {
		parts = append(parts, plural(c.Long, "text was", "texts were")+" cut after "+number(maxText)+" bytes")
	}
	if c.Cut {
		parts = append(parts, "only the first "+number(maxBytes)+" bytes were read")
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "; " + plural(c.Entries, "entry was", "entries were") + " read"
}
