package dash

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A Call is what the page sends when it wants an output anew.
type Call struct {
	Output  string     `json:"output"`         // "graph.figure"
	Inputs  Properties `json:"inputs"`         // of the layout's components, as they are now
	State   Properties `json:"state"`          // of those that do not trigger the callback
	Changed []string   `json:"changedPropIds"` // "button.n_clicks": what triggered it
}

// Properties are those that a callback declares, in its order. Where it declares
// a pattern with ALL or ALLSMALLER, there are as many as the page has components for it.
type Properties []Property

// UnmarshalJSON takes the list of a pattern's components, which Dash sends in the
// place of one, for its elements.
func (p *Properties) UnmarshalJSON(text []byte) error {
	var declared []json.RawMessage
	if err := json.Unmarshal(text, &declared); err != nil {
		return err
	}
	for _, one := range declared {
		if !bytes.HasPrefix(one, []byte("[")) {
			one = append(append([]byte("["), one...), ']')
		}
		var some []Property
		if err := json.Unmarshal(one, &some); err != nil {
			return err
		}
		*p = append(*p, some...)
	}
	return nil
}

// A Property is one of a component in the page.
type Property struct {
	ID       json.RawMessage `json:"id"` // text, or an object where the callback matches a pattern
	Property string          `json:"property"`
	Value    json.RawMessage `json:"value"` // absent if it was never set
}

// Value returns a property among the call's inputs and state. One that was
// never set is the zero T. It is an error if the page sent none of that name, or
// one of another type.
func Value[T any](c *Call, id, property string) (value T, err error) {
	for _, all := range []Properties{c.Inputs, c.State} {
		for _, p := range all {
			var name string
			if p.Property == property && json.Unmarshal(p.ID, &name) == nil && name == id {
				return valueOf[T](p)
			}
		}
	}
	return value, fmt.Errorf("serve/dash: the callback %s has no input or state %s.%s", c.Output, id, property)
}

// Values returns a property of all components whose id has the given members,
// {"type": "store"} of {"type": "store", "index": 3}, in the order of the page.
// One that was never set is the zero T. That there are none is not an error: the
// page may have none. One of another type is.
func Values[T any](c *Call, id map[string]any, property string) (values []T, err error) {
	for _, all := range []Properties{c.Inputs, c.State} {
		for _, p := range all {
			if p.Property != property || !p.matches(id) {
				continue
			}
			value, err := valueOf[T](p)
			if err != nil {
				return nil, err
			}
			values = append(values, value)
		}
	}
	return values, nil
}

func valueOf[T any](p Property) (value T, err error) {
	if len(p.Value) == 0 {
		return value, nil
	}
	if err := json.Unmarshal(p.Value, &value); err != nil {
		return value, fmt.Errorf("serve/dash: %s.%s: %w", bytes.Trim(p.ID, `"`), p.Property, err)
	}
	return value, nil
}

// matches reports whether the id is an object with these members among its own.
func (p Property) matches(members map[string]any) bool {
	var id map[string]any
	if json.Unmarshal(p.ID, &id) != nil {
		return false
	}
	for name, want := range members {
		if got, ok := id[name]; !ok || !sameJSON(got, want) {
			return false
		}
	}
	return true
}

// sameJSON compares what has been decoded with what a program says: 3 is 3.0.
func sameJSON(a, b any) bool {
	x, failed := json.Marshal(a)
	y, err := json.Marshal(b)
	return failed == nil && err == nil && bytes.Equal(x, y)
}
