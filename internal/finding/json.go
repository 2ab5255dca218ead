package finding

import (
	"strconv"

	"spoor/event"
)

// Places are where parts of a line stand that may be known only after it was
// written.
type Places struct {
	Host, HostEnd int // the host with its quotes
	Sum           int // the text of the item's hash, behind its quote
}

// AppendJSON appends the finding as the contract's object. It is written by
// hand because findings are written by the million: reflection, and checking
// the event's JSON once more, took eight times as long.
func (f *Finding) AppendJSON(dst []byte) []byte {
	dst, _ = f.AppendLine(dst)
	return dst
}

// AppendLine is AppendJSON, and says where the parts stand in what it returns.
func (f *Finding) AppendLine(dst []byte) (line []byte, at Places) {
	if f.Identity == "" {
		f.Seal()
	}
	text := func(key, value string) {
		dst = append(dst, key...)
		dst = event.AppendJSONString(dst, []byte(value))
	}
	list := func(key string, values []string) {
		dst = append(append(dst, key...), '[')
		for i, v := range values {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = event.AppendJSONString(dst, []byte(v))
		}
		dst = append(dst, ']')
	}
	text(`{"time":`, f.Time)
	at.Host = len(dst) + len(`,"host":`)
	text(`,"host":`, f.Host)
	at.HostEnd = len(dst)
	text(`,"rule":{"id":`, f.Rule.ID)
	text(`,"title":`, f.Rule.Title)
	text(`,"level":`, f.Rule.Level)
	text(`,"kind":`, f.Rule.Kind)
	text(`,"source":`, f.Rule.Source)
	list(`},"techniques":`, f.Techniques)
	list(`,"cves":`, f.CVEs)
	list(`,"actors":`, f.Actors)
	if len(f.Software) > 0 {
		list(`,"software":`, f.Software)
	}
	if len(f.Ties) > 0 {
		dst = append(dst, `,"ties":[`...)
		for i, t := range f.Ties {
			if i > 0 {
				dst = append(dst, ',')
			}
			text(`{"actor":`, t.Actor)
			text(`,"kind":`, t.Kind)
			text(`,"value":`, t.Value)
			text(`,"publisher":`, t.Publisher)
			text(`,"url":`, t.URL)
			text(`,"from":`, t.From)
			text(`,"until":`, t.Until)
			dst = append(strconv.AppendBool(append(dst, `,"in_window":`...), t.InWindow), '}')
		}
		dst = append(dst, ']')
	}
	text(`,"message":`, f.Message)
	text(`,"source":{"path":`, f.Source.Path)
	text(`,"kind":`, f.Source.Kind)
	at.Sum = len(dst) + len(`,"sha256":"`)
	text(`,"sha256":`, f.Source.SHA256)
	dst = append(dst, `},"where":{`...)
	if f.Where.Record > 0 {
		dst = strconv.AppendUint(append(dst, `"record":`...), f.Where.Record, 10)
		dst = append(dst, ',')
	}
	dst = strconv.AppendInt(append(dst, `"offset":`...), f.Where.Offset, 10)
	if f.Where.Line > 0 {
		dst = strconv.AppendInt(append(dst, `,"line":`...), f.Where.Line, 10)
	}
	dst = append(dst, `},"event":`...)
	if len(f.Event) == 0 {
		dst = append(dst, "null"...)
	} else {
		dst = append(dst, f.Event...)
	}
	if f.Step != nil {
		text(`,"step":{"chain":`, f.Step.Chain)
		text(`,"step":`, f.Step.Name)
		text(`,"shows":`, string(f.Step.Shows))
		dst = append(dst, '}')
	}
	if len(f.Notes) > 0 {
		list(`,"notes":`, f.Notes)
	}
	if f.Seen > 0 {
		dst = strconv.AppendInt(append(dst, `,"seen_again":`...), int64(f.Seen), 10)
	}
	if f.TLP != "" {
		text(`,"tlp":`, f.TLP)
	}
	text(`,"id":`, f.Identity)
	return append(dst, '}'), at
}
