// Package xmllog reads Windows events that were saved as XML: by wevtutil, by
// Event Viewer, by tools that collect the same elements. A file holds Event
// elements one behind the other, with or without a root around them, on one
// line or on many.
//
// Fields have the names that the event log reader uses: System elements and
// their attributes (Provider_Name, EventID), the Name of each Data, the last
// element's name inside UserData; the rendered sentence is Message. Character
// references and CDATA are undone; everything else is a window.
//
// On bad input: an Event that is cut off, that is nested deeper than [MaxDepth]
// or has more than [MaxFields] fields, and text where none should be, are
// damage with codes, and reading goes on at the next Event. Nothing is resolved:
// no document type, no entity but the five of XML and numbers.
package xmllog
