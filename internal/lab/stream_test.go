package lab

import (
	"bytes"
	"io"
	"os"
	"testing"
)

func TestEventStreamIsALog(t *testing.T) {
	t.Parallel()
	s := NewEventStream(7, 1000, 2)
	file, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
	if err != nil {
		t.Fatal(err)
	}
	checkLog(t, file, 1000)
	if bytes.Contains(file, wide("unseen-value")) {
		t.Error("a marker is left")
	}
	part := make([]byte, 5000)
	if _, err := s.ReadAt(part, ChunkSize-100); err != nil || !bytes.Equal(part, file[ChunkSize-100:ChunkSize+4900]) {
		t.Errorf("a part reads otherwise than the whole (%v)", err)
	}
	if name := os.Getenv("LAB_WRITE_STREAM"); name != "" {
		_ = os.WriteFile(name, file, 0o600)
	}
}

func TestServerStreamIsALog(t *testing.T) {
	t.Parallel()
	s := NewServerStream(7, 1000)
	file, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
	if err != nil {
		t.Fatal(err)
	}
	checkLog(t, file, 1000)
	if bytes.Contains(file, wide("unseen-value")) {
		t.Error("a marker is left")
	}
}

func BenchmarkEventStream(b *testing.B) {
	s := NewEventStream(1, 1<<40, 3)
	buf := make([]byte, ChunkSize)
	off := int64(FileHeaderSize)
	for b.Loop() {
		if _, err := s.ReadAt(buf, off); err != nil {
			b.Fatal(err)
		}
		off += ChunkSize
	}
	b.ReportMetric(float64(s.per)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
