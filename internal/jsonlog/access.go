package jsonlog

import (
	"bytes"
	"slices"
	"strings"

	"spoor/event"
)

// Web servers and proxies write their access logs as JSON under names of their
// own. An object that states a client, a status and a request under such names
// is a row of a web server's log: the values get the names that IIS has for
// them, beside their own, so that the rules of web servers see them.

// accessNames are the names, in small letters, under which the parts of a
// request stand in the logs of nginx (variables), Apache and Caddy modules,
// Traefik, Envoy, load balancers, and the Elastic Common Schema.
func accessNames() [parts][]string {
	return [parts][]string{
		client:    {"remote_addr", "c-ip", "client_ip", "clientip", "remote_ip", "remoteip", "clienthost", "client_addr", "request.remote_ip", "client.ip", "source.ip", "source.address", "httprequest.remoteip", "downstream_remote_address"},
		status:    {"status", "sc-status", "status_code", "response", "response_code", "downstreamstatus", "http.response.status_code", "response.status", "httprequest.status", "resp_status"},
		method:    {"cs-method", "request_method", "method", "requestmethod", "verb", "http.request.method", "request.method", "httprequest.requestmethod"},
		target:    {"request_uri", "uri", "url", "requestpath", "path", "url.original", "request.uri", "httprequest.requesturl"},
		line:      {"request", "request_line", "http_request"},
		stem:      {"cs-uri-stem", "url.path"},
		query:     {"cs-uri-query", "query_string", "args", "url.query"},
		agent:     {"http_user_agent", "user_agent", "cs(user-agent)", "agent", "useragent", "user_agent.original", "request_user-agent", "httprequest.useragent"},
		referer:   {"http_referer", "http_referrer", "cs(referer)", "referer", "referrer", "http.request.referrer", "request_referer", "httprequest.referer"},
		user:      {"remote_user", "cs-username", "clientusername", "user.name", "user_id"},
		site:      {"http_host", "server_name", "cs-host", "host", "requesthost", "request.host", "url.domain"},
		forwarded: {"http_x_forwarded_for", "x_forwarded_for", "x-forwarded-for", "xff", "request_x-forwarded-for"},
	}
}

// The parts of a request.
const (
	client = iota
	status
	method
	target // path and query
	line   // the whole request line
	stem
	query
	agent
	referer
	user
	site
	forwarded
	parts
)

// accessTimes are the names of a request's time beside those of events.
func accessTimes() []string {
	return []string{"time_iso8601", "time_local", "time", "timestamp", "@timestamp", "ts", "msec", "starttime", "startutc", "start_time", "date", "datetime"}
}

// accessForm says where the parts of a request stand.
type accessForm struct{ at [parts]event.Slot }

// rowNames are the names that IIS has for the parts, in the order in which they
// are added.
func rowNames() [10]string {
	return [10]string{"c-ip", "sc-status", "cs-method", "cs-uri-stem", "cs-uri-query", "cs(User-Agent)", "cs(Referer)", "cs-username", "cs-host", "X-Forwarded-For"}
}

// accessOf finds a request among fields; nil where they state none.
func accessOf(fields []event.Field) (form *accessForm, times []event.Slot) {
	places := make(map[string]event.Slot, len(fields))
	for i := len(fields) - 1; i >= 0; i-- {
		places[strings.ToLower(fields[i].Name)] = event.Slot(i)
	}
	form = &accessForm{}
	for part, names := range accessNames() {
		form.at[part] = -1
		for _, name := range names {
			if i, ok := places[name]; ok {
				form.at[part] = i
				break
			}
		}
	}
	at := &form.at
	if at[client] < 0 || at[status] < 0 || at[line] < 0 && (at[method] < 0 || at[target] < 0 && at[stem] < 0) {
		return nil, nil
	}
	for _, name := range accessTimes() {
		if i, ok := places[name]; ok {
			times = append(times, i)
		}
	}
	return form, times
}

// row appends the parts of a request to an object's values, in the order of
// rowNames.
func (a *accessForm) row(values []event.Value) []event.Value {
	none := event.TextValue([]byte{'-'})
	get := func(part int) event.Value {
		if i := a.at[part]; i >= 0 && int(i) < len(values) && !values[i].Empty() {
			return values[i]
		}
		return none
	}
	verb, path, asked := get(method), get(stem), get(query)
	whole := get(target).Raw
	if a.at[line] >= 0 && string(get(line).Raw) != "-" {
		first, rest, _ := bytes.Cut(get(line).Raw, []byte{' '})
		if i := bytes.LastIndexByte(rest, ' '); i >= 0 && bytes.HasPrefix(rest[i+1:], []byte("HTTP/")) {
			rest = rest[:i]
		}
		if a.at[method] < 0 {
			verb = event.TextValue(first)
		}
		if a.at[target] < 0 {
			whole = rest
		}
	}
	if string(path.Raw) == "-" && len(whole) > 0 {
		if _, after, ok := bytes.Cut(whole, []byte("://")); ok { // an address with its host
			if i := bytes.IndexByte(after, '/'); i >= 0 {
				whole = after[i:]
			}
		}
		before, after, found := bytes.Cut(whole, []byte{'?'})
		path = event.TextValue(before)
		if found && len(after) > 0 && string(asked.Raw) == "-" {
			asked = event.TextValue(after)
		}
	}
	asked.Raw = bytes.TrimPrefix(asked.Raw, []byte{'?'})
	for _, v := range [...]event.Value{get(client), get(status), verb, path, asked, get(agent), get(referer), get(user), get(site), get(forwarded)} {
		if v.Kind != event.Text {
			v = event.TextValue(v.AppendText(nil))
		}
		values = append(values, v)
	}
	return values
}

// accessPlan makes the plan of a row of a web server's log; nil where the fields
// are none.
func accessPlan(fields []event.Field) *plan {
	form, times := accessOf(fields)
	if form == nil {
		return nil
	}
	all := slices.Clone(fields)
	for _, name := range rowNames() {
		all = append(all, event.Field{Name: name, Claimed: strings.HasPrefix(name, "cs(") || name == "X-Forwarded-For" || name == "cs-host" || name == "cs-username"})
	}
	return &plan{shape: event.NewShape("w3c", all, true), access: form, times: times, channel: -1, provider: -1, id: -1, record: -1, computer: -1, event: true}
}
