// Package serverconfig reads the settings files in which an intruder stays
// after the door is shut: applicationHost.config and web.config of IIS,
// agents.config of Exchange's transport, and the XML of scheduled tasks.
//
// Read turns a file into what it states (sites, modules, agents, tasks) and
// judges nothing; an Inspector compares that with what Microsoft documents as
// ordinary. No setting alone shows a break-in: the worst that is said of one
// is that a person must look.
//
// Settings are hostile input. XML is read as a flat sequence of elements with
// an explicit stack of bounded depth, in UTF-8 or UTF-16, with or without a
// byte order mark. Broken XML costs what stands there: reading goes on at the
// next element, and every such place is counted and reported.
package serverconfig
