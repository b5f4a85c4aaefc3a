package pointillist

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
)

// A Request says which figure is wanted. It says everything: equal requests
// have equal answers.
type Request struct {
	Frame  *frame.Frame
	Filter *filter.Expr // nil keeps all rows
	Kind   figure.Kind  // figure.Scatter or figure.Line
	Arrays encode.Arrays
	Coding *Coding // nil leaves the JSON as it is
}

// ETag returns the strong entity tag of the request's answer, in quotes. It is
// a hash of the request and of the frame's content, so that it is known
// without making the figure.
func (q Request) ETag() string {
	key := q.key()
	return `"` + hex.EncodeToString(key[:]) + `"`
}

// key is the identity of the answer's bytes.
func (q Request) key() cache.Key {
	version := q.Frame.Version()
	b := cache.NewKey("figure", encode.Version).Bytes(version[:]).Text(q.filterText()).Int(int64(q.Arrays))
	addValue(b.Text(q.Kind.Name()), reflect.ValueOf(q.Kind))
	if q.Coding != nil {
		b.Text(q.Coding.Name)
	}
	return b.Key()
}

func (q Request) filterText() string {
	if q.Filter == nil {
		return ""
	}
	return q.Filter.String()
}

// addValue adds all that v holds, with the types of what interfaces hold.
func addValue(b *cache.KeyBuilder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		b.Bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		b.Int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		b.Uint(v.Uint())
	case reflect.Float32, reflect.Float64:
		b.Float(v.Float())
	case reflect.String:
		b.Text(v.String())
	case reflect.Struct:
		b.List(v.NumField())
		for i := range v.NumField() {
			addValue(b, v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		b.List(v.Len())
		for i := range v.Len() {
			addValue(b, v.Index(i))
		}
	case reflect.Map:
		addMap(b, v)
	case reflect.Pointer:
		if v.IsNil() {
			b.None()
			return
		}
		addValue(b.List(1), v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			b.None()
			return
		}
		addValue(b.Text(v.Elem().Type().String()), v.Elem())
	case reflect.Invalid:
		b.None()
	default:
		panic(fmt.Sprintf("pointillist: a figure's arguments hold a %s", v.Type()))
	}
}

// addMap adds a map's entries in the order of their keys, which are strings.
func addMap(b *cache.KeyBuilder, v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	b.List(2 * len(keys))
	for _, key := range keys {
		addValue(b.Text(key.String()), v.MapIndex(key))
	}
}
