// Package webshell says of a file whether it has the structure of a web
// shell: server code that does what a request tells it, in a page or in a
// container that hides it.
//
// It judges structure. A page is cut into pieces of server code, the pieces
// into tokens, and the tokens are read as the server would read them without
// running anything: constants are put together, and what a request sends (a
// mark on a value) is followed through variables, members and functions of
// the page. What marked values reach are facts (starts the request's command,
// writes its data where it says); facts make one of three outcomes. A web
// shell lets a request decide what runs or what is written; a review is a
// page of which only a person can say; everything else is nothing. Names and
// places say which server would run a file and what it should be, and alone
// make at most a review.
//
// Text that quotes a shell (a note, a rule, a report) is nothing, because it
// does not begin as a page, a dump or a container.
//
// It reads at most the bytes it is given. Time is linear in them and memory a
// small multiple; there is no recursion; every cap is a named constant, and a
// page that reaches one is marked as partly read. No input makes it panic.
package webshell
