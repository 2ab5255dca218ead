// Package outsider holds no code of the product. Its tests invent what people
// outside a server can do to its logs: histories of requests that changed
// nothing on the server, answered as servers really answer unknown names
// (refusals, pages of their own that answer 200, sign-in proxies, redirects).
// Whatever such a history looks like, the verdict must not be "compromised".
//
// The generator shares no code, no rule and no list with the packages that it
// judges: names of pages, endings of paths and forms of attacks are written
// down here a second time, from the public descriptions of the attacks.
package outsider
