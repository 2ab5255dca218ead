// Package caseload lays many cases side by side: one row for every host, the
// worst first, and the values that cases of different victims share.
//
// A case is a folder that spoor assess wrote; only its own words count, which
// are read from verdict.json. A victim is the owner of the hosts: the domain
// of a full host name, else the host's short name. A value is shared when
// hosts of different victims state it; one that only hosts of perhaps the same
// victim state is told apart. How rare a value is, is in how many of the cases
// that were read it stands. Values that mean nothing (loopback, private
// addresses, well-known accounts, monitoring) are marked as common.
//
// Case folders may come from strangers and are hostile input. Memory is
// bounded by the constants of this package, whatever they hold: nothing is
// read whole, links are not followed, and a case that is damaged, too large or
// of an unknown schema is named and left out. The same cases give the same
// answer in whatever order their folders are listed.
package caseload
