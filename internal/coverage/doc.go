// Package coverage says what was examined and what was not: which logs of
// which host, from when to when by their own rows, with which holes, which
// builds the rows show, what was damaged, what no rule looked at.
//
// A [Collector] belongs to one worker and sees every event; [Merge] joins
// them into one [Coverage], the same whatever the number of workers. Memory is
// bounded by the number of hosts, logs and hours, each with a cap; what goes
// past a cap is counted.
package coverage
