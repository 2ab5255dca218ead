package webshell

import "strings"

// mark is what is known of a value, as a set.
type mark uint64

const (
	fromRequest  mark = 1 << iota // text that a request chooses
	fromHeader                    // a header of the request, which no form can set
	requestThing                  // the request itself, or a collection of it
	uploadThing                   // a file that was uploaded
	uploadName                    // its name as the client states it
	uploadData                    // its content
	fromControl                   // a server control
	secret                        // a value of the request named like a password
	decoded                       // passed through a decoder
	blob                          // a long literal without words
	fromNetwork                   // fetched from elsewhere
	fromFile                      // read from a file
	builtName                     // a name put together by the code itself
	builtVar                      // a variable reached through such a name
	requestFile                   // a file or folder that the request names
	wroteRequest                  // a path to which request data was written
	rootPath                      // the folder of the page or of the site
	machineKey                    // the section that holds the machine keys

	commandObject // a command shell or a process
	filesObject   // the file system
	streamObject  // a stream in memory that can be saved
	outChosen     // an open file whose name the request chooses
	outPage       // an open file with the name of a server page
	outOwn        // an open file with an upload's name in the page's folder
	outFixed      // an open file with another name
	loaderThing   // a method or class that loads code, reached by name
	loadedCode    // code that was loaded from the request
	scriptEngine  // a script engine or control
	socketChosen  // a connection to where the request says
	sqlChosen     // a database that the request names
	formatter     // a formatter that creates any class it is told to
	sheetObject   // a transformation that can hold script
	relayChosen   // a web request to where a header says
	dangerousName // a type or method reached by name that runs or loads
	shellProgram  // a process set to a command interpreter
	programChosen // a process set to a program that the request names
	programFixed  // a process set to another program
	openArguments // arguments that are a command line of the request
	heldArguments // request data inside a fixed command
	instance      // an object that PHP code made by new
	methodPair    // such an object and the name of its method, as a callback
)

// tainted are the marks of what a client sends.
const tainted = fromRequest | uploadData

// carried are the marks that a result takes over from what it was made of.
const carried = fromRequest | fromHeader | uploadName | uploadData | secret | decoded | blob | fromNetwork | fromFile | builtName | requestFile | loadedCode | wroteRequest

// value is what the code computes, as far as it can be told without running
// it.
type value struct {
	mark  mark
	text  string // how it begins, as far as it is constant
	end   string // the constant text that it ends with, after what is not
	whole bool   // text is all of it
	head  bool   // it begins with what the request says
	known bool   // something is known of it
	name  string // the variable that it was read from
}

// maxFold bounds constant text that is put together, in bytes; a longer text
// keeps its start.
const maxFold = 4 << 10

func literal(s string) value {
	v := value{text: s, whole: true, known: true}
	if len(s) >= minBlob && dense(s) || len(s) >= minCoded && coded(s) {
		v.mark |= blob
	}
	return v
}

// minBlob is the length of a literal that can hold hidden code, minCoded that
// of one that is no text.
const (
	minBlob  = 120
	minCoded = 24
)

// coded reports text without blanks of which digits and signs are a third, as
// numbers for letters and shifted letters are.
func coded(s string) bool {
	s = s[:min(len(s), 512)]
	other := 0
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			return false
		}
		if !letter(s[i]) {
			other++
		}
	}
	return other*3 >= len(s)
}

// dense reports text of one long word, as encoded bytes are.
func dense(s string) bool {
	if len(s) > 512 {
		s = s[:512]
	}
	spaces := 0
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			spaces++
		}
	}
	return spaces*40 < len(s)
}

// bounded cuts text to what is folded.
func bounded(s string) string {
	if len(s) > maxFold {
		return s[:maxFold]
	}
	return s
}

// joined is the value of one or the other.
func joined(a, b value) value {
	if !a.known {
		return b
	}
	if !b.known {
		return a
	}
	r := value{mark: a.mark | b.mark, known: true, head: a.head || b.head, name: a.name}
	if r.name == "" {
		r.name = b.name
	}
	if a.whole && b.whole && a.text == b.text {
		r.text, r.whole = a.text, true
	} else if a.text != "" && b.text == "" || a.text == b.text {
		r.text = a.text
	} else if a.text == "" {
		r.text = b.text
	}
	return r
}

// added is the text of a with that of b behind it.
func added(a, b value) value {
	if !a.known {
		return b
	}
	r := value{mark: a.mark | b.mark, known: true, head: a.head, text: a.text, name: a.name}
	lead := a.whole && strings.Trim(a.text, `"'@ `) == "" || a.mark&rootPath != 0 && strings.Trim(a.text, `\/.`) == ""
	if lead && b.head {
		r.head = true
	}
	if a.whole {
		r.whole = b.whole
		if len(a.text)+len(b.text) <= maxFold {
			r.text = a.text + b.text
		} else {
			r.text, r.whole = bounded(a.text), false
			r.mark |= blob
		}
	} else if a.mark&rootPath != 0 && !a.head {
		r.text = a.text + bounded(b.text) // what stands behind the root
	}
	if r.whole && len(r.text) >= minBlob && dense(r.text) {
		r.mark |= blob
	}
	if !(a.mark&rootPath != 0 && strings.Trim(r.text, `\/.`) == "" && (b.whole || !b.known)) {
		r.mark &^= rootPath
	}
	if !r.whole && b.whole {
		r.end = bounded(a.end + b.text)
	} else if !r.whole {
		r.end = b.end
	}
	return r
}

// mixed is what any other operator makes of two values.
func mixed(a, b value) value {
	return value{mark: (a.mark | b.mark) & carried, known: true}
}

// interpreter reports a program that runs what its arguments say.
func interpreter(program string) bool {
	p := strings.Trim(strings.ToLower(strings.ReplaceAll(program, `\`, "/")), `"' `)
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		p = p[i+1:]
	}
	switch strings.TrimSuffix(p, ".exe") {
	case "cmd", "powershell", "pwsh", "sh", "bash", "dash", "ksh", "zsh", "command.com", "%comspec%", "comspec", "wscript", "cscript", "mshta", "rundll32", "wmic", "python", "perl":
		return true
	}
	return false
}

// openLine reports that after the constant start of a command line the
// request says what runs: nothing stands there, or an interpreter and its
// switches.
func openLine(start string) bool {
	words := strings.Fields(start)
	if n := len(words); n > 0 {
		if last := words[n-1]; strings.HasSuffix(last, "&") || strings.HasSuffix(last, ";") || strings.HasSuffix(last, "|") {
			return true
		}
	}
	for i, w := range words {
		w = strings.Trim(w, `"'`)
		if w == "" || w[0] == '-' || w[0] == '/' && len(w) <= 3 || i == 0 && interpreter(w) || w == "2>&1" {
			continue
		}
		return false
	}
	return true
}
