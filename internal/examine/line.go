package examine

import "spoor/event"

// lineWriter writes the events of a dump. What lines have in common is kept
// ready: the source by item, and the host.
type lineWriter struct {
	fields   event.JSONWriter
	source   []byte // by begin
	middle   []byte // from the host to the place in the source
	host     string
	inferred bool
}

// begin makes ready for a block of an item.
func (w *lineWriter) begin(st *itemState) {
	w.source = append(w.source[:0], `,"source":{"path":`...)
	w.source = event.AppendJSONString(w.source, []byte(st.item.Path))
	w.source = append(w.source, `,"kind":`...)
	w.source = event.AppendJSONString(w.source, []byte(st.kind))
	w.setMiddle("", false)
}

func (w *lineWriter) setMiddle(host string, inferred bool) {
	w.host, w.inferred = host, inferred
	w.middle = append(w.middle[:0], `,"host":`...)
	w.middle = event.AppendJSONString(w.middle, []byte(host))
	w.middle = append(w.middle, w.source...)
	if inferred {
		w.middle = append(w.middle, `,"layout":"inferred"`...)
	}
	w.middle = append(w.middle, `},"where":{`...)
}

// append appends one event as a line of NDJSON: time, host, source, where
// and event, with the names of the finding contract.
func (w *lineWriter) append(dst []byte, e *event.Event) []byte {
	if e.Host != w.host || e.Shape.Inferred() != w.inferred {
		w.setMiddle(e.Host, e.Shape.Inferred())
	}
	if e.Time.Known() {
		dst = append(dst, `{"time":"`...)
		dst = w.fields.AppendTime(dst, e.Time)
		dst = append(dst, '"')
	} else {
		dst = append(dst, `{"time":null`...)
	}
	dst = append(dst, w.middle...)
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
