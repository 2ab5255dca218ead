package examine

import (
	"io"
	"time"

	"spoor/event"
	"spoor/internal/evtxlog"
	"spoor/internal/exchangelog"
	"spoor/internal/jsonlog"
	"spoor/internal/stream"
	"spoor/internal/weblog"
	"spoor/internal/xmllog"
)

// format is one reader: how to know its content and how to read it.
type format struct {
	name     string
	detect   func(head []byte) string // the kind of log, "" if it is none
	splitter func(r io.Reader, item event.ItemID) stream.Splitter
	decoder  func(loc *time.Location) stream.Decoder
}

// formats lists the readers in the order in which they are asked: the one
// with the strictest signature first.
func formats() []format {
	var logs *evtxlog.Splitter // one producer reads one item after the other
	return []format{
		{
			name:   "evtx",
			detect: evtxlog.Detect,
			splitter: func(r io.Reader, item event.ItemID) stream.Splitter {
				if logs == nil {
					logs = evtxlog.NewSplitter(r, item)
				} else {
					logs.Reset(r, item)
				}
				return logs
			},
			decoder: func(*time.Location) stream.Decoder { return evtxlog.NewDecoder() },
		},
		{name: "xmllog", detect: xmllog.Detect, splitter: xmllog.NewSplitter, decoder: xmllog.NewDecoder},
		{name: "exchangelog", detect: exchangelog.Detect, splitter: exchangelog.NewSplitter, decoder: exchangelog.NewDecoder},
		{name: "weblog", detect: weblog.Detect, splitter: weblog.NewSplitter, decoder: weblog.NewDecoder},
		{name: "jsonlog", detect: jsonlog.Detect, splitter: jsonlog.NewSplitter, decoder: jsonlog.NewDecoder},
	}
}
