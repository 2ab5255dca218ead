package examine

import "spoor/event"

// lineWriter writes the events of a dump. What lines have in common is kept
// ready: the source by item, and the host.
type lineWriter struct {
	fields event.JSONWriter
	source []byte // by begin
	middle []byte // host and source
	host   string
}

// begin makes ready for a block of an item.
func (w *lineWriter) begin(st *itemState) {
	w.source = append(w.source[:0], `,"source":{"path":`...)
	w.source = event.AppendJSONString(w.source, []byte(st.item.Path))
	w.source = append(w.source, `,"kind":`...)
	w.source = event.AppendJSONString(w.source, []byte(st.kind))
	w.setHost("")
}

func (w *lineWriter) setHost(host string) {
	w.host = host
	w.middle = append(w.middle[:0], `,"host":`...)
	w.middle = event.AppendJSONString(w.middle, []byte(host))
	w.middle = append(w.middle, w.source...)
}

// append appends one event as a line of NDJSON: time, host, source, where
// and event, with the names of the finding contract.
func (w *lineWriter) append(dst []byte, e *event.Event) []byte {
	if e.Host != w.host {
		w.setHost(e.Host)
	}
	dst = append(dst, `{"time":`...)
	if e.Time.Known() {
		dst = append(dst, '"')
		dst = w.fields.AppendTime(dst, e.Time)
		dst = append(dst, '"')
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, w.middle...)
	if e.Shape.Inferred() {
		dst = append(dst, `,"layout":"inferred"`...)
	}
	dst = append(dst, `},"where":{`...)
	if e.Ref.Record != 0 {
		dst = append(dst, `"record":`...)
		dst = event.AppendUint(dst, e.Ref.Record)
		dst = append(dst, ',')
	}
	dst = append(dst, `"offset":`...)
	dst = event.AppendUint(dst, uint64(e.Ref.Offset))
	if e.Ref.Line != 0 {
		dst = append(dst, `,"line":`...)
		dst = event.AppendUint(dst, uint64(e.Ref.Line))
	}
	dst = append(dst, `},"event":`...)
	dst = w.fields.Append(dst, e)
	return append(dst, "}\n"...)
}
