package evidence

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// foreign are kinds of container and log that are known and not read: what
// lies in them was not looked at, and somebody can bring it into a form that is.
type foreign struct {
	what, advice string
}

// Sources of the signatures: the specifications of VHDX (MS-VHDX), VHD, EWF
// (libewf), VMDK and QCOW2, the crash dump header (PAGEDU64), LiME, and the
// header of event logs before Windows Vista.
func foreignOf(head []byte, name string) (foreign, bool) {
	const mount = "mount it read-only and hand over its folders"
	switch lower := strings.ToLower(name); {
	case bytes.HasPrefix(head, []byte("vhdxfile")):
		return foreign{"a disk image (VHDX)", mount}, true
	case bytes.HasPrefix(head, []byte("conectix")), strings.HasSuffix(lower, ".vhd"):
		return foreign{"a disk image (VHD)", mount}, true
	case bytes.HasPrefix(head, []byte("EVF\x09\x0d\x0a\xff\x00")), bytes.HasPrefix(head, []byte("EVF2\x0d\x0a\x81")):
		return foreign{"a disk image (EnCase)", mount}, true
	case bytes.HasPrefix(head, []byte("LVF\x09\x0d\x0a\xff\x00")):
		return foreign{"a collection of files (EnCase)", "export its folders and hand them over"}, true
	case bytes.HasPrefix(head, []byte("KDMV")), bytes.HasPrefix(head, []byte("# Disk DescriptorFile")):
		return foreign{"a disk image (VMDK)", mount}, true
	case bytes.HasPrefix(head, []byte("QFI\xfb")):
		return foreign{"a disk image (QCOW2)", mount}, true
	case bytes.HasPrefix(head, []byte("PAGEDU64")), bytes.HasPrefix(head, []byte("PAGEDUMP")), bytes.HasPrefix(head, []byte("EMiL")):
		return foreign{"an image of memory", "hand over the logs and folders of the server instead"}, true
	case len(head) >= 8 && string(head[4:8]) == "LfLe":
		return foreign{"an event log of Windows XP or Server 2003 (.evt)", "open it in Event Viewer of a newer Windows and save it as .evtx"}, true
	case laterPart().MatchString(lower):
		return foreign{"a part of an archive in several files", "unpack the archive from its first part and hand over the folder"}, true
	}
	return foreign{}, false
}

// laterPart are the names of all but the first part of an archive in several
// files, as 7-Zip, WinZip and WinRAR name them.
var laterPart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\.(zip|7z|tar|gz|rar)\.(00[2-9]|0[1-9]\d|[1-9]\d\d)$|\.z\d\d$|\.r\d\d$|\.part0*([2-9]|[1-9]\d+)\.rar$`)
})
