package frame

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// JSONOptions tell how to read JSON columns.
type JSONOptions struct {
	Source   string // what errors call the text; may be empty
	MaxBytes int64  // of the text; 0: DefaultMaxBytes
}

type jsonColumn struct {
	Name   *string           `json:"name"`
	Type   string            `json:"type"`
	TZ     string            `json:"tz"`
	Values []json.RawMessage `json:"values"`
}

// ReadJSON reads a frame from
//
//	{"columns": [{"name": "x", "type": "int64", "values": [1, 2, null]}, …]}
//
// with equally long columns of these types:
//
//	bool                    true, false
//	int8 … int64, uint8 …   whole numbers, exact beyond 2^53
//	float32, float64        numbers
//	utf8, dictionary        text; a dictionary is of utf8
//	date32                  "2006-01-02", or days since 1970-01-01
//	timestamp[s|ms|us|ns]   ISO 8601 text, or whole numbers in the unit since
//	                        1970-01-01; "tz": "Europe/Berlin" makes them instants
//
// ISO text with a zone needs a "tz", and without one is wall-clock time, which
// needs none (or UTC). A number that the type does not hold is an error.
//
// An error is a *SourceError with the column and the row.
func ReadJSON(r io.Reader, o JSONOptions) (*Frame, error) {
	limit := cmp.Or(o.MaxBytes, DefaultMaxBytes)
	counted := &io.LimitedReader{R: r, N: limit + 1}
	var body struct {
		Columns []jsonColumn `json:"columns"`
	}
	decoder := json.NewDecoder(counted)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&body)
	if err == nil {
		if _, extra := decoder.Token(); extra != io.EOF {
			err = fmt.Errorf("byte %d: text after the end", decoder.InputOffset())
		}
	}
	switch {
	case counted.N == 0:
		err = fmt.Errorf("more than %d bytes: %w", limit, ErrTooLarge)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the text ends within the JSON")
	}
	if err != nil {
		return nil, &SourceError{Source: o.Source, Row: -1, Err: err}
	}
	return o.frame(body.Columns)
}

func (o JSONOptions) frame(columns []jsonColumn) (*Frame, error) {
	series := make([]Series, len(columns))
	for i, c := range columns {
		if c.Name == nil {
			return nil, &SourceError{Source: o.Source, Row: -1, Err: fmt.Errorf("column %d has no name", i)}
		}
		values, row, err := c.array()
		if err != nil {
			return nil, &SourceError{Source: o.Source, Row: row, Column: *c.Name, Err: err}
		}
		defer values.Release()
		series[i] = Array(*c.Name, values)
	}
	f, err := FromSlices(series...)
	var at *SourceError
	switch {
	case errors.As(err, &at):
		at.Source = o.Source
	case err != nil:
		err = &SourceError{Source: o.Source, Row: -1, Err: err}
	}
	return f, err
}

var jsonTypes = map[string]arrow.DataType{
	"bool": arrow.FixedWidthTypes.Boolean,
	"int8": arrow.PrimitiveTypes.Int8, "int16": arrow.PrimitiveTypes.Int16,
	"int32": arrow.PrimitiveTypes.Int32, "int64": arrow.PrimitiveTypes.Int64,
	"uint8": arrow.PrimitiveTypes.Uint8, "uint16": arrow.PrimitiveTypes.Uint16,
	"uint32": arrow.PrimitiveTypes.Uint32, "uint64": arrow.PrimitiveTypes.Uint64,
	"float32": arrow.PrimitiveTypes.Float32, "float64": arrow.PrimitiveTypes.Float64,
	"utf8": arrow.BinaryTypes.String, "date32": arrow.FixedWidthTypes.Date32,
	"dictionary": &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String},
}

var jsonUnits = map[string]arrow.TimeUnit{
	"timestamp[s]": arrow.Second, "timestamp[ms]": arrow.Millisecond,
	"timestamp[us]": arrow.Microsecond, "timestamp[ns]": arrow.Nanosecond,
}

func (c jsonColumn) dataType() (arrow.DataType, error) {
	if unit, ok := jsonUnits[c.Type]; ok {
		t := &arrow.TimestampType{Unit: unit, TimeZone: c.TZ}
		if _, err := t.GetZone(); err != nil {
			return nil, fmt.Errorf("tz %q is not a time zone", c.TZ)
		}
		return t, nil
	}
	if c.TZ != "" {
		return nil, fmt.Errorf("only a timestamp has a tz, type %q has none", c.Type)
	}
	if t, ok := jsonTypes[c.Type]; ok {
		return t, nil
	}
	return nil, fmt.Errorf("type %q is not known: want bool, int8 … int64, uint8 … uint64, float32, float64, utf8, dictionary, date32 or timestamp[s|ms|us|ns]", c.Type)
}

// array returns the values, or the row that is wrong.
func (c jsonColumn) array() (values arrow.Array, row int64, err error) {
	t, err := c.dataType()
	if err != nil {
		return nil, -1, err
	}
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	b.Reserve(len(c.Values))
	for i, value := range c.Values {
		if string(value) == "null" {
			b.AppendNull()
		} else if err := appendJSON(b, value); err != nil {
			return nil, int64(i), err
		}
	}
	return b.NewArray(), -1, nil
}

func appendJSON(b array.Builder, value []byte) error {
	switch b := b.(type) {
	case *array.BooleanBuilder:
		if s := string(value); s != "true" && s != "false" {
			return notJSON(value, "true or false")
		}
		b.Append(value[0] == 't')
	case *array.StringBuilder:
		s, err := jsonText(value)
		b.Append(s)
		return err
	case *array.BinaryDictionaryBuilder:
		s, err := jsonText(value)
		return errors.Join(err, b.AppendString(s))
	case *array.Float64Builder:
		v, err := jsonFloat(value, 64)
		b.Append(v)
		return err
	case *array.Float32Builder:
		v, err := jsonFloat(value, 32)
		b.Append(float32(v))
		return err
	case *array.Date32Builder:
		v, err := jsonDate(value)
		b.Append(arrow.Date32(v))
		return err
	case *array.TimestampBuilder:
		v, err := jsonTime(value, b.Type().(*arrow.TimestampType))
		b.Append(arrow.Timestamp(v))
		return err
	default: // integers
		return appendInteger(b, value)
	}
	return nil
}

func notJSON(value []byte, want string) error {
	return fmt.Errorf("%.40s is not %s", value, want)
}

func jsonText(value []byte) (s string, err error) {
	if value[0] != '"' {
		return "", notJSON(value, "text")
	}
	return s, json.Unmarshal(value, &s)
}

func jsonFloat(value []byte, bits int) (float64, error) {
	v, err := strconv.ParseFloat(string(value), bits)
	if err != nil {
		return 0, notJSON(value, fmt.Sprintf("a float%d", bits))
	}
	return v, nil
}

func jsonInt(value []byte, bits int) (int64, error) {
	v, err := strconv.ParseInt(string(value), 10, bits)
	if err != nil {
		return 0, notJSON(value, fmt.Sprintf("an int%d", bits))
	}
	return v, nil
}

func appendInteger(b array.Builder, value []byte) error {
	width := widthOf(b.Type())
	if KindOf(b.Type()) == Int {
		if _, err := jsonInt(value, 8*width); err != nil {
			return err
		}
	} else if _, err := strconv.ParseUint(string(value), 10, 8*width); err != nil {
		return notJSON(value, b.Type().String())
	}
	return b.AppendValueFromString(string(value))
}

func jsonDate(value []byte) (int64, error) {
	if value[0] != '"' {
		return jsonInt(value, 32)
	}
	s, err := jsonText(value)
	t, ok := parseTime([]byte(s))
	if err != nil || !ok || !t.date {
		return 0, notJSON(value, `a date such as "2006-01-02"`)
	}
	return t.seconds / 86_400, nil
}

func jsonTime(value []byte, typ *arrow.TimestampType) (int64, error) {
	if value[0] != '"' {
		return jsonInt(value, 64)
	}
	s, err := jsonText(value)
	t, ok := parseTime([]byte(s))
	switch {
	case err != nil || !ok:
		return 0, notJSON(value, `a time such as "2006-01-02T15:04:05"`)
	case t.zone && typ.TimeZone == "":
		return 0, notJSON(value, `a time without a zone: give the column a "tz"`)
	case !t.zone && typ.TimeZone != "" && !strings.EqualFold(typ.TimeZone, "UTC"):
		return 0, notJSON(value, `an instant: end it with Z or an offset such as +02:00`)
	}
	perSecond := int64(1e9) / int64(typ.Unit.Multiplier())
	switch {
	case t.seconds > math.MaxInt64/perSecond-1 || t.seconds < -math.MaxInt64/perSecond+1:
		return 0, notJSON(value, "within the range of "+typ.String())
	case t.nanos%int64(typ.Unit.Multiplier()) != 0:
		return 0, notJSON(value, "a whole number of units of "+typ.String())
	}
	return t.seconds*perSecond + t.nanos/int64(typ.Unit.Multiplier()), nil
}
