// Package evidence finds, names and opens what was given: folders,
// single files, zip, tar, gzip and tar.gz, archives inside archives.
//
// An Item is one file or archive member with content, or one thing that was
// seen and has none (a link, a device, an empty file). Walk visits all items
// once, in the canonical order, and every item ends with an outcome and,
// where it has content, with its size and SHA-256.
//
// Evidence is hostile. It is opened read-only and nothing is ever created
// under a name that it chose. Links are noted and not followed, special files
// are not opened. Archives are read in place and within budgets: depth,
// members, growth, total. What a container hides from other readers (members
// that its directory leaves out, two readings of one member) is visited too
// and reported as damage. A problem ends the item that has it, never the walk.
package evidence
