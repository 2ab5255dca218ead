// Command pack regenerates knowledge.bin from the sources' files; it is run
// by "go generate ./knowledge".
package main
func main() {}
