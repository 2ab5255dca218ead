package main

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
	"time"
	"unicode/utf8"

	"spoor/internal/message"
)

// progress shows bytes, rate and time left on one line of a terminal; it is
// silent elsewhere.
type progress struct {
	w     io.Writer
	mu    sync.Mutex
	total int64
	done  int64
	start time.Time
	shown time.Time
	width int
	words *message.Catalogue
}

func newProgress(w io.Writer, quiet bool, words *message.Catalogue, paths []string) *progress {
	p := &progress{start: time.Now(), words: words}
	if quiet || !isTerminal(w) {
		return p
	}
	if words == nil {
		var err error
		if p.words, err = message.Load(message.English); err != nil {
			return p // nothing to show is no reason to stop
		}
	}
	p.w = w
	for _, path := range paths {
		filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				if info, err := d.Info(); err == nil {
					p.total += info.Size()
				}
			}
			return nil // what cannot be listed is told by the examination
		})
	}
	return p
}

// add notes bytes read from the evidence as given.
func (p *progress) add(n int64) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	now := time.Now()
	if now.Sub(p.shown) < 200*time.Millisecond {
		return
	}
	p.shown = now
	elapsed := now.Sub(p.start).Seconds()
	line := p.words.Say("run.read", "done", p.done)
	if elapsed > 0.5 {
		rate := float64(p.done) / elapsed
		line = p.words.Say("run.rate", "done", p.done, "rate", int64(rate))
		if p.total > p.done && rate > 0 {
			left := time.Duration(float64(p.total-p.done) / rate * float64(time.Second)).Round(time.Second)
			line = p.words.Say("run.left", "share", fmt.Sprintf("%3d", p.done*100/p.total), "done", p.done, "rate", int64(rate), "left", left.String())
		}
	}
	fmt.Fprintf(p.w, "\r%-*s", p.width, line)
	p.width = max(p.width, utf8.RuneCountInString(line))
}

// Write lets other words onto the terminal: the line is cleared first.
func (p *progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	return p.w.Write(b)
}

// end clears the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

func (p *progress) clear() {
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
		p.width = 0
	}
}
