package dash

import (
	"encoding/json"
	"fmt"
)

// A Call is what the page sends when it wants an output anew.
type Call struct {
	Output  string     `json:"output"`         // "graph.figure"
	Inputs  []Property `json:"inputs"`         // of the layout's components, as they are now
	State   []Property `json:"state"`          // of those that do not trigger the callback
	Changed []string   `json:"changedPropIds"` // "button.n_clicks": what triggered it
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
	for _, all := range [][]Property{c.Inputs, c.State} {
		for _, p := range all {
			var name string
			if p.Property != property || json.Unmarshal(p.ID, &name) != nil || name != id {
				continue
			}
			if len(p.Value) == 0 {
				return value, nil
			}
			if err := json.Unmarshal(p.Value, &value); err != nil {
				return value, fmt.Errorf("serve/dash: %s.%s: %w", id, property, err)
			}
			return value, nil
		}
	}
	return value, fmt.Errorf("serve/dash: the callback %s has no input or state %s.%s", c.Output, id, property)
}
