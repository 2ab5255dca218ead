package evidence

import (
	"strings"
	"testing"
)

func TestKnownKindsThatAreNotRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, want string }{
		{"a.vhdx", "vhdxfileM\x00i\x00", "VHDX"},
		{"disk", "conectix\x00\x00", "VHD"},
		{"2021-08-21_MAIL02.VHD", "\x00\x00\x00", "VHD"},
		{"image.E01", "EVF\x09\x0d\x0a\xff\x00\x01", "EnCase"},
		{"image.Ex01", "EVF2\x0d\x0a\x81\x00", "EnCase"},
		{"x.L01", "LVF\x09\x0d\x0a\xff\x00\x01", "collection"},
		{"image.vmdk", "KDMV\x01", "VMDK"},
		{"image.vmdk", "# Disk DescriptorFile\nversion=1", "VMDK"},
		{"disk.img", "QFI\xfb\x00", "QCOW2"},
		{"memory.dmp", "PAGEDU64\x0f", "memory"},
		{"lime", "EMiL\x01", "memory"},
		{"old.Evt", "\x30\x00\x00\x00LfLe\x01", ".evt"},
		{"case.7z.002", "anything", "part"}, {"case.zip.013", "anything", "part"}, {"case.z01", "x", "part"}, {"case.part2.rar", "x", "part"}, {"CASE.R00", "x", "part"},
		{"case.7z.001", "anything", ""}, {"case.part1.rar", "x", ""}, {"case.part01.rar", "x", ""},
		{"u_ex210303.log", "#Software: Microsoft", ""}, {"notes.txt", "vhdx file", ""}, {"x", "LfLe", ""}, {"", "", ""}, {"a.zip.txt", "x", ""},
	} {
		f, ok := foreignOf([]byte(c.head), c.name)
		if ok != (c.want != "") || !strings.Contains(f.what, c.want) || ok && f.advice == "" {
			t.Errorf("%s %q: %+v %v, want %q", c.name, c.head, f, ok, c.want)
		}
	}
}
