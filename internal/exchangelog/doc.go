// Package exchangelog reads the comma-separated logs of Exchange Server
// (HttpProxy, remote PowerShell, ECP, message tracking, agents, EWS and any
// other with a #Fields line) and the exports of the Test-ProxyLogon script.
//
// Columns are bound by the names of the #Fields line or of a bare header row,
// never by position. Where no header stands, or a row does not fit it, the
// layout is inferred from the column count and from columns whose values have
// a form of their own (time, GUID, version numbers); the shape then says
// inferred, and a row that fits two known layouts is not read. The S:KEY=value
// items nested in ECP's EventData become fields of their own beside it.
//
// On bad input: rows that fit nothing are damage with a code and their line; a
// quote that never closes ends with its line; a quoted value may span lines
// only if the whole row then fits its header, so that a row forged inside a
// value stays inside it. Every physical line is counted once as header,
// comment, blank, parsed or damaged; all lines of a row count like the row.
package exchangelog
