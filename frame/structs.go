package frame

import (
	"fmt"
	"reflect"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// FromStructs returns a frame with a row for each struct and a column for each
// exported field, named by its tag `frame:"name"`, else as the field is. The
// tag "-" leaves a field out. Fields are of the types that are an Element, or
// defined by one, or pointers to those: nil is null. Any other type is an error
// that names the field.
//
//	type Trip struct {
//		Miles float64  `frame:"trip_distance"`
//		Tip   *float64 `frame:"tip_amount"`
//	}
//
// Cost: values are copied, some 20 ns each.
func FromStructs[T any](rows []T) (*Frame, error) {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("frame: %s is not a struct", t)
	}
	values := reflect.ValueOf(rows)
	var series []Series
	for _, field := range reflect.VisibleFields(t) {
		name, tagged := field.Tag.Lookup("frame")
		if !field.IsExported() || len(field.Index) > 1 || name == "-" {
			continue
		}
		if !tagged || name == "" {
			name = field.Name
		}
		column, err := structColumn(values, field)
		if err != nil {
			return nil, &SourceError{Row: -1, Column: name, Err: err}
		}
		defer column.Release()
		series = append(series, Array(name, column))
	}
	return FromSlices(series...)
}

func structColumn(rows reflect.Value, field reflect.StructField) (arrow.Array, error) {
	t, pointer := field.Type, field.Type.Kind() == reflect.Pointer
	if pointer {
		t = t.Elem()
	}
	typ := typeOfGo(t)
	if typ == nil {
		return nil, fmt.Errorf("field %s is a %s: want a bool, a number, a string or a time.Time", field.Name, field.Type)
	}
	b := array.NewBuilder(memory.DefaultAllocator, typ)
	defer b.Release()
	b.Reserve(rows.Len())
	for i := range rows.Len() {
		v := rows.Index(i).FieldByIndex(field.Index)
		if pointer {
			if v.IsNil() {
				b.AppendNull()
				continue
			}
			v = v.Elem()
		}
		appendGo(b, v)
	}
	return b.NewArray(), nil
}

// typeOfGo returns the Arrow type that stands for a Go type; nil if none does.
func typeOfGo(t reflect.Type) arrow.DataType {
	switch t.Kind() {
	case reflect.Bool:
		return arrow.FixedWidthTypes.Boolean
	case reflect.Int8:
		return arrow.PrimitiveTypes.Int8
	case reflect.Int16:
		return arrow.PrimitiveTypes.Int16
	case reflect.Int32:
		return arrow.PrimitiveTypes.Int32
	case reflect.Int, reflect.Int64:
		return arrow.PrimitiveTypes.Int64
	case reflect.Uint8:
		return arrow.PrimitiveTypes.Uint8
	case reflect.Uint16:
		return arrow.PrimitiveTypes.Uint16
	case reflect.Uint32:
		return arrow.PrimitiveTypes.Uint32
	case reflect.Uint64:
		return arrow.PrimitiveTypes.Uint64
	case reflect.Float32:
		return arrow.PrimitiveTypes.Float32
	case reflect.Float64:
		return arrow.PrimitiveTypes.Float64
	case reflect.String:
		return arrow.BinaryTypes.String
	}
	if t == reflect.TypeFor[time.Time]() {
		return arrow.FixedWidthTypes.Timestamp_us
	}
	return nil
}

// appendGo appends a value to the builder of its type.
func appendGo(b array.Builder, v reflect.Value) {
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(v.Bool())
	case *array.Int8Builder:
		b.Append(int8(v.Int()))
	case *array.Int16Builder:
		b.Append(int16(v.Int()))
	case *array.Int32Builder:
		b.Append(int32(v.Int()))
	case *array.Int64Builder:
		b.Append(v.Int())
	case *array.Uint8Builder:
		b.Append(uint8(v.Uint()))
	case *array.Uint16Builder:
		b.Append(uint16(v.Uint()))
	case *array.Uint32Builder:
		b.Append(uint32(v.Uint()))
	case *array.Uint64Builder:
		b.Append(v.Uint())
	case *array.Float32Builder:
		b.Append(float32(v.Float()))
	case *array.Float64Builder:
		b.Append(v.Float())
	case *array.StringBuilder:
		b.Append(v.String())
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v.Interface().(time.Time).UnixMicro()))
	}
}
