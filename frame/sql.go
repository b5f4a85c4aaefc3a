package frame

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// SQLOptions bound what is read from a database.
type SQLOptions struct {
	Source   string // what errors call the query; may be empty
	MaxRows  int    // 0: MaxRows
	MaxBytes int64  // of values; 0: DefaultMaxBytes
}

// ReadSQL reads the rows of a query to their end, and closes them. It knows the
// types by the names that the drivers of PostgreSQL (pgx), MySQL and MariaDB
// (go-sql-driver) and SQL Server (go-mssqldb) give them, and loses nothing of a
// value:
//
//	INT2, SMALLINT, YEAR, TINYINT        int16, which holds SQL Server's 0 … 255 and MySQL's −128 … 127
//	INT4, INT, MEDIUMINT                 int32
//	INT8, BIGINT, INTEGER                int64
//	UNSIGNED TINYINT … UNSIGNED BIGINT   uint8 … uint64
//	OID, XID, XID8                       uint32, uint64
//	FLOAT8, DOUBLE, SQL Server's FLOAT   float64
//	FLOAT4, REAL, MySQL's FLOAT          float32, or float64 if a value needs it
//	NUMERIC, DECIMAL, MONEY              decimal128 of the declared scale, or of the scale that the values
//	                                     need; decimal256 for more than 38 digits. NaN is null
//	BOOL, SQL Server's BIT               bool
//	MySQL's BIT                          uint64
//	DATE                                 date32
//	TIMESTAMP, DATETIME, DATETIME2       timestamp[us], or [ns] if a value needs it: readings of a clock
//	TIMESTAMPTZ, DATETIMEOFFSET          the same, tz=UTC: instants. MySQL's TIMESTAMP is one
//	TIME                                 time64[ns]
//	CHAR, VARCHAR, TEXT, ENUM, UUID,     utf8. TIMETZ and INTERVAL too, for which Arrow has no type, and
//	JSON, XML, INET …                    PostgreSQL's BIT
//	UNIQUEIDENTIFIER                     utf8, of the bytes that the driver gives without guid conversion
//	BYTEA, BLOB, BINARY, VARBINARY …     binary, which is carried and cannot be drawn
//
// NULL is null, and so is MySQL's date of zeros. Of a name that is not among these
// the driver's Go type decides, if that is a number, a bool or a time; else it is an
// error: the query should cast the column. So is a value that its column cannot
// hold, such as the timestamp infinity, and a second result. A figure draws
// decimals, too; half a million of them are faster drawn if the query casts them
// to DOUBLE PRECISION.
//
// MySQL's driver must be told parseTime=true.
//
// An error is a *SourceError with the row and the column. It wraps ErrType for a type
// that is not known, ErrTooLarge if a limit was reached, and the context's error
// if ctx is done.
//
// Cost: each value is appended to its column as the driver gives it.
func ReadSQL(ctx context.Context, rows *sql.Rows, o SQLOptions) (*Frame, error) {
	defer func() { _ = rows.Close() }() // what went wrong is in rows.Err
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, o.at(-1, "", err)
	}
	columns, err := newSQLColumns(types, o)
	if err != nil {
		return nil, err
	}
	n, err := scanSQL(ctx, rows, columns, o)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(rows.Err(), ctx.Err()); err != nil {
		if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return nil, o.at(-1, "", fmt.Errorf("after %d rows: %w", n, err))
	}
	if rows.NextResultSet() {
		return nil, o.at(-1, "", errors.New("the query has a second result: want one"))
	}
	series := make([]Series, len(columns))
	for i, c := range columns {
		series[i] = c.series()
	}
	f, err := FromSlices(series...)
	if err != nil {
		return nil, o.at(-1, "", err)
	}
	return f, nil
}

// scanSQL reads the rows into the columns, and returns how many there are.
func scanSQL(ctx context.Context, rows *sql.Rows, columns []*sqlColumn, o SQLOptions) (row int64, err error) {
	targets := make([]any, len(columns))
	for i, c := range columns {
		targets[i] = c
	}
	maxRows, maxBytes := cmp.Or(int64(o.MaxRows), MaxRows), cmp.Or(o.MaxBytes, DefaultMaxBytes)
	for ; ctx.Err() == nil && rows.Next(); row++ {
		if row == maxRows {
			return row, o.at(-1, "", fmt.Errorf("more than %d rows: %w", maxRows, ErrTooLarge))
		}
		if err := rows.Scan(targets...); err != nil {
			return row, o.scanError(row, columns, err)
		}
		var bytes int64
		for _, c := range columns {
			bytes += c.bytes
		}
		if bytes > maxBytes {
			return row, o.at(row, "", fmt.Errorf("more than %d bytes: %w", maxBytes, ErrTooLarge))
		}
	}
	return row, nil
}

// scanError names the column that refused its value.
func (o SQLOptions) scanError(row int64, columns []*sqlColumn, err error) error {
	for _, c := range columns {
		if c.err != nil {
			return o.at(row, c.name, c.err)
		}
	}
	return o.at(row, "", err)
}

func (o SQLOptions) at(row int64, column string, err error) error {
	return &SourceError{Source: o.Source, Row: row, Column: column, Err: err}
}
