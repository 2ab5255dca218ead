package sigma

import (
	"strings"

	"spoor/event"
)

// wholeRow is the row of a W3C log, whose columns are joined by single spaces:
// a keyword may reach over two of them.
func wholeRow(dst []byte, e *event.Event) ([]byte, bool) {
	for i, v := range e.Values {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = v.AppendText(dst)
	}
	return dst, true
}

// plusSigns undoes what IIS does to the blanks of a header. It leaves a plus
// sign of the client's as it is, so both forms are tested, and rules use both.
func plusSigns(header string) []string {
	if !strings.Contains(header, "+") {
		return nil
	}
	return []string{strings.ReplaceAll(header, "+", " ")}
}

// urlFields are the columns of which a proxy's log makes a URL.
func urlFields() []string {
	return []string{"cs-uri-scheme", "cs-host", "cs-uri-port", "cs-uri-path", "cs-uri-stem", "cs-uri-query"}
}

// wholeURL is the URL that a proxy was asked for, where its log has the parts of
// it in columns of their own.
func wholeURL(dst []byte, e *event.Event) ([]byte, bool) {
	part := func(name string) string {
		if text := e.Get(name).String(); text != "-" {
			return text
		}
		return ""
	}
	host, path := part("cs-host"), part("cs-uri-path")+part("cs-uri-stem")
	if host == "" && path == "" {
		return dst, false
	}
	scheme, port, query := part("cs-uri-scheme"), part("cs-uri-port"), part("cs-uri-query")
	if scheme != "" {
		dst = append(append(dst, scheme...), "://"...)
	}
	dst = append(dst, host...)
	if port != "" && !(scheme == "http" && port == "80") && !(scheme == "https" && port == "443") {
		dst = append(append(dst, ':'), port...)
	}
	dst = append(dst, path...)
	if query = strings.TrimPrefix(query, "?"); query != "" {
		dst = append(append(dst, '?'), query...)
	}
	return dst, true
}

// allowed and dropped name what the Windows firewall's log says it did as other
// firewalls' logs do.
func allowed(action string) []string {
	switch action {
	case "ALLOW":
		return []string{"accept", "forward"}
	case "DROP":
		return []string{"deny", "block"}
	}
	return nil
}

func dropped(action string) []string {
	switch action {
	case "ALLOW":
		return []string{"false"}
	case "DROP":
		return []string{"true"}
	}
	return nil
}
