// Package stream holds what readers and the pipeline hand each other: a
// Splitter cuts one stream of bytes into blocks, a Decoder on any worker turns
// a block into events, and a Summary is what stays of the block.
//
// It decides nothing and parses nothing. Damage beyond what a block describes
// is counted.
package stream
