// Package assess is the main job as one call: evidence and options in, a
// finished case out. It knows no command line: no flags, no words on a
// terminal, no exit codes; what it has to say while it runs goes to the
// callbacks of Options, and it ends early when its context does.
//
// A case is the folder that Run leaves behind. Evidence that cannot be used
// and options that contradict it are a *refusal.Error, with a hint for the user;
// evidence of which nothing is of a known kind is a *Nothing. Neither leaves a
// case. One damaged item never stops the others: it is counted and named in
// the verdict.
package assess
