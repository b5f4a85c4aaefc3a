package frame

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"
)

// The functions below make a column's value of what a driver gives: one of the
// types of driver.Value, or a width of them that some drivers have.

func cannot(value any, want string) error {
	switch v := value.(type) {
	case []byte:
		return fmt.Errorf("%.40q is not %s", v, want)
	case string:
		return fmt.Errorf("%.40q is not %s", v, want)
	}
	return fmt.Errorf("%v (%T) is not %s", value, value, want)
}

func signedOf[T int16 | int32 | int64](value any) (T, error) {
	var n int64
	var err error
	switch v := value.(type) {
	case int64:
		n = v
	case []byte:
		n, err = strconv.ParseInt(string(v), 10, 64)
	case string:
		n, err = strconv.ParseInt(v, 10, 64)
	case uint64:
		if n = int64(v); n < 0 {
			err = strconv.ErrRange
		}
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || int64(T(n)) != n {
		return 0, cannot(value, fmt.Sprintf("an %T", T(0)))
	}
	return T(n), nil
}

func unsignedOf[T uint8 | uint16 | uint32 | uint64](value any) (T, error) {
	var n uint64
	var err error
	switch v := value.(type) {
	case uint64:
		n = v
	case int64:
		if n = uint64(v); v < 0 {
			err = strconv.ErrRange
		}
	case []byte:
		n, err = strconv.ParseUint(string(v), 10, 64)
	case string:
		n, err = strconv.ParseUint(v, 10, 64)
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || uint64(T(n)) != n {
		return 0, cannot(value, fmt.Sprintf("a %T", T(0)))
	}
	return T(n), nil
}

func floatOf(value any) (float64, error) {
	switch v := value.(type) {
	case float64:
		return v, nil
	case float32:
		return float64(v), nil
	case int64:
		if f := float64(v); int64(f) == v && f < math.MaxInt64 {
			return f, nil
		}
	case []byte:
		if f, err := strconv.ParseFloat(string(v), 64); err == nil {
			return f, nil
		}
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f, nil
		}
	}
	return 0, cannot(value, "a float64")
}

func boolOf(value any) (bool, error) {
	switch v := value.(type) {
	case bool:
		return v, nil
	case int64:
		if v == 0 || v == 1 {
			return v == 1, nil
		}
	case []byte:
		if b, err := strconv.ParseBool(string(v)); err == nil {
			return b, nil
		}
	case string:
		if b, err := strconv.ParseBool(v); err == nil {
			return b, nil
		}
	}
	return false, cannot(value, "a bool")
}

// bitsOf reads MySQL's BIT: up to eight bytes, the highest first.
func bitsOf(value any) (uint64, error) {
	v, ok := value.([]byte)
	if !ok || len(v) > 8 {
		return 0, cannot(value, "up to 64 bits")
	}
	var wide [8]byte
	copy(wide[8-len(v):], v)
	return binary.BigEndian.Uint64(wide[:]), nil
}

func appendText(dst []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case string:
		return append(dst, v...), nil
	case []byte:
		return append(dst, v...), nil
	case int64: // of a database whose columns hold any type
		return strconv.AppendInt(dst, v, 10), nil
	case float64:
		return strconv.AppendFloat(dst, v, 'g', -1, 64), nil
	}
	return dst, cannot(value, "text")
}

// appendGUID writes SQL Server's UNIQUEIDENTIFIER, whose first three groups of
// bytes are little-endian, as SQL Server does.
func appendGUID(dst []byte, value any) ([]byte, error) {
	v, ok := value.([]byte)
	if !ok || len(v) != 16 {
		return dst, cannot(value, "the 16 bytes of a UNIQUEIDENTIFIER")
	}
	big := [16]byte{v[3], v[2], v[1], v[0], v[5], v[4], v[7], v[6]}
	copy(big[8:], v[8:])
	from := 0
	for i, to := range []int{4, 6, 8, 10, 16} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, big[from:to])
		from = to
	}
	return dst, nil
}

// timeOfDay returns nanoseconds since midnight.
func timeOfDay(value any) (int64, error) {
	var t time.Time
	var err error
	switch v := value.(type) {
	case time.Time:
		t = v
	case []byte:
		t, err = time.Parse("15:04:05.999999999", string(v))
	case string:
		t, err = time.Parse("15:04:05.999999999", v)
	default:
		err = strconv.ErrSyntax
	}
	if err != nil {
		return 0, cannot(value, "a time of day before 24:00")
	}
	return int64(t.Sub(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location()))), nil
}
