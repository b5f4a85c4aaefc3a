package frame

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// SQLOptions bound what is read from a database.
type SQLOptions struct {
	Source   string // what errors call the query; may be empty
	MaxRows  int    // 0: MaxRows
	MaxBytes int64  // of values; 0: DefaultMaxBytes
}

// ReadSQL reads the rows of a query to their end, and closes them. Columns have
// the types that the driver tells:
//
//	whole numbers            int64, uint64
//	floating point           float64
//	DECIMAL, NUMERIC, MONEY  float64, the nearest: figures are drawn in floats
//	BOOL                     bool
//	dates and times          timestamp[us, tz=UTC]
//	everything else          utf8
//
// NULL is null. An error is a *SourceError with the row and the column; it
// wraps ErrTooLarge if a limit was reached, and ctx.Err() if ctx is done.
func ReadSQL(ctx context.Context, rows *sql.Rows, o SQLOptions) (*Frame, error) {
	defer func() { _ = rows.Close() }() // what went wrong is in rows.Err
	fail := func(row int64, column string, err error) error {
		return &SourceError{Source: o.Source, Row: row, Column: column, Err: err}
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fail(-1, "", err)
	}
	columns := make([]*sqlColumn, len(types))
	targets := make([]any, len(types))
	for i, t := range types {
		columns[i] = newSQLColumn(t)
		defer columns[i].builder.Release()
		targets[i] = columns[i]
	}
	maxRows, maxBytes := cmp.Or(int64(o.MaxRows), MaxRows), cmp.Or(o.MaxBytes, DefaultMaxBytes)
	for row := int64(0); rows.Next(); row++ {
		if ctx.Err() != nil {
			return nil, fail(row, "", ctx.Err())
		}
		if row == maxRows {
			return nil, fail(-1, "", fmt.Errorf("more than %d rows: %w", maxRows, ErrTooLarge))
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fail(row, failed(columns), err)
		}
		for _, c := range columns {
			maxBytes -= c.add()
		}
		if maxBytes < 0 {
			return nil, fail(row, "", fmt.Errorf("too many bytes: %w", ErrTooLarge))
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fail(-1, "", err)
	}
	series := make([]Series, len(columns))
	for i, c := range columns {
		values := c.builder.NewArray()
		defer values.Release()
		series[i] = Array(c.name, values)
	}
	f, err := FromSlices(series...)
	if err != nil {
		return nil, fail(-1, "", err)
	}
	return f, nil
}

// A sqlColumn scans the values of a column, one at a time.
type sqlColumn struct {
	name    string
	builder array.Builder
	scan    func(value any) error
	add     func() int64 // appends what was scanned; returns its bytes
	failed  bool
}

// Scan implements sql.Scanner.
func (c *sqlColumn) Scan(value any) error {
	err := c.scan(value)
	c.failed = err != nil
	return err
}

// failed returns the name of the column that could not be scanned.
func failed(columns []*sqlColumn) string {
	for _, c := range columns {
		if c.failed {
			return c.name
		}
	}
	return ""
}

func newSQLColumn(t *sql.ColumnType) *sqlColumn {
	c := &sqlColumn{name: t.Name()}
	switch sqlKind(t) {
	case Int:
		b := array.NewInt64Builder(memory.DefaultAllocator)
		setSQL(c, b, b.Append)
	case Uint:
		b := array.NewUint64Builder(memory.DefaultAllocator)
		setSQL(c, b, b.Append)
	case Float:
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		setSQL(c, b, b.Append)
	case Bool:
		b := array.NewBooleanBuilder(memory.DefaultAllocator)
		setSQL(c, b, b.Append)
	case Timestamp:
		b := array.NewTimestampBuilder(memory.DefaultAllocator, arrow.FixedWidthTypes.Timestamp_us.(*arrow.TimestampType))
		setSQL(c, b, func(v time.Time) { b.Append(arrow.Timestamp(v.UnixMicro())) })
	default:
		b := array.NewStringBuilder(memory.DefaultAllocator)
		var value sql.Null[string]
		c.builder, c.scan = b, value.Scan
		c.add = func() int64 {
			if !value.Valid {
				b.AppendNull()
			} else {
				b.Append(strings.ToValidUTF8(value.V, "\uFFFD"))
			}
			return 4 + int64(len(value.V))
		}
	}
	return c
}

// setSQL lets database/sql convert what the driver gives to T.
func setSQL[T any](c *sqlColumn, b array.Builder, put func(T)) {
	var value sql.Null[T]
	c.builder, c.scan = b, value.Scan
	c.add = func() int64 {
		if value.Valid {
			put(value.V)
		} else {
			b.AppendNull()
		}
		return 8
	}
}

// sqlKind goes by the database's name for the type, then by the driver's Go
// type: drivers that hand out text say so of numbers too.
func sqlKind(t *sql.ColumnType) Kind {
	name := strings.ToUpper(t.DatabaseTypeName())
	for _, known := range sqlKinds {
		if strings.Contains(name, known.part) {
			if known.kind == Int && t.ScanType() != nil && strings.HasPrefix(t.ScanType().Kind().String(), "uint") {
				return Uint
			}
			return known.kind
		}
	}
	scan := t.ScanType()
	switch {
	case scan == nil:
		return Text
	case scan == reflect.TypeFor[time.Time]() || scan == reflect.TypeFor[sql.NullTime]():
		return Timestamp
	case scan == reflect.TypeFor[sql.NullInt64]() || scan == reflect.TypeFor[sql.NullInt32]() || scan == reflect.TypeFor[sql.NullInt16]():
		return Int
	case scan == reflect.TypeFor[sql.NullFloat64]():
		return Float
	case scan == reflect.TypeFor[sql.NullBool]():
		return Bool
	case scan.Kind() == reflect.Struct:
		return Text
	}
	if typ := typeOfGo(scan); typ != nil {
		return KindOf(typ)
	}
	return Text
}

// sqlKinds are the parts of type names, the ones to look for first before the
// ones that they contain.
var sqlKinds = []struct {
	part string
	kind Kind
}{
	{"INTERVAL", Text}, {"POINT", Text}, {"CHAR", Text}, {"TEXT", Text}, {"JSON", Text},
	{"DECIMAL", Float}, {"NUMERIC", Float}, {"MONEY", Float}, {"NUMBER", Float},
	{"FLOAT", Float}, {"DOUBLE", Float}, {"REAL", Float},
	{"UNSIGNED", Uint}, {"SERIAL", Int}, {"INT", Int}, {"BOOL", Bool},
	{"TIMESTAMP", Timestamp}, {"DATE", Timestamp},
}
