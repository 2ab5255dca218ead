package main

import (
	"os"
	"syscall"
)

// peak is the greatest resident size of a process that has ended, in bytes.
func peak(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return int64(u.Maxrss) * 1024
	}
	return 0
}
