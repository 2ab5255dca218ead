package rules

import (
	"bytes"
	"os"
	"testing"
)

func TestEmbeddedRulesAreThoseInTheFolder(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	if err := Pack(&buf, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), packed) {
		t.Fatal("builtin.zip differs from the rule files: run go generate ./rules")
	}
	files, err := Builtin()
	if err != nil || len(files) == 0 {
		t.Fatalf("Builtin() = %d files, %v", len(files), err)
	}
}
