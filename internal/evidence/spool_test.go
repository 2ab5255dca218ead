package evidence

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

func TestALargeInnerZipIsSpooledWithinItsBudgetAndTheFileRemoved(t *testing.T) {
	t.Parallel()
	noise := make([]byte, memorySpool+1<<20)
	rand.NewChaCha8([32]byte{1}).Read(noise)
	dir := t.TempDir()
	spool := filepath.Join(dir, "spool")
	if err := os.Mkdir(spool, 0o755); err != nil {
		t.Fatal(err)
	}
	outer := makeTar(t, member{"inner.zip", string(makeZip(t, member{"big.bin", string(noise)}))})
	path := write(t, filepath.Join(dir, "o.tar"), outer)
	list, _ := walk(t, Options{SpoolDir: spool}, path)
	if s := find(list, "!/big.bin"); s == nil || len(s.data) != len(noise) || s.content.Problem != nil {
		t.Error("the member of the spooled archive was not read whole")
	}
	list, rep := walk(t, Options{SpoolDir: spool, Limits: Limits{Spool: 1 << 19}}, path)
	if s := find(list, "!/inner.zip"); rep.Problems["budget-spool"] != 1 || s == nil || s.outcome != Unreadable || s.content.Bytes == 0 {
		t.Errorf("the spent budget is not told: %v", rep.Problems)
	}
	if left, _ := os.ReadDir(spool); len(left) != 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}
