//go:build unix

package evidence

import (
	"os"
	"syscall"
)

// readOnly opens without waiting, so that a pipe put in a file's place cannot
// hold the examination up.
const readOnly = os.O_RDONLY | syscall.O_NONBLOCK
