package examine

import (
	"strconv"

	"spoor/event"
)

// appendLine appends one event as a line of NDJSON: time, host, source, where
// and event, with the names of the finding contract. source is what
// appendSource wrote for the item.
func appendLine(dst []byte, e *event.Event, source []byte) []byte {
	dst = append(dst, `{"time":`...)
	if e.Time.Known() {
		dst = append(dst, '"')
		dst = e.Time.Append(dst)
		dst = append(dst, '"')
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"host":`...)
	dst = event.AppendJSONString(dst, []byte(e.Host))
	dst = append(dst, source...)
	if e.Shape.Inferred() {
		dst = append(dst, `,"layout":"inferred"`...)
	}
	dst = append(dst, `},"where":{`...)
	if e.Ref.Record != 0 {
		dst = append(dst, `"record":`...)
		dst = strconv.AppendUint(dst, e.Ref.Record, 10)
		dst = append(dst, ',')
	}
	dst = append(dst, `"offset":`...)
	dst = strconv.AppendInt(dst, e.Ref.Offset, 10)
	if e.Ref.Line != 0 {
		dst = append(dst, `,"line":`...)
		dst = strconv.AppendInt(dst, e.Ref.Line, 10)
	}
	dst = append(dst, `},"event":`...)
	dst = e.AppendJSON(dst)
	return append(dst, "}\n"...)
}

// appendSource writes what all lines of an item share.
func appendSource(dst []byte, st *itemState) []byte {
	dst = append(dst, `,"source":{"path":`...)
	dst = event.AppendJSONString(dst, []byte(st.item.Path))
	dst = append(dst, `,"kind":`...)
	return event.AppendJSONString(dst, []byte(st.kind))
}
