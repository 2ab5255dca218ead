// Package exchange knows what Exchange Server, IIS and SharePoint are: their
// builds and the weaknesses that each fixed, the folders and virtual
// directories that are served, the pages that ship, the endings that a server
// runs, and the logs with how long they are kept.
//
// The facts stand in tables below facts/, one fact a line, each with its
// source (sources.tsv). A table is read when it is first asked for and never
// changes afterwards; what cannot be read is a mistake in the program and
// panics at the first use, which the tests make for every table. Nothing here
// reads evidence: strings and bytes of any form are accepted and those that
// are unknown are answered with "no".
//
// Vocabulary: a build is the number of an installed version (15.1.2176.9), a
// line its first two parts, a level a cumulative update (CU19), an update what
// is installed on top of it (Mar21SU). A page is the path of a request in the
// one form of package webpath. A place is a folder of addresses that only a
// product fills.
package exchange
