//go:build !spoortinycaps

package limits

// Shrink is by how many bits the caps that may only cost time are made smaller.
const Shrink = 0
