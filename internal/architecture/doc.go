// Package architecture holds the tests of the project's shape: which package
// may import which, how long files are, what they are called. It has no code
// of its own.
package architecture
