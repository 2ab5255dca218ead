package main

import (
	"io"
	"os"
	"testing"
)

// BenchmarkAssess assesses the folder that SPOOR_FOLDER names; for profiles.
func BenchmarkAssess(b *testing.B) {
	folder := os.Getenv("SPOOR_FOLDER")
	if folder == "" {
		b.Skip("SPOOR_FOLDER names no evidence")
	}
	for b.Loop() {
		if code := run([]string{"assess", "--quiet", "--force", "-o", b.TempDir(), folder}, nil, io.Discard, io.Discard); code != exitDone && code != exitPartly {
			b.Fatalf("exit code %d", code)
		}
	}
}
