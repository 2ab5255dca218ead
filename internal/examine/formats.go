package examine

import (
	"io"
	"time"

	"spoor/event"
	"spoor/evtx"
	"spoor/internal/exchangelog"
	"spoor/internal/jsonlog"
	"spoor/internal/weblog"
)

// format is one reader: how to know its content and how to read it.
type format struct {
	name     string
	detect   func(head []byte) string // the kind of log, "" if it is none
	splitter func(r io.Reader, item event.ItemID) event.Splitter
	decoder  func(loc *time.Location) event.Decoder
}

// formats lists the readers in the order in which they are asked: the one
// with the strictest signature first.
func formats() []format {
	var logs *evtx.Splitter // one producer reads one item after the other
	return []format{
		{
			name:   "evtx",
			detect: evtx.Detect,
			splitter: func(r io.Reader, item event.ItemID) event.Splitter {
				if logs == nil {
					logs = evtx.NewSplitter(r, item)
				} else {
					logs.Reset(r, item)
				}
				return logs
			},
			decoder: func(*time.Location) event.Decoder { return evtx.NewDecoder() },
		},
		{name: "exchangelog", detect: exchangelog.Detect, splitter: exchangelog.NewSplitter, decoder: exchangelog.NewDecoder},
		{name: "weblog", detect: weblog.Detect, splitter: weblog.NewSplitter, decoder: weblog.NewDecoder},
		{name: "jsonlog", detect: jsonlog.Detect, splitter: jsonlog.NewSplitter, decoder: jsonlog.NewDecoder},
	}
}
