package encode

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A builder walks a figure and lays out its parts.
type builder struct {
	arrays Arrays
	text   []byte // since the last array
	parts  []part
	path   []string // keys and indices down to where the walk is
	made   map[cellKey][]cell
}

type cellKey struct {
	column *frame.Column
	asText bool
}

func (b *builder) finish() []part {
	return append(b.parts, part{text: b.text})
}

func (b *builder) figure(fig *figure.Figure) error {
	b.raw(`{"data":`)
	if err := b.in("data", func() error { return objects(b, fig.Data) }); err != nil {
		return err
	}
	b.raw(`,"layout":`)
	layout := fig.Layout
	if layout == nil {
		layout = &figure.Object{}
	}
	if err := b.in("layout", func() error { return b.object(layout) }); err != nil {
		return err
	}
	if fig.Frames != nil {
		b.raw(`,"frames":`)
		if err := b.in("frames", func() error { return objects(b, fig.Frames) }); err != nil {
			return err
		}
	}
	b.raw(`}`)
	return nil
}

func (b *builder) raw(text string) { b.text = append(b.text, text...) }

// in calls f one step down the path.
func (b *builder) in(key string, f func() error) error {
	b.path = append(b.path, key)
	err := f()
	b.path = b.path[:len(b.path)-1]
	return err
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// pointer returns the path as a JSON Pointer (RFC 6901).
func (b *builder) pointer() string {
	var p strings.Builder
	for _, key := range b.path {
		p.WriteByte('/')
		p.WriteString(escapePointer.Replace(key))
	}
	return p.String()
}

func (b *builder) object(o *figure.Object) error {
	b.raw("{")
	for i, m := range o.Members() {
		if i > 0 {
			b.raw(",")
		}
		b.text = append(appendString(b.text, m.Key), ':')
		if err := b.in(m.Key, func() error { return b.value(m.Value) }); err != nil {
			return err
		}
	}
	b.raw("}")
	return nil
}

func objects(b *builder, list []*figure.Object) error {
	return elements(b, list, func(o *figure.Object) error { return b.object(o) })
}

func elements[T any](b *builder, list []T, write func(T) error) error {
	b.raw("[")
	for i, v := range list {
		if i > 0 {
			b.raw(",")
		}
		if err := b.in(strconv.Itoa(i), func() error { return write(v) }); err != nil {
			return err
		}
	}
	b.raw("]")
	return nil
}

func (b *builder) value(v any) error {
	switch v := v.(type) {
	case nil:
		b.raw("null")
	case bool:
		b.text = strconv.AppendBool(b.text, v)
	case int:
		b.text = strconv.AppendInt(b.text, int64(v), 10)
	case float64:
		b.text = kernel.AppendFloat(b.text, v)
	case string:
		b.text = appendString(b.text, v)
	case figure.Raw:
		b.text = appendRaw(b.text, string(v))
	case []any:
		return elements(b, v, b.value)
	case []string:
		return elements(b, v, func(s string) error { b.text = appendString(b.text, s); return nil })
	case []float64:
		b.raw("[")
		if len(v) > 0 {
			b.text = appendFloats(b.text, v, -1)
		}
		b.raw("]")
	case *figure.Object:
		return b.object(v)
	case *figure.Array:
		return b.located(b.array(v))
	case *figure.Table:
		return b.located(b.table(v))
	default:
		return b.located(fmt.Errorf("a value of Go type %T: %w", v, ErrType))
	}
	return nil
}

func (b *builder) located(err error) error {
	if err == nil {
		return nil
	}
	return &Error{b.pointer(), err}
}
