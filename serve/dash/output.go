package dash

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pointillist-go/pointillist/serve"
)

// An output is where an answer goes.
type output struct {
	figure property
	drawn  *property // keeps the tag of the figure in the page; nil if nothing does
}

// A property is one of a component with a text as its id.
type property struct{ id, name string }

// parseOutput reads the name that Dash gives to an output, or to two.
func parseOutput(name string) (*output, error) {
	wrong := fmt.Errorf("serve/dash: Options.Callbacks: %q is no output: want one such as graph.figure, or ..graph.figure...drawn.data.. of two", name)
	inner, several := strings.CutPrefix(name, "..")
	names := []string{name}
	if several {
		names = strings.Split(strings.TrimSuffix(inner, ".."), "...")
		if len(names) != 2 || !strings.HasSuffix(inner, "..") {
			return nil, wrong
		}
	}
	parsed := make([]property, len(names))
	for i, name := range names {
		at := strings.LastIndexByte(name, '.')
		if at < 1 || at == len(name)-1 {
			return nil, wrong
		}
		parsed[i] = property{name[:at], name[at+1:]}
	}
	o := &output{figure: parsed[0]}
	if several {
		o.drawn = &parsed[1]
	}
	return o, nil
}

// envelope is what Dash writes around the value of the output.
func (o *output) envelope() serve.Envelope {
	return serve.Envelope{
		Before: `{"multi":true,"response":{` + quoted(o.figure.id) + ":{" + quoted(o.figure.name) + ":",
		After:  "}}}",
	}
}

// update is what Dash writes around the values of both outputs. Its renderer
// carries out the operations of a Patch on the property as it is in the page.
func (o *output) update(tag string, whole bool) serve.Envelope {
	e := o.envelope()
	e.After = "}," + quoted(o.drawn.id) + ":{" + quoted(o.drawn.name) + ":" + quoted(tag) + e.After
	if !whole {
		e.Before += `{"__dash_patch_update":"__dash_patch_update","operations":`
		e.After = "}" + e.After
	}
	return e
}

func quoted(text string) string {
	b, _ := json.Marshal(text) // of a string never fails
	return string(b)
}
