package engine

import "testing"

// A field that is nothing but a text made of the record, and a keyword search that
// looks into the same text, are two inputs: the search looks into all values too.
func TestAKeywordSearchIsNoField(t *testing.T) {
	t.Parallel()
	sentence := &Texts{}
	scope := &Scope{Fields: map[string][]string{"Message": {}}, Derived: map[string]*Texts{"Message": sentence}, Extra: sentence}
	c := &class{byInput: map[string]int{}, byField: map[string]int{}}
	field, search := c.input("Message", scope), c.input("", scope)
	if field == search || c.inputs[field].keyword || !c.inputs[search].keyword {
		t.Errorf("inputs %d and %d", field, search)
	}
	if again := c.input("", scope); again != search {
		t.Errorf("the same search is input %d and %d", search, again)
	}
}
