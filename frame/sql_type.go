package frame

import (
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

var (
	sqlNullTime  = reflect.TypeFor[sql.NullTime]()
	sqlByteSlice = reflect.TypeFor[[]byte]()
)

// newSQLValues returns the values of a column of type t, none yet.
func newSQLValues(t *sql.ColumnType) (sqlValues, error) {
	name, _, _ := strings.Cut(strings.ToUpper(t.DatabaseTypeName()), "(")
	if known, ok := sqlTypes[name]; ok {
		if values := known(t); values != nil {
			return values, nil
		}
	} else if values := valuesOfGo(t); values != nil {
		return values, nil
	}
	return nil, fmt.Errorf("the type %s of the database has no column type: cast it in the query, such as to text: %w",
		t.DatabaseTypeName(), ErrType)
}

// sqlTypes are the types that are known by name. Where databases mean different
// things by one name, the Go type that the driver has for it tells which.
var sqlTypes = sqlTable{
	"INT2, SMALLINT, TINYINT, YEAR":    sqlFixedOf(arrow.PrimitiveTypes.Int16, signedOf[int16]),
	"INT4, INT, MEDIUMINT":             sqlFixedOf(arrow.PrimitiveTypes.Int32, signedOf[int32]),
	"INT8, BIGINT, INTEGER":            sqlFixedOf(arrow.PrimitiveTypes.Int64, signedOf[int64]),
	"UNSIGNED TINYINT":                 sqlFixedOf(arrow.PrimitiveTypes.Uint8, unsignedOf[uint8]),
	"UNSIGNED SMALLINT":                sqlFixedOf(arrow.PrimitiveTypes.Uint16, unsignedOf[uint16]),
	"UNSIGNED MEDIUMINT, UNSIGNED INT": sqlFixedOf(arrow.PrimitiveTypes.Uint32, unsignedOf[uint32]),
	"UNSIGNED BIGINT":                  sqlFixedOf(arrow.PrimitiveTypes.Uint64, unsignedOf[uint64]),
	"OID, XID, CID":                    sqlFixedOf(arrow.PrimitiveTypes.Uint32, unsignedOf[uint32]),
	"OID8, XID8":                       sqlFixedOf(arrow.PrimitiveTypes.Uint64, unsignedOf[uint64]),

	"FLOAT8, DOUBLE, DOUBLE PRECISION": sqlFixedOf(arrow.PrimitiveTypes.Float64, floatOf),
	"FLOAT4, REAL":                     func(*sql.ColumnType) sqlValues { return &sqlFloats{} },
	"FLOAT":                            sqlFloat,
	"NUMERIC, DECIMAL, NUMBER":         func(t *sql.ColumnType) sqlValues { return newSQLDecimals(t) },
	"MONEY, SMALLMONEY":                func(*sql.ColumnType) sqlValues { return &sqlDecimals{scale: 4} },

	"BOOL, BOOLEAN": func(*sql.ColumnType) sqlValues { return newSQLBools() },
	"BIT":           sqlBit,

	"DATE":                               func(t *sql.ColumnType) sqlValues { return &sqlDates{zeros: t.ScanType() == sqlNullTime} },
	"TIMESTAMP":                          sqlTimestamp,
	"DATETIME, DATETIME2, SMALLDATETIME": func(t *sql.ColumnType) sqlValues { return &sqlMoments{zeros: t.ScanType() == sqlNullTime} },
	"TIMESTAMPTZ, DATETIMEOFFSET":        func(*sql.ColumnType) sqlValues { return &sqlMoments{instants: true} },
	"TIME":                               sqlFixedOf(arrow.FixedWidthTypes.Time64ns, timeOfDay),

	"CHAR, VARCHAR, TEXT, TINYTEXT, MEDIUMTEXT, LONGTEXT, BPCHAR, NAME, NCHAR, NVARCHAR, NTEXT": sqlText,
	"ENUM, SET, UUID, JSON, JSONB, JSONPATH, XML, INET, CIDR, MACADDR, MACADDR8":                sqlText,
	"INTERVAL, TIMETZ, VARBIT, UNKNOWN":                                                         sqlText,
	"UNIQUEIDENTIFIER":                                                                          sqlBytesOf(arrow.BinaryTypes.String, appendGUID),

	"BYTEA, BLOB, TINYBLOB, MEDIUMBLOB, LONGBLOB, BINARY, VARBINARY, IMAGE": sqlBytesOf(arrow.BinaryTypes.Binary, appendText),

	"NULL": func(*sql.ColumnType) sqlValues { return &sqlNulls{} },
}.split()

type sqlTable map[string]func(*sql.ColumnType) sqlValues

// split returns a table with a row for each name.
func (table sqlTable) split() sqlTable {
	names := sqlTable{}
	for row, values := range table {
		for name := range strings.SplitSeq(row, ", ") {
			names[name] = values
		}
	}
	return names
}

func sqlFixedOf[T any](typ arrow.DataType, convert func(any) (T, error)) func(*sql.ColumnType) sqlValues {
	return func(*sql.ColumnType) sqlValues { return newSQLFixed(typ, convert) }
}

func sqlBytesOf(typ arrow.DataType, convert func([]byte, any) ([]byte, error)) func(*sql.ColumnType) sqlValues {
	return func(*sql.ColumnType) sqlValues { return newSQLBytes(typ, convert) }
}

func newSQLBools() *sqlBools { return &sqlBools{sqlFixed[bool]{convert: boolOf}} }

// sqlFloat: SQL Server means a float64 by FLOAT, MySQL a float32.
func sqlFloat(t *sql.ColumnType) sqlValues {
	if t.ScanType() == reflect.TypeFor[float64]() {
		return newSQLFixed(arrow.PrimitiveTypes.Float64, floatOf)
	}
	return &sqlFloats{}
}

// sqlBit: SQL Server means a bool by BIT, MySQL up to 64 bits, PostgreSQL a text of
// zeros and ones.
func sqlBit(t *sql.ColumnType) sqlValues {
	switch t.ScanType() {
	case reflect.TypeFor[bool]():
		return newSQLBools()
	case sqlByteSlice:
		return newSQLFixed(arrow.PrimitiveTypes.Uint64, bitsOf)
	}
	return sqlText(t)
}

// sqlTimestamp: PostgreSQL means a reading of a clock by TIMESTAMP, MySQL an instant.
func sqlTimestamp(t *sql.ColumnType) sqlValues {
	mysql := t.ScanType() == sqlNullTime
	return &sqlMoments{instants: mysql, zeros: mysql}
}

func sqlText(*sql.ColumnType) sqlValues { return newSQLBytes(arrow.BinaryTypes.String, appendText) }

// valuesOfGo goes by the driver's Go type alone, as far as that says what a value is:
// a string may be any database's text of anything, unless it gives no name at all.
func valuesOfGo(t *sql.ColumnType) sqlValues {
	scan := t.ScanType()
	if scan == nil {
		return nil
	}
	if scan.Kind() == reflect.Pointer {
		scan = scan.Elem()
	}
	switch scan {
	case reflect.TypeFor[time.Time](), sqlNullTime:
		return &sqlMoments{instants: true}
	case reflect.TypeFor[sql.NullBool]():
		return newSQLBools()
	case reflect.TypeFor[sql.NullFloat64]():
		return newSQLFixed(arrow.PrimitiveTypes.Float64, floatOf)
	case reflect.TypeFor[sql.NullInt64](), reflect.TypeFor[sql.NullInt32](), reflect.TypeFor[sql.NullInt16]():
		return newSQLFixed(arrow.PrimitiveTypes.Int64, signedOf[int64])
	}
	switch kind := scan.Kind(); {
	case kind == reflect.Bool:
		return newSQLBools()
	case kind >= reflect.Int && kind <= reflect.Int64:
		return newSQLFixed(arrow.PrimitiveTypes.Int64, signedOf[int64])
	case kind >= reflect.Uint && kind <= reflect.Uint64:
		return newSQLFixed(arrow.PrimitiveTypes.Uint64, unsignedOf[uint64])
	case kind == reflect.Float32, kind == reflect.Float64:
		return newSQLFixed(arrow.PrimitiveTypes.Float64, floatOf)
	case kind == reflect.String && t.DatabaseTypeName() == "":
		return sqlText(t)
	}
	return nil
}
