package encode

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// The reference: boxed values, encoding/json, and what the documentation says.

// refValues returns the values of rows as encoding/json should write them.
func refValues(c *frame.Column, rows *frame.Rows, asText bool) []any {
	values := []any{}
	rows.Each(func(row int) bool {
		values = append(values, refValue(c, row, asText))
		return true
	})
	return values
}

func refValue(c *frame.Column, row int, asText bool) any {
	v := refBoxed(c, row)
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		v = nil
	}
	if !asText {
		return v
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(text)
	}
}

func refBoxed(c *frame.Column, row int) any {
	chunk, i := 0, row
	for i >= c.Chunk(chunk).Len() {
		i -= c.Chunk(chunk).Len()
		chunk++
	}
	return refElement(c.Chunk(chunk), i)
}

func refElement(chunk arrow.Array, i int) any {
	if chunk.IsNull(i) {
		return nil
	}
	switch a := chunk.(type) {
	case *array.Null:
		return nil
	case *array.Boolean:
		return a.Value(i)
	case *array.Int8:
		return a.Value(i)
	case *array.Int16:
		return a.Value(i)
	case *array.Int32:
		return a.Value(i)
	case *array.Int64:
		return a.Value(i)
	case *array.Uint8:
		return a.Value(i)
	case *array.Uint16:
		return a.Value(i)
	case *array.Uint32:
		return a.Value(i)
	case *array.Uint64:
		return a.Value(i)
	case *array.Float16:
		return float64(a.Value(i).Float32())
	case *array.Float32:
		return float64(a.Value(i))
	case *array.Float64:
		return a.Value(i)
	case *array.Decimal128:
		return refDecimal(a.Value(i).BigInt(), a.DataType().(*arrow.Decimal128Type).Scale)
	case *array.Decimal256:
		return refDecimal(a.Value(i).BigInt(), a.DataType().(*arrow.Decimal256Type).Scale)
	case *array.String:
		return a.Value(i)
	case *array.LargeString:
		return a.Value(i)
	case *array.Date32:
		return a.Value(i).ToTime().Format(time.DateOnly)
	case *array.Date64:
		return a.Value(i).ToTime().Format(time.DateOnly)
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		zone, err := t.GetZone()
		if err != nil {
			panic(err)
		}
		return a.Value(i).ToTime(t.Unit).In(zone).Format("2006-01-02T15:04:05.999999999")
	case *array.Time32:
		return a.Value(i).ToTime(a.DataType().(*arrow.Time32Type).Unit).Format("15:04:05.999999999")
	case *array.Time64:
		return a.Value(i).ToTime(a.DataType().(*arrow.Time64Type).Unit).Format("15:04:05.999999999")
	case *array.Duration:
		n := big.NewInt(int64(a.Value(i)))
		return json.Number(n.Mul(n, big.NewInt(int64(a.DataType().(*arrow.DurationType).Unit.Multiplier()))).String())
	case *array.Dictionary:
		return refElement(a.Dictionary(), a.GetValueIndex(i))
	}
	panic(fmt.Sprintf("no reference for %s", chunk.DataType()))
}

func refDecimal(n *big.Int, scale int32) float64 {
	v, err := strconv.ParseFloat(n.String()+"e"+strconv.Itoa(-int(scale)), 64)
	if err != nil {
		panic(err)
	}
	return v
}

// decode reads JSON: typed arrays become lists of numbers, with null for NaN
// and infinities.
func decode(t testing.TB, text []byte) any {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(text, &v))
	return unpack(t, v)
}

func unpack(t testing.TB, v any) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if data, ok := v["bdata"].(string); ok {
			require.Len(t, v, 2)
			return decodeTyped(t, v["dtype"].(string), data)
		}
		for key := range v {
			v[key] = unpack(t, v[key])
		}
	case []any:
		for i := range v {
			v[i] = unpack(t, v[i])
		}
	}
	return v
}

func decodeTyped(t testing.TB, dtype, data string) []any {
	t.Helper()
	raw, err := base64.StdEncoding.Strict().DecodeString(data)
	require.NoError(t, err)
	size := int(dtype[1] - '0')
	require.Zero(t, len(raw)%size)
	values := []any{}
	for ; len(raw) > 0; raw = raw[size:] {
		var word [8]byte
		copy(word[:], raw[:size])
		v := typedValue(dtype, binary.LittleEndian.Uint64(word[:]))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			values = append(values, nil)
		} else {
			values = append(values, v+0)
		}
	}
	return values
}

func typedValue(dtype string, bits uint64) float64 {
	switch dtype {
	case "i1":
		return float64(int8(bits))
	case "i2":
		return float64(int16(bits))
	case "i4":
		return float64(int32(bits))
	case "u1", "u2", "u4":
		return float64(bits)
	case "f4":
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// same compares decoded JSON with boxed values.
func same(t testing.TB, want []any, got any) {
	t.Helper()
	text, err := json.Marshal(want)
	require.NoError(t, err)
	want = nil
	require.NoError(t, json.Unmarshal(text, &want))
	list, ok := got.([]any)
	require.True(t, ok, "a list or a typed array, not %T", got)
	require.Len(t, list, len(want))
	for i := range want {
		if !reflect.DeepEqual(want[i], list[i]) {
			require.Equal(t, want[i], list[i], "value %d", i)
		}
	}
}
