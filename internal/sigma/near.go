package sigma

import "fmt"

// hint names the word of a list that a misspelt one is close to, in the form
// that is given; "" where none is.
func hint(format, word string, list []string) string {
	best, least := "", 3
	for _, w := range list {
		if d := edits(word, w, least); d < least && d*2 < len(w) {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(format, best)
}

// maxEdited bounds the words that are compared; names are shorter.
const maxEdited = 64

// edits counts the letters to be put in, left out, changed or swapped with the
// next to make one word of the other, or gives up at limit.
func edits(a, b string, limit int) int {
	if len(a) > maxEdited || len(b) > maxEdited || max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
