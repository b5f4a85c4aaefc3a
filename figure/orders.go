package figure

import (
	"math"
	"slices"
	"strconv"
	"time"
	"unsafe"

	"github.com/pointillist-go/pointillist/frame"
)

// An order is the order of a column's values: those that category_orders lists,
// then the others in order of appearance.
type order struct {
	column string
	values []orderValue
	place  []uint32 // of the value with each local code (see keys); nil for a column that groups nothing
}

// An orderValue is one value of an order. It need not occur in the data.
type orderValue struct {
	value any // for JSON
	key   any // see keyOf
	text  string
}

// keys are the values of a grouping column in the rows drawn: each distinct
// value has a local code in order of appearance, the missing value included.
type keys struct {
	column  *frame.Column
	ids     []uint32 // a row drawn: its local code
	values  []orderValue
	missing int // local code of the missing value; −1 if there is none
}

// readKeys takes one pass over the codes of the rows; none if they are the
// column's own, which are in order of appearance.
func readKeys(column *frame.Column, rows *frame.Rows) *keys {
	codes := column.Codes()
	k := &keys{column: column, missing: -1}
	if rows.All() && column.Chunks() == 1 && column.Nulls() == 0 {
		k.ids = unsigned(codes.Chunk(0))
		for code := range codes.Len() {
			k.values = append(k.values, k.valueOf(codes, int32(code)))
		}
		return k
	}
	k.ids = make([]uint32, 0, rows.Len())
	local := slices.Repeat([]uint32{unseen}, codes.Len()+1) // by code+1
	var scratch frame.Scratch
	rows.Spans(0, rows.Len(), &scratch, func(s frame.Span) bool {
		chunk := codes.Chunk(s.Chunk)
		if s.Index == nil && s.Mask == nil {
			k.read(chunk[s.First:s.First+s.N], local, codes)
		} else {
			s.Each(func(i int) { k.read(chunk[i:i+1], local, codes) })
		}
		return true
	})
	return k
}

// unsigned returns codes, none of which is negative, as what they are.
func unsigned(codes []int32) []uint32 {
	return unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(codes))), len(codes))
}

const unseen = math.MaxUint32

// read appends the local codes of a run of codes.
func (k *keys) read(run []int32, local []uint32, codes *frame.Codes) {
	from := len(k.ids)
	k.ids = k.ids[:from+len(run)] // there is room for all rows
	ids := k.ids[from:]
	for i, code := range run {
		id := local[code+1]
		if id == unseen {
			id = uint32(len(k.values))
			local[code+1] = id
			k.values = append(k.values, k.valueOf(codes, code))
		}
		ids[i] = id
	}
}

func (k *keys) valueOf(codes *frame.Codes, code int32) orderValue {
	if code == frame.NoCode {
		k.missing = len(k.values)
		return orderValue{text: "None"}
	}
	values := codes.Values()
	v := values.Value(int(code))
	return orderValue{value: scalar(values, v), key: keyOf(v), text: textOf(values, v)}
}

// newOrder puts the listed values before those of k. A listed value that is a
// value of k, or its text where the column does not hold text, stands for it.
func newOrder(column string, listed []any, k *keys) *order {
	o := &order{column: column}
	if k == nil {
		for _, v := range listed {
			o.values = append(o.values, given(v))
		}
		return o
	}
	at := k.index()
	o.place = slices.Repeat([]uint32{math.MaxUint32}, len(k.values))
	seen := map[any]bool{}
	for _, v := range listed {
		value := given(v)
		code, found := at[value.key]
		if found {
			value = k.values[code]
		}
		if seen[value.key] {
			continue
		}
		seen[value.key] = true
		if found {
			o.place[code] = uint32(len(o.values))
		}
		o.values = append(o.values, value)
	}
	for code, value := range k.values {
		if o.place[code] == math.MaxUint32 {
			o.place[code] = uint32(len(o.values))
			o.values = append(o.values, value)
		}
	}
	return o
}

// index finds the local code of a value by its key, and by its text too if the
// column is not of text.
func (k *keys) index() map[any]int {
	at := make(map[any]int, len(k.values))
	if k.column.Kind() != frame.Text {
		for code, value := range k.values {
			if code != k.missing {
				at[value.text] = code
			}
		}
	}
	for code, value := range k.values {
		at[value.key] = code
	}
	return at
}

// given is a value from the arguments.
func given(v any) orderValue {
	key := keyOf(v)
	return orderValue{value: plain(key), key: key, text: plainText(key)}
}

// keyOf gives equal values one comparable form: nil, bool, string, time.Time in
// UTC, int64 for whole numbers and float64 for others.
func keyOf(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case uint64:
		if v > math.MaxInt64 {
			return v
		}
		return int64(v)
	case float32:
		return keyOf(float64(v))
	case float64:
		if v != v {
			return "nan"
		}
		if n := int64(v); float64(n) == v && math.Abs(v) < 1<<53 {
			return n
		}
	case time.Time:
		return v.UTC()
	}
	return v
}

// plain is a key as the value of a JSON member.
func plain(key any) any {
	switch v := key.(type) {
	case int64:
		return integer(v)
	case uint64:
		return Raw(strconv.FormatUint(v, 10))
	case time.Time:
		return v.Format("2006-01-02T15:04:05.999999999")
	case time.Duration:
		return durationText(v, false)
	}
	return key
}

func plainText(key any) string {
	switch v := key.(type) {
	case nil:
		return "None"
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return floatText(v)
	case bool:
		if v {
			return "True"
		}
		return "False"
	case time.Time:
		return timestampText(v, false)
	}
	return "None"
}

// scalar is a value of column c as the value of a JSON member: dates as ISO
// text without a zone, times as their text.
func scalar(c *frame.Column, v any) any {
	switch v := v.(type) {
	case int64:
		return integer(v)
	case uint64:
		return Raw(strconv.FormatUint(v, 10))
	case float32:
		return float64(v)
	case time.Time:
		if c.Kind() == frame.Date {
			return v.Format("2006-01-02")
		}
		return v.Format("2006-01-02T15:04:05.999999999")
	case time.Duration:
		return textOf(c, v)
	}
	return v
}

func integer(v int64) any {
	if int64(int(v)) == v {
		return int(v)
	}
	return Raw(strconv.FormatInt(v, 10))
}
