package rules

import (
	"bytes"
	"os"
	"testing"
)

func TestEmbeddedIndicatorsAreThoseInTheFolder(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	if err := PackIndicators(&buf, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), packedIndicators) {
		t.Fatal("indicators.zip differs from the lists: run go generate ./rules")
	}
	files, err := Indicators()
	if err != nil || len(files) == 0 {
		t.Fatalf("Indicators() = %d files, %v", len(files), err)
	}
}
