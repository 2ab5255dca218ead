package examine

import (
	"errors"
	"fmt"
	"io"

	"spoor/event"
	"spoor/internal/evidence"
)

// visit examines one item on the producer's goroutine. What goes wrong with
// the item is its result; only an interrupt ends the walk.
func (p *pipeline) visit(it *evidence.Item, r io.Reader) error {
	st := &itemState{item: it}
	st.result.Item = it
	end := &job{item: st, end: true}
	if r != nil && it.Outcome == evidence.Undecided && !it.Duplicate {
		st.catch("read a file", func() { st.readErr = p.read(st, end, r) })
		if errors.Is(st.readErr, errStopped) {
			return st.readErr
		}
	}
	st.catch("read a file to its end", func() { st.content = it.Finish() })
	st.catch("look for indicators", func() { p.known(st, end) })
	if it.Fault != nil {
		st.crashes = append(st.crashes, Crash{Path: it.Path, Offset: -1, Fault: it.Fault})
	}
	it.Head = nil // valid during the visit only
	return p.send(end)
}

// read detects the item's format and sends its blocks, or looks at it as a
// file.
func (p *pipeline) read(st *itemState, end *job, r io.Reader) error {
	st.format, st.kind = p.detect(st.item.Head)
	if st.format == nil {
		st.destroyed, st.why = destroyed(st.item, st.item.Head)
		return p.file(st, end, r)
	}
	st.result.Format = st.kind
	return p.split(st, r)
}

// detect asks the readers in order for the kind of an item.
func (p *pipeline) detect(head []byte) (*format, string) {
	for i := range p.formats {
		if kind := p.formats[i].detect(head); kind != "" {
			return &p.formats[i], kind
		}
	}
	return nil, ""
}

// settle decides the outcome when all blocks of the item are done.
func (st *itemState) settle() {
	r, it, c := &st.result, st.item, &st.content
	r.SHA256, r.Bytes = c.SHA256, c.Bytes
	nothing, left := nothingLeft(r.Damage)
	empty, why := destroyed(it, nil)
	r.Crashed += len(st.crashes)
	r.Crashes = append(r.Crashes, st.crashes[:min(len(st.crashes), maxCrashes-len(r.Crashes))]...)
	set := func(o evidence.Outcome, code, reason string) { r.Outcome, r.Code, r.Reason = o, code, reason }
	switch {
	case it.Duplicate:
		set(evidence.Examined, "duplicate", it.Reason)
	case it.Kind == evidence.Empty && empty != "":
		set(evidence.Unreadable, empty, why)
	case it.Outcome != evidence.Undecided:
		set(it.Outcome, it.Code, it.Reason)
	case c.Duplicate:
		set(evidence.Examined, "duplicate", "the same content was examined before; that was seen only while it was read")
	case st.broken:
		set(evidence.Partly, "interrupted", fmt.Sprintf("interrupted after %d records", r.Records))
	case r.Crashed > 0:
		set(evidence.Partly, "internal", r.crash())
	case c.Problem != nil && r.Records == 0 && r.Format == "":
		set(evidence.Unreadable, c.Problem.Code, c.Problem.Reason)
	case c.Problem != nil:
		set(evidence.Partly, c.Problem.Code, fmt.Sprintf("%s; %d records were read", c.Problem.Reason, r.Records))
	case st.readErr != nil:
		set(evidence.Partly, "read-error", fmt.Sprintf("reading stopped after %d records: %v", r.Records, st.readErr))
	case r.Format == "" && st.destroyed != "":
		set(evidence.Unreadable, st.destroyed, st.why)
	case r.Format == "":
		set(evidence.Ignored, "no-reader", "no log or file kind that is read")
	case r.Records == 0 && nothing != "":
		set(evidence.Unreadable, nothing, left)
	case r.harm() != "":
		set(evidence.Partly, "damaged", r.harm())
	case st.unread != "":
		set(evidence.Partly, "damaged", st.unread)
	case st.cut:
		set(evidence.Partly, "file-size", fmt.Sprintf("only the first %d bytes were looked at", MaxFileBytes))
	default:
		set(evidence.Examined, "", "")
	}
}

// harm says in words what was damaged, "" where damage cost nothing (a
// checksum that a running system had not yet written).
func (r *ItemResult) harm() string {
	if r.Lost == 0 && r.Lines.Damaged == 0 {
		if d, code := gone(r.Damage); code != "" {
			return fmt.Sprintf("a part is not there, at byte %d: %s", d.Offset, d.Detail)
		}
		return ""
	}
	first := event.Damage{}
	for _, d := range r.Damage {
		if d.Lost > 0 || d.Line > 0 {
			first = d
			break
		}
	}
	where := fmt.Sprintf("at byte %d", first.Offset)
	if first.Line > 0 {
		where = fmt.Sprintf("in line %d", first.Line)
	}
	if r.Lines.Damaged > 0 {
		return fmt.Sprintf("%d of %d lines could not be read, the first %s (%s)", r.Lines.Damaged, r.Lines.Total, where, first.Code)
	}
	return fmt.Sprintf("%d records could not be read, the first %s (%s)", r.Lost, where, first.Code)
}
