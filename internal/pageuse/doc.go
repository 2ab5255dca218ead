// Package pageuse remembers which server pages answered, so that a file with
// the structure of a web shell is tied to its requests wherever the server
// keeps it.
//
// Rules know the addresses of the folders that products fill. A site has
// folders of its own, and a rule that told of every answered page would tell
// of every request. So a collector keeps a few requests of every page that
// answered, and which kinds of page that cannot all exist on one server
// answered too: where a question for a PHP page, a Java page and a hidden
// file all get 200, an answer shows nothing.
//
// Vocabulary: a page is an address path that ends as a page a server runs; a
// use is a request with POST or parameters of its own that was answered with
// 200, an answer one without.
//
// Memory is bounded by the constants below. What is kept does not depend on
// the order in which events come: of too many pages those with the least
// hashes stay, of too many requests the first in time. No input makes it
// panic.
package pageuse
