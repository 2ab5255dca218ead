package draft

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of reading a PDF.
const (
	// maxPDFStreams bounds the streams that are unpacked.
	maxPDFStreams = 4096
	// maxPDFInflated bounds what all of them unpack to.
	maxPDFInflated = 64 << 20
)

// pdfText takes the shown text of a PDF's content streams: the strings of
// Tj, TJ, ' and " (ISO 32000-1, 9.4.3), in file order. It reads flate and
// plain streams and one-byte fonts in a Latin encoding. Where the result is
// not text in words, it says so instead of guessing.
func pdfText(data []byte) (string, error) {
	if bytes.Contains(data, []byte("/Encrypt")) {
		return "", errors.New("read PDF: it is encrypted")
	}
	var b strings.Builder
	left := maxPDFInflated
	for n, at := 0, 0; n < maxPDFStreams && left > 0; n++ {
		i := bytes.Index(data[at:], []byte("stream"))
		if i < 0 {
			break
		}
		at += i + len("stream")
		body := data[at:]
		body = bytes.TrimPrefix(body, []byte("\r"))
		body = bytes.TrimPrefix(body, []byte("\n"))
		end := bytes.Index(body, []byte("endstream"))
		if end < 0 {
			break
		}
		body = body[:end]
		at += end
		if r, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			// A damaged stream still gives what came before the damage.
			plain, _ := io.ReadAll(io.LimitReader(r, int64(left)))
			r.Close()
			body = plain
		}
		left -= len(body)
		if bytes.Contains(body, []byte("BT")) && bytes.Contains(body, []byte("ET")) {
			pdfStrings(&b, body)
		}
		at += len("endstream")
	}
	text := pdfParagraphs(b.String())
	letters, all := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
		if !unicode.IsSpace(r) {
			all++
		}
	}
	if all < 20 || letters*10 < all*6 || !strings.Contains(text, " ") {
		return "", fmt.Errorf("read PDF: no text in words found (%d marks); it is scanned or its fonts hide their letters", all)
	}
	return text, nil
}

// pdfStrings writes the strings that a content stream shows. Moves to a new
// line become a line end, wide gaps inside TJ a blank.
func pdfStrings(b *strings.Builder, s []byte) {
	var pending []string
	gap := false
	var number []byte
	inArray := false
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '(':
			text, next := pdfLiteral(s, i)
			if gap && len(pending) > 0 {
				pending = append(pending, " ")
			}
			gap = false
			pending = append(pending, text)
			i = next
		case c == '<' && i+1 < len(s) && s[i+1] != '<':
			end := bytes.IndexByte(s[i:], '>')
			if end < 0 {
				return
			}
			pending = append(pending, pdfHex(s[i+1:i+end]))
			i += end + 1
		case c == '[':
			inArray = true
			i++
		case c == ']':
			inArray = false
			i++
		case c >= '0' && c <= '9' || c == '-' || c == '.':
			j := i
			for j < len(s) && (s[j] >= '0' && s[j] <= '9' || s[j] == '-' || s[j] == '.') {
				j++
			}
			number = s[i:j]
			// Thousandths of an em to the left: about a quarter is a blank.
			if inArray && len(number) >= 4 && number[0] == '-' {
				gap = true
			}
			i = j
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '\'' || c == '"' || c == '*':
			j := i
			for j < len(s) && (s[j] >= 'A' && s[j] <= 'Z' || s[j] >= 'a' && s[j] <= 'z' || s[j] == '*' || s[j] == '\'' || s[j] == '"') {
				j++
			}
			switch string(s[i:j]) {
			case "Tj", "TJ":
				b.WriteString(strings.Join(pending, ""))
			case "'", "\"":
				b.WriteString("\n" + strings.Join(pending, ""))
			case "Td", "TD":
				// "x 0 Td" moves along the line.
				if string(number) == "0" {
					b.WriteByte(' ')
				} else {
					b.WriteByte('\n')
				}
			case "T*", "Tm":
				b.WriteByte('\n')
			case "ET":
				b.WriteByte('\n')
			}
			pending, gap = pending[:0], false
			i = j
		default:
			i++
		}
	}
}

// pdfLiteral reads a string in brackets that starts at s[i].
func pdfLiteral(s []byte, i int) (string, int) {
	var out []byte
	depth := 0
	for ; i < len(s); i++ {
		c := s[i]
		switch c {
		case '(':
			if depth++; depth > 1 {
				out = append(out, c)
			}
			continue
		case ')':
			if depth--; depth == 0 {
				return latin(out), i + 1
			}
			out = append(out, c)
			continue
		case '\\':
			i++
			if i >= len(s) {
				return latin(out), i
			}
			switch e := s[i]; {
			case e == 'n' || e == 'r':
				out = append(out, '\n')
			case e == 't':
				out = append(out, '\t')
			case e >= '0' && e <= '7':
				v := 0
				k := 0
				for ; k < 3 && i+k < len(s) && s[i+k] >= '0' && s[i+k] <= '7'; k++ {
					v = v*8 + int(s[i+k]-'0')
				}
				i += k - 1
				out = append(out, byte(v))
			case e == '\n':
			default:
				out = append(out, e)
			}
			continue
		}
		out = append(out, c)
	}
	return latin(out), i
}

func pdfHex(s []byte) string {
	var out []byte
	hi, have := byte(0), false
	for _, c := range s {
		var v byte
		switch {
		case c >= '0' && c <= '9':
			v = c - '0'
		case c >= 'a' && c <= 'f':
			v = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			v = c - 'A' + 10
		default:
			continue
		}
		if have {
			out = append(out, hi<<4|v)
		}
		hi, have = v, !have
	}
	return latin(out)
}

// latin reads bytes in Windows code page 1252, which PDF's WinAnsiEncoding
// is; bytes without a letter there are dropped only when they are controls.
func latin(s []byte) string {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	table := []rune(high)
	var b strings.Builder
	for _, c := range s {
		switch {
		case c >= 0x80 && c < 0xa0:
			b.WriteRune(table[c-0x80])
		case c >= 0x20 || c == '\n' || c == '\t':
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

// pdfParagraphs joins lines into paragraphs: a line that ends a sentence and
// is clearly shorter than the one before ends the paragraph.
func pdfParagraphs(s string) string {
	var b strings.Builder
	before := 0
	for _, line := range strings.Split(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			continue
		}
		n := utf8.RuneCountInString(line)
		b.WriteString(line)
		if strings.ContainsRune(".!?”\"", rune(line[len(line)-1])) && n < before*3/4 {
			b.WriteString("\n\n")
		} else {
			b.WriteByte('\n')
		}
		before = max(n, before*9/10)
	}
	return b.String()
}
