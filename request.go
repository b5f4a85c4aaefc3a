package pointillist

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// A Request says which figure is wanted. It says everything: equal requests
// have equal answers.
type Request struct {
	Frame  *frame.Frame
	Filter *filter.Expr // nil keeps all rows
	Kind   figure.Kind  // figure.Scatter or figure.Line
	Arrays encode.Arrays
	Reduce reduce.Options // zero keeps every row
	// Refine asks for what is different in a figure that was reduced otherwise,
	// instead of the figure: see reduce.Patch.
	Refine bool
	// Since, with Refine, is how the figure that is on the screen was reduced: the
	// answer leaves out what that has, see reduce.Delta. Nil leaves out nothing.
	Since *reduce.Options
	// Extends, unless zero, is how the frame began that the figure on the screen is of:
	// the answer is what the figure has besides, see reduce.Extend. See Request.Extending.
	Extends frame.Beginning
	// Pick asks for the rows under a point of the figure, instead of the figure:
	// see reduce.Pick. Of Reduce the plot's area and ranges count.
	Pick   *reduce.Point
	Coding *Coding // nil leaves the JSON as it is
}

// ETag returns the strong entity tag of the request's answer, in quotes. It is
// a hash of the request and of the frame's content, so that it is known
// without making the figure. It is the tag of what is on the screen then,
// whatever was there before: Since and Extends are no part of it.
func (q Request) ETag() string { return q.etagOf(q.Frame.Version()) }

// etagOf is the tag of the answer that is of another version of the frame.
func (q Request) etagOf(v frame.Version) string {
	q.Since, q.Extends = nil, frame.Beginning{}
	key := q.keyOf(v)
	return `"` + hex.EncodeToString(key[:]) + `"`
}

// Extending returns the request for what a page lacks that shows the answer with
// this ETag. It is false if that is not the same figure of what the frame was
// before rows were appended, of the last 64 times, or if the figure is reduced.
func (q Request) Extending(etag string) (Request, bool) {
	if q.reduces() {
		return q, false
	}
	for _, begin := range q.Frame.Beginnings() {
		if q.etagOf(begin.Version) == etag {
			q.Extends = begin
			return q, true
		}
	}
	return q, false
}

// key is the identity of the answer's bytes.
func (q Request) key() cache.Key { return q.keyOf(q.Frame.Version()) }

func (q Request) keyOf(version frame.Version) cache.Key {
	b := cache.NewKey("figure", encode.Version).Bytes(version[:]).Text(q.filterText()).Int(int64(q.Arrays))
	addValue(b.Text(q.Kind.Name()), reflect.ValueOf(q.Kind))
	if q.reduces() && q.Pick == nil {
		addValue(b.Text("reduce").Bool(q.Refine), reflect.ValueOf(q.Reduce))
		if q.Since != nil {
			addValue(b.Text("since"), reflect.ValueOf(*q.Since))
		}
	}
	if q.Extends != (frame.Beginning{}) {
		b.Text("extends").Bytes(q.Extends.Version[:])
	}
	if q.Pick != nil {
		addValue(b.Text("pick"), reflect.ValueOf(q.Pick))
		addValue(b, reflect.ValueOf(q.Reduce))
	}
	if q.Coding != nil {
		b.Text("coding").Text(q.Coding.Name)
	}
	return b.Key()
}

// reduces reports whether the answer may have fewer rows than are drawn.
func (q Request) reduces() bool {
	return q.Refine || q.Pick != nil || q.Reduce.Method != "" && q.Reduce.Method != reduce.None
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
		if at, ok := timeOf(v); ok {
			b.Text(at.Format(time.RFC3339Nano)).Text(at.Location().String())
			return
		}
		b.List(v.NumField())
		for i := range v.NumField() { //nolint:modernize // v.Fields allocates, at each hit of the memo
			addValue(b, v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() { // hover data of no column is not the same as none
			b.None()
			return
		}
		addList(b, v)
	case reflect.Array:
		addList(b, v)
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

func addList(b *cache.KeyBuilder, v reflect.Value) {
	b.List(v.Len())
	for i := range v.Len() {
		addValue(b, v.Index(i))
	}
}

// timeOf returns the time that v is. To walk it would be to read the caches of
// its location, which others write.
func timeOf(v reflect.Value) (time.Time, bool) {
	if !v.CanInterface() {
		return time.Time{}, false
	}
	return reflect.TypeAssert[time.Time](v)
}

// addMap adds a map's entries in the order of their keys, which are strings.
func addMap(b *cache.KeyBuilder, v reflect.Value) {
	if v.IsNil() {
		b.None()
		return
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	b.List(2 * len(keys))
	for _, key := range keys {
		addValue(b.Text(key.String()), v.MapIndex(key))
	}
}
