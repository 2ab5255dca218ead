// Package casefile keeps a case on disk. While an examination runs, findings
// are appended to a segment file, each framed by its length and checksum; at
// the end findings.ndjson, verdict.json, case.db, report.html and
// manifest.json are derived from it, in canonical order, each written to a
// temporary file, synced and renamed. The same evidence, options, rules and
// version give the same bytes; who ran it, when and where is in run.json
// only.
//
// Nothing is ever created under a name that evidence chose.
package casefile
