// Package collection writes the script that copies what an assessment needs
// from a live server.
//
// A source is one kind of thing that is copied: where it lies, which files,
// why it is wanted. The list of sources is data (sources.yml); a script is the
// shell's skeleton with the list and the sentences of one language filled in.
// Where Exchange and the logs of IIS lie is asked on the server, never assumed.
//
// The script leaves a folder that internal/evidence reads as it is:
// C\inetpub\..., beside the record of the collection (spoor_collection.txt),
// which states the host and makes every folder of one letter a drive.
//
// Names that the server's settings give (folders that IIS serves) may be an
// intruder's. In the scripts they are only ever values of variables, never a
// part of a line that the shell reads as a command.
package collection
