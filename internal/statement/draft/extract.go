package draft

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// MaxFileBytes bounds a file that is read for a draft.
const MaxFileBytes = 32 << 20

// ExtractText returns the running text of a plain text, an HTML page or a
// PDF, and which of the three it was. Encrypted and scanned PDFs and PDFs
// with fonts that hide their letters are an error: the output of pdftotext
// is expected for them.
func ExtractText(data []byte) (text, kind string, err error) {
	if len(data) > MaxFileBytes {
		return "", "", fmt.Errorf("read text: larger than %d bytes", MaxFileBytes)
	}
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		text, err = pdfText(data)
		return text, "pdf", err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data[:min(len(data), 4096)], 0) >= 0 {
		return "", "", errors.New("read text: the file is neither UTF-8 text nor HTML nor PDF")
	}
	s := string(data)
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	head := strings.ToLower(strings.TrimSpace(s[:min(len(s), 1024)]))
	if strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html") || strings.Contains(head, "<body") || strings.HasPrefix(head, "<") && strings.Contains(head, "<p") {
		return htmlText(s), "html", nil
	}
	return s, "text", nil
}

// htmlText drops markup and everything that is no running text: scripts,
// menus, headers, footers, forms and asides. Blocks become paragraphs.
func htmlText(s string) string {
	var b strings.Builder
	skip, depth := "", 0
	for i := 0; i < len(s); {
		if s[i] != '<' {
			end := strings.IndexByte(s[i:], '<')
			if end < 0 {
				end = len(s) - i
			}
			if skip == "" {
				b.WriteString(strings.Join(fieldsKeep(html.UnescapeString(s[i:i+end])), " "))
			}
			i += end
			continue
		}
		if strings.HasPrefix(s[i:], "<!--") {
			end := strings.Index(s[i:], "-->")
			if end < 0 {
				break
			}
			i += end + 3
			continue
		}
		end := strings.IndexByte(s[i:], '>')
		if end < 0 {
			break
		}
		tag := strings.ToLower(s[i+1 : i+end])
		name := strings.TrimPrefix(tag, "/")
		if cutAt := strings.IndexAny(name, " \t\n\r/"); cutAt >= 0 {
			name = name[:cutAt]
		}
		i += end + 1
		closing := strings.HasPrefix(tag, "/")
		switch {
		case skip != "" && name == skip && closing:
			if depth--; depth <= 0 {
				skip = ""
			}
		case skip != "" && name == skip && !strings.HasSuffix(tag, "/"):
			depth++
		case skip != "":
		case !closing && skippedElements.has(name):
			skip, depth = name, 1
			b.WriteString("\n\n")
		case blockElements.has(name):
			if name == "br" {
				b.WriteByte(' ')
			} else {
				b.WriteString("\n\n")
			}
		}
	}
	var out []string
	for _, par := range strings.Split(b.String(), "\n\n") {
		if par = strings.TrimSpace(par); par != "" {
			out = append(out, par)
		}
	}
	return strings.Join(out, "\n\n") + "\n"
}

// fieldsKeep splits at blanks and keeps one at each end, so that words around
// inline markup stay apart.
func fieldsKeep(s string) []string {
	f := strings.Fields(s)
	if len(f) == 0 {
		if s != "" {
			return []string{"", ""}
		}
		return f
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		f = append([]string{""}, f...)
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		f = append(f, "")
	}
	return f
}
