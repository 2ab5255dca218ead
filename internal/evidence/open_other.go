//go:build !unix

package evidence

import "os"

const readOnly = os.O_RDONLY
