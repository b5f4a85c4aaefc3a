package pointillist_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// TestEveryArgumentIsInTheETag changes what a figure can be asked for in one
// place after the other, however deep, and wants another tag each time.
func TestEveryArgumentIsInTheETag(t *testing.T) {
	f, err := frame.FromSlices(frame.Slice("x", []int64{1}))
	require.NoError(t, err)
	defer f.Release()
	seen := map[string]string{}
	for _, kind := range []figure.Kind{figure.Scatter{}, figure.Line{}} {
		tag := func(name string, kind figure.Kind) {
			etag := pointillist.Request{Frame: f, Kind: kind}.ETag()
			require.Empty(t, seen[etag], "%s has the tag of another", name)
			seen[etag] = name
		}
		tag(kind.Name(), kind)
		fields := reflect.TypeOf(kind)
		for i := range fields.NumField() {
			changed := others(t, fields.Field(i).Type)
			require.NotEmpty(t, changed)
			for j, value := range changed {
				k := reflect.New(fields).Elem()
				k.Field(i).Set(value)
				tag(fmt.Sprintf("%s.%s, change %d", kind.Name(), fields.Field(i).Name, j), k.Interface().(figure.Kind))
			}
		}
	}
	assert.Greater(t, len(seen), 300)
}

// others returns values of a type that differ from its zero, and each from
// each other, in one place.
func others(t *testing.T, of reflect.Type) (values []reflect.Value) {
	t.Helper()
	if of == reflect.TypeFor[*figure.Object]() { // its fields cannot be set from here
		for _, value := range []any{nil, 1, "1", figure.NewObject()} {
			values = append(values, reflect.ValueOf(figure.NewObject(figure.Member{Key: "a", Value: value})))
		}
		return append(values, reflect.ValueOf(figure.NewObject()), reflect.ValueOf(figure.NewObject(figure.Member{Key: "b"})))
	}
	switch of.Kind() {
	case reflect.Bool:
		return []reflect.Value{reflect.ValueOf(true).Convert(of)}
	case reflect.Int, reflect.Float64:
		return []reflect.Value{reflect.ValueOf(1).Convert(of), reflect.ValueOf(-1).Convert(of)}
	case reflect.String:
		return []reflect.Value{reflect.ValueOf("a").Convert(of), reflect.ValueOf("b").Convert(of)}
	case reflect.Interface:
		for _, value := range []any{1, 1.0, "1", true, []any{1}, time.Unix(1, 0).UTC(), time.Unix(1, 0).In(time.FixedZone("", 60)), time.Unix(1, 1).UTC()} {
			values = append(values, reflect.ValueOf(value))
		}
	case reflect.Pointer:
		for _, value := range append(others(t, of.Elem()), reflect.Zero(of.Elem())) {
			pointer := reflect.New(of.Elem())
			pointer.Elem().Set(value)
			values = append(values, pointer)
		}
	case reflect.Slice:
		values = append(values, reflect.MakeSlice(of, 0, 0), reflect.MakeSlice(of, 1, 1), reflect.MakeSlice(of, 2, 2))
		for _, value := range others(t, of.Elem()) {
			values = append(values, reflect.Append(reflect.Zero(of), value))
		}
	case reflect.Map:
		values = append(values, reflect.MakeMap(of))
		for _, value := range others(t, of.Elem()) {
			m := reflect.MakeMap(of)
			m.SetMapIndex(reflect.ValueOf("a").Convert(of.Key()), value)
			values = append(values, m)
		}
	case reflect.Struct:
		for i := range of.NumField() {
			for _, value := range others(t, of.Field(i).Type) {
				s := reflect.New(of).Elem()
				s.Field(i).Set(value)
				values = append(values, s)
			}
		}
	default:
		require.Fail(t, "no values of "+of.String())
	}
	return values
}

// TestEveryPickIsInTheETag: an answer about one point is not that about another.
func TestEveryPickIsInTheETag(t *testing.T) {
	f, err := frame.FromSlices(frame.Slice("x", []int64{1}))
	require.NoError(t, err)
	defer f.Release()
	plain := pointillist.Request{Frame: f, Kind: figure.Scatter{}}
	seen := map[string]bool{plain.ETag(): true}
	for _, point := range []reduce.Point{
		{}, {X: 1.0}, {X: "1"}, {X: true}, {Y: 1.0}, {XAxis: "x2"}, {YAxis: "y2"}, {Traces: []int{}}, {Traces: []int{0}}, {Radius: 1}, {Limit: 1},
	} {
		for _, o := range []reduce.Options{{}, {Width: 100}, {X: &reduce.Range{To: 1}}} {
			q := plain
			q.Pick, q.Reduce = &point, o
			assert.False(t, seen[q.ETag()], "%+v %+v", point, o)
			seen[q.ETag()] = true
		}
	}
	since := plain
	since.Refine, since.Since = true, &reduce.Options{Width: 5}
	whole := since
	whole.Since = nil
	assert.Equal(t, whole.ETag(), since.ETag(), "what is drawn then is the same")
	extends := plain
	extends.Extends = frame.Beginning{Version: f.Version(), Rows: 1}
	assert.Equal(t, plain.ETag(), extends.ETag())
}

// TestTheOrderOfAMapIsNotInTheETag: the runtime draws another one for each walk.
func TestTheOrderOfAMapIsNotInTheETag(t *testing.T) {
	f, err := frame.FromSlices(frame.Slice("x", []int64{1}))
	require.NoError(t, err)
	defer f.Release()
	etag := func(step int) string {
		options := map[string]any{}
		for i := range 31 {
			name := i * step % 31
			options[fmt.Sprint(name)] = name
		}
		return pointillist.Request{Frame: f, Kind: figure.Scatter{TrendlineOptions: options}}.ETag()
	}
	want := etag(1)
	for step := 2; step < 31; step++ {
		assert.Equal(t, want, etag(step))
	}
}
