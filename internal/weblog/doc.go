// Package weblog reads the W3C extended logs that IIS and HTTP.sys write, and
// the older fixed IIS format.
//
// A directive is a line that begins with #; #Fields states the layout of the
// rows after it and may change it at any row. A layout is inferred when no
// #Fields stands before a row: from the column count and from columns whose
// values have a form of their own (date, time, method, port, status); a row
// that fits two known layouts is not read. Inferred events say so in their
// shape.
//
// On bad input: a row that does not fit the layout in force, or whose date is
// none, is damage with a code and its line; header, comment, blank, parsed and
// damaged lines always add up to the physical lines. What the client of a
// request chose (user agent, referer, cookie, host, forwarded-for, user name)
// is marked as claimed.
package weblog
