package filter

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits and maxExponent bound the arithmetic on one number: enough for
// every float64 and decimal256 written in full.
const (
	maxDigits   = 800
	maxExponent = 1100
)

// A number is an exact decimal, ±digits × 10^exponent. digits has no zero at
// either end; it is empty for 0, which has no sign and exponent 0.
type number struct {
	negative bool
	digits   string
	exponent int
}

// parseNumber reads [+-] digits [. digits] [e [+-] digits], with a digit on at
// least one side of the point.
func parseNumber(text string) (number, error) {
	var n number
	mantissa := text
	if mantissa != "" && (mantissa[0] == '-' || mantissa[0] == '+') {
		n.negative = mantissa[0] == '-'
		mantissa = mantissa[1:]
	}
	if i := strings.IndexAny(mantissa, "eE"); i >= 0 {
		exponent, err := strconv.Atoi(mantissa[i+1:])
		if errors.Is(err, strconv.ErrRange) {
			return number{}, fmt.Errorf("the exponent of %s is beyond ±%d", text, maxExponent)
		} else if err != nil {
			return number{}, fmt.Errorf("%s is not a number", text)
		}
		mantissa, n.exponent = mantissa[:i], exponent
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	n.digits = whole + fraction
	if n.digits == "" || strings.Trim(n.digits, "0123456789") != "" {
		return number{}, fmt.Errorf("%s is not a number", text)
	}
	n.digits = strings.TrimLeft(n.digits, "0")
	n.exponent -= len(fraction)
	significant := strings.TrimRight(n.digits, "0")
	n.exponent += len(n.digits) - len(significant)
	n.digits = significant
	switch {
	case n.digits == "":
		return number{}, nil
	case len(n.digits) > maxDigits:
		return number{}, fmt.Errorf("a number of %d digits: at most %d are allowed", len(n.digits), maxDigits)
	case n.exponent < -maxExponent || n.exponent > maxExponent:
		return number{}, fmt.Errorf("the exponent of %s is beyond ±%d", text, maxExponent)
	}
	return n, nil
}

// String writes the number in full if that takes few zeros, else with an
// exponent.
func (n number) String() string {
	if n.digits == "" {
		return "0"
	}
	sign := ""
	if n.negative {
		sign = "-"
	}
	switch point := len(n.digits) + n.exponent; {
	case n.exponent >= 0 && point <= 21:
		return sign + n.digits + strings.Repeat("0", n.exponent)
	case n.exponent < 0 && point > 0:
		return sign + n.digits[:point] + "." + n.digits[point:]
	case n.exponent < 0 && point > -6:
		return sign + "0." + strings.Repeat("0", -point) + n.digits
	}
	return sign + n.digits + "e" + strconv.Itoa(n.exponent)
}

// floor returns ⌊n × 10^scale⌋, and whether that is n × 10^scale itself.
func (n number) floor(scale int) (v *big.Int, exact bool) {
	v = new(big.Int)
	if n.digits == "" {
		return v, true
	}
	v.SetString(n.digits, 10)
	if n.negative {
		v.Neg(v)
	}
	shift := n.exponent + scale
	ten := big.NewInt(10)
	if shift >= 0 {
		return v.Mul(v, ten.Exp(ten, big.NewInt(int64(shift)), nil)), true
	}
	return floorDiv(v, ten.Exp(ten, big.NewInt(int64(-shift)), nil))
}

// floorDiv returns ⌊a/b⌋ for b > 0, and whether the division is exact.
func floorDiv(a, b *big.Int) (v *big.Int, exact bool) {
	remainder := new(big.Int)
	v, remainder = new(big.Int).DivMod(a, b, remainder) // Euclid: 0 <= remainder
	return v, remainder.Sign() == 0
}

// float returns the float of the given width that is nearest to n: an
// infinity if n is beyond the largest.
func (n number) float(bits int) float64 {
	v, _ := strconv.ParseFloat(n.String(), bits) // the only error is one of range
	return v + 0
}

// floatNumber returns v exactly, or for an infinity a number beyond every
// decimal that Compile lets through.
func floatNumber(v float64) number {
	if math.IsInf(v, 0) {
		return number{negative: v < 0, digits: "1", exponent: maxExponent}
	}
	n, _ := parseNumber(strconv.FormatFloat(v, 'f', 1074, 64)) // 2^-1074 is the smallest step
	return n
}
