package figure_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

func TestTextIsPythons(t *testing.T) {
	const newYear = 1577836800
	berlin := &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "Europe/Berlin"}
	for name, c := range map[string]struct {
		typ    arrow.DataType
		append func(array.Builder)
		want   string
	}{
		"true":             {arrow.FixedWidthTypes.Boolean, func(b array.Builder) { b.(*array.BooleanBuilder).Append(true) }, "True"},
		"false":            {arrow.FixedWidthTypes.Boolean, func(b array.Builder) { b.(*array.BooleanBuilder).Append(false) }, "False"},
		"missing":          {arrow.BinaryTypes.String, func(b array.Builder) { b.AppendNull() }, "None"},
		"int8":             {arrow.PrimitiveTypes.Int8, func(b array.Builder) { b.(*array.Int8Builder).Append(-7) }, "-7"},
		"uint64":           {arrow.PrimitiveTypes.Uint64, func(b array.Builder) { b.(*array.Uint64Builder).Append(1<<64 - 1) }, "18446744073709551615"},
		"float32":          {arrow.PrimitiveTypes.Float32, func(b array.Builder) { b.(*array.Float32Builder).Append(0.1) }, "0.10000000149011612"},
		"decimal":          {&arrow.Decimal128Type{Precision: 9, Scale: 3}, func(b array.Builder) { b.AppendValueFromString("1.5") }, "1.500"},
		"text":             {arrow.BinaryTypes.LargeString, func(b array.Builder) { b.(*array.LargeStringBuilder).Append("é<") }, "é<"},
		"date":             {arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(18262) }, "2020-01-01"},
		"second":           {arrow.FixedWidthTypes.Timestamp_s, timestamp(newYear), "2020-01-01 00:00:00+00:00"},
		"no zone":          {&arrow.TimestampType{Unit: arrow.Second}, timestamp(newYear), "2020-01-01 00:00:00"},
		"zone, fraction":   {berlin, timestamp(newYear*1000 + 250), "2020-01-01 01:00:00.250000+01:00"},
		"nanosecond":       {&arrow.TimestampType{Unit: arrow.Nanosecond}, timestamp(newYear*1e9 + 1), "2020-01-01 00:00:00.000000001"},
		"time of day":      {arrow.FixedWidthTypes.Time64us, func(b array.Builder) { b.(*array.Time64Builder).Append(45296000007) }, "12:34:56.000007"},
		"hours":            {arrow.FixedWidthTypes.Duration_s, duration(7384), "2:03:04"},
		"a day":            {arrow.FixedWidthTypes.Duration_s, duration(86400 + 7384), "1 day, 2:03:04"},
		"days":             {arrow.FixedWidthTypes.Duration_ms, duration(3 * 86400000), "3 days, 0:00:00"},
		"before":           {arrow.FixedWidthTypes.Duration_s, duration(-1), "-1 day, 23:59:59"},
		"nanoseconds":      {arrow.FixedWidthTypes.Duration_ns, duration(59e9), "0 days 00:00:59"},
		"nanoseconds back": {arrow.FixedWidthTypes.Duration_ns, duration(-1e9), "-1 days +23:59:59"},
	} {
		t.Run(name, func(t *testing.T) {
			schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: c.typ, Nullable: true}}, nil)
			b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
			c.append(b.Field(0))
			f, err := frame.New(schema, []arrow.Record{b.NewRecord()})
			require.NoError(t, err)
			assert.Equal(t, c.want, figure.Text(f.Columns()[0], 0))
		})
	}
}

func timestamp(v int64) func(array.Builder) {
	return func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(v)) }
}

func duration(v int64) func(array.Builder) {
	return func(b array.Builder) { b.(*array.DurationBuilder).Append(arrow.Duration(v)) }
}

func TestTemplatesByName(t *testing.T) {
	f := xy(t, 2)
	for _, name := range figure.TemplateNames() {
		fig, err := figure.Scatter{X: "x", Y: "y", Template: figure.Template{Name: name}}.Build(f, nil)
		require.NoError(t, err, name)
		assert.IsType(t, figure.Raw(""), fig.Layout.Get("template"), name)
	}
}

func TestTemplatesMerge(t *testing.T) {
	own, err := figure.ParseTemplate([]byte(`{"data": {"scatter": [{"marker": {"size": 3}}, {"marker": {"size": 4}}]}}`))
	require.NoError(t, err)
	fig, err := figure.Scatter{X: "x", Y: "y", Template: own}.Build(xy(t, 2), nil)
	require.NoError(t, err)
	assert.Equal(t, "scatter", at(fig.Layout, "template", "data", "scatter", 1, "type"))
	assert.False(t, own.Own.Object("data").Get("scatter").([]any)[1].(*figure.Object).Has("type"), "the caller's is not modified")

	fig, err = figure.Scatter{X: "x", Y: "y", Template: figure.Template{Name: "simple_white+presentation+gridon"}}.Build(xy(t, 2), nil)
	require.NoError(t, err)
	template := fig.Layout.Get("template")
	assert.Equal(t, 9, at(template, "data", "scatter", 0, "marker", "size"), "of presentation")
	assert.Equal(t, "overlay", at(template, "data", "scatter", 0, "fillpattern", "fillmode"), "of simple_white")
	assert.Equal(t, true, at(template, "layout", "xaxis", "showgrid"), "of gridon, over simple_white")

	_, err = figure.Scatter{X: "x", Y: "y", Template: figure.Template{Name: "plotly", Own: own.Own}}.Build(xy(t, 2), nil)
	assert.ErrorContains(t, err, "both the name")
	_, err = figure.ParseTemplate([]byte(`[]`))
	assert.ErrorContains(t, err, "want an object")
	_, err = figure.ParseTemplate([]byte(`{`))
	assert.ErrorContains(t, err, "byte 1")
}

func TestReducedTemplate(t *testing.T) {
	f := xy(t, 2, texts("site", "N", "S"))
	whole := figure.Scatter{X: "x", Y: "y", Color: "site", MarginalX: "box"}
	small := whole
	small.Template.Reduced = true
	a, err := whole.Build(f, nil)
	require.NoError(t, err)
	b, err := small.Build(f, nil)
	require.NoError(t, err)
	assert.Equal(t, each(a, "marker", "color"), each(b, "marker", "color"))
	template := b.Layout.Get("template").(*figure.Object)
	for key, kept := range map[string]bool{"colorway": true, "xaxis": true, "geo": false, "polar": false} {
		assert.Equal(t, kept, template.Object("layout").Has(key), key)
	}
	assert.True(t, template.Object("data").Has("scatter"))
	assert.False(t, template.Object("data").Has("pie"))

	small.Template.Name = "none such"
	_, err = small.Build(f, nil)
	assert.ErrorContains(t, err, "no template")
}
