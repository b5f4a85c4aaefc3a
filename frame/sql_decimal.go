package frame

import (
	"bytes"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
)

const (
	digits128 = 38
	digits256 = 76
)

// sqlDecimals are exact. Databases need not say how many digits there may be, and
// PostgreSQL's do not for a sum: the column grows as its values need it, first in
// scale, then in width.
type sqlDecimals struct {
	scale  int
	whole  int // digits before the point, of the value that has most
	values []decimal128.Num
	wide   []decimal256.Num // all values, if there are more than 38 digits
	text   []byte           // of a value
	digits []byte           // of a value, those of all the column's decimals
}

func newSQLDecimals(t *sql.ColumnType) *sqlDecimals {
	_, scale, ok := t.DecimalSize()
	if !ok || scale < 0 || scale > digits128 { // pgx tells 65531 where none is declared
		scale = 0
	}
	return &sqlDecimals{scale: int(scale)}
}

func (d *sqlDecimals) add(value any) (int, bool, error) {
	switch v := value.(type) {
	case nil:
		d.text = append(d.text[:0], "NaN"...)
	case []byte:
		d.text = append(d.text[:0], v...)
	case string:
		d.text = append(d.text[:0], v...)
	case int64:
		d.text = strconv.AppendInt(d.text[:0], v, 10)
	case float64:
		d.text = strconv.AppendFloat(d.text[:0], v, 'f', -1, 64)
	default:
		return 0, false, cannot(value, "a decimal")
	}
	valid := string(d.text) != "NaN"
	if !valid {
		d.text = append(d.text[:0], '0')
	}
	negative, whole, part, ok := cutDecimal(d.text)
	if !ok {
		return 0, false, cannot(value, "a decimal: exponents and infinity are none")
	}
	if err := d.grow(len(whole), len(part)); err != nil {
		return 0, false, err
	}
	d.digits = append(append(d.digits[:0], whole...), part...)
	for range d.scale - len(part) {
		d.digits = append(d.digits, '0')
	}
	if d.wide != nil {
		d.wide = append(d.wide, decimalOf(decimal256.FromU64, d.digits, negative))
		return 32, valid, nil
	}
	d.values = append(d.values, decimalOf(decimal128.FromU64, d.digits, negative))
	return 16, valid, nil
}

// cutDecimal returns the digits before and after the point, without zeros that
// mean nothing, and whether that is all there is.
func cutDecimal(text []byte) (negative bool, whole, part []byte, ok bool) {
	text, negative = bytes.CutPrefix(text, []byte("-"))
	whole, part, _ = bytes.Cut(text, []byte("."))
	ok = len(whole)+len(part) > 0
	for _, digits := range [][]byte{whole, part} {
		for _, c := range digits {
			ok = ok && c >= '0' && c <= '9'
		}
	}
	return negative, bytes.TrimLeft(whole, "0"), bytes.TrimRight(part, "0"), ok
}

// grow makes room for a value of so many digits before and after the point.
func (d *sqlDecimals) grow(whole, part int) error {
	d.whole = max(d.whole, whole)
	more := max(part-d.scale, 0)
	if d.whole+d.scale+more > digits256 {
		return fmt.Errorf("the column's values take more than %d digits: round them, or cast them to DOUBLE PRECISION", digits256)
	}
	if d.wide == nil && d.whole+d.scale+more > digits128 {
		d.wide = make([]decimal256.Num, len(d.values), 2*len(d.values)+1)
		for i, v := range d.values {
			d.wide[i] = decimal256.FromDecimal128(v)
		}
		d.values = nil
	}
	if more == 0 {
		return nil
	}
	d.scale += more
	tens := append([]byte{'1'}, bytes.Repeat([]byte{'0'}, more)...)
	if d.wide != nil {
		times(d.wide, decimalOf(decimal256.FromU64, tens, false))
	} else {
		times(d.values, decimalOf(decimal128.FromU64, tens, false))
	}
	return nil
}

func (d *sqlDecimals) series(name string) Series {
	if d.wide != nil {
		return numbers(name, &arrow.Decimal256Type{Precision: digits256, Scale: int32(d.scale)}, d.wide)
	}
	return numbers(name, &arrow.Decimal128Type{Precision: digits128, Scale: int32(d.scale)}, d.values)
}

// A wideNumber is Arrow's Num of either width.
type wideNumber[N any] interface {
	Add(N) N
	Mul(N) N
	Negate() N
}

func times[N wideNumber[N]](values []N, by N) {
	for i := range values {
		values[i] = values[i].Mul(by)
	}
}

// decimalOf returns the number of a text of digits, which must fit.
func decimalOf[N wideNumber[N]](from func(uint64) N, digits []byte, negative bool) N {
	n := from(0)
	for len(digits) > 0 {
		piece, tens := uint64(0), uint64(1)
		for _, c := range digits[:min(len(digits), 18)] {
			piece, tens = 10*piece+uint64(c-'0'), 10*tens
		}
		n = n.Mul(from(tens)).Add(from(piece))
		digits = digits[min(len(digits), 18):]
	}
	if negative {
		n = n.Negate()
	}
	return n
}
