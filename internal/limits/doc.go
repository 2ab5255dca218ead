// Package limits lets tests set caps to almost nothing.
//
// A cap that may only cost time is written max(1<<16>>limits.Shrink, 3): 65,536,
// and 3 in a build with the tag spoortinycaps, in which the whole suite must give
// the same answers. A cap past which something is left out is a plain constant.
// docs/limits.md lists both kinds, and a test holds it to the code.
package limits
