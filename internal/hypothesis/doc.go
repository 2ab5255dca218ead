// Package hypothesis weighs evidence against what is publicly known about
// threat groups and says, hedged, what it is consistent with.
//
// Vocabulary. A Corpus is the knowledge as documents: one per (report, group),
// with the techniques and software that the report is cited for. A View is the
// corpus without some of them, as a held-out item needs it. A Method orders
// the groups of a view for a query. The naming model gives the chance that the
// first group is right, trained also on cases whose true group was deleted, so
// that "an actor nobody has described" is always among the answers. An
// Assessment is the hedged answer for one host, storyline or case.
//
// Two things stay apart: the fit of the evidence, which is measured (Evaluate),
// and the record of what was said, which this package never reads.
//
// Ids that the knowledge does not have are ignored and reported; no input
// makes the package panic or grow beyond what was given.
package hypothesis
