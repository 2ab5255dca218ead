package examine

import (
	"strconv"

	"spoor/event"
)

// appendLine appends one event as a line of NDJSON: time, host, source, where
// and event, with the names of the finding contract.
func appendLine(dst []byte, e *event.Event, st *itemState) []byte {
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
	dst = append(dst, `,"source":{"path":`...)
	dst = event.AppendJSONString(dst, []byte(st.item.Path))
	dst = append(dst, `,"kind":`...)
	dst = event.AppendJSONString(dst, []byte(st.kind))
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
