package serve_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/serve"
)

// TestOddArguments gives every argument every odd value, over frames that are
// odd themselves: the answer is a figure, or says what is wrong.
func TestOddArguments(t *testing.T) {
	handler := start(t, serve.Options{}).handler
	capital := regexp.MustCompile(`(.)([A-Z])`)
	frames := []string{
		`"trips"`,
		`{"columns":[{"name":"miles","type":"float64","values":[]},{"name":"paid","type":"utf8","values":[]}]}`,
		`{"columns":[{"name":"miles","type":"float64","values":[null,null]},{"name":"paid","type":"dictionary","values":[null,null]}]}`,
		`{"columns":[{"name":"miles","type":"timestamp[ns]","values":[9223372036854775807,-9223372036854775808]},{"name":"paid","type":"bool","values":[true,null]}]}`,
	}
	values := []string{
		`0`, `-1`, `1e308`, `true`, `"miles"`, `"paid"`, `"\u0000</script>"`, `[]`, `["miles","paid"]`,
		`[1,2,3,4,5,6,7]`, `[[0,"red"],[1,"blue"]]`, `{}`, `{"paid":"miles"}`, `{"":{"":[]}}`,
	}
	for kind, fields := range map[string]reflect.Type{"scatter": reflect.TypeFor[figure.Scatter](), "line": reflect.TypeFor[figure.Line]()} {
		for field := range fields.Fields() {
			name := strings.ToLower(capital.ReplaceAllString(field.Name, "${1}_$2"))
			for _, value := range values {
				args := fmt.Sprintf(`{"x":"miles",%q:%s}`, name, value)
				if name == "x" {
					args = fmt.Sprintf(`{"x":%s}`, value)
				}
				for _, frame := range frames {
					ask(t, handler, "/v1/figure", fmt.Sprintf(`{"frame":%s,"kind":%q,"args":%s}`, frame, kind, args))
				}
			}
		}
	}
}
