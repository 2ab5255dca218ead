// Package examine runs an examination: it walks the evidence, cuts every item
// into blocks, lets workers decode and match them, and hands the results on
// in canonical order, whatever the number of workers.
//
// Vocabulary: an item is one piece of evidence; a job is one of its blocks;
// the producer is the one goroutine that reads; the emitter is the caller's
// goroutine, which receives results in order. Memory is bounded by the number
// of jobs in flight; findings of an item wait for its hash and are spilled to
// a file when they grow large.
//
// With internal/web it is the only package that starts goroutines. Each
// lends its way of starting them to what comes before an examination. A damaged
// item never stops the examination: it ends as partly examined or unreadable,
// with the reason.
package examine
