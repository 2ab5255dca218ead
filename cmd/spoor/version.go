package main

import "runtime/debug"

// version is set by the release build with -ldflags; "dev" otherwise.
var version = "dev"

// programVersion tells builds apart: the module's version, the commit and
// whether the tree was changed, and the compiler.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version + " " + info.GoVersion
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision", "vcs.modified", "vcs.time":
			v += " " + s.Value
		}
	}
	return v
}
