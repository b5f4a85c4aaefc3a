package filter

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/float16"

	"github.com/pointillist-go/pointillist/frame"
)

// The reference has a tree of its own, with a "not", evaluates it a row at a
// time in three-valued logic, and compares exact fractions.

type truth int8

const (
	no truth = iota - 1
	unknown
	yes
)

type condition3 struct {
	word     string // and, or, not, or a comparison
	args     []*condition3
	sample   sample
	column   string
	literals []any
}

// expr builds the same condition with the builder.
func (c *condition3) expr() *Expr {
	ref := Col(c.column)
	switch c.word {
	case "and":
		return c.args[0].expr().And(c.args[1].expr())
	case "or":
		return c.args[0].expr().Or(c.args[1].expr())
	case "not":
		return c.args[0].expr().Not()
	case "is null":
		return ref.IsNull()
	case "is not null":
		return ref.IsNotNull()
	case "like":
		return ref.Like(c.literals[0].(string))
	case "not like":
		return ref.NotLike(c.literals[0].(string))
	}
	for o, text := range opTexts {
		if text == c.word {
			e := &Expr{op: op(o), column: c.column}
			for _, v := range c.literals {
				e.values = append(e.values, referenceLiteral(v))
			}
			return e
		}
	}
	panic(c.word)
}

func referenceLiteral(v any) literal {
	if d, ok := v.(date); ok {
		m, err := parseMoment(string(d))
		if err != nil {
			panic(err)
		}
		return literal{kind: literalMoment, moment: m}
	}
	return literalOf(v)
}

// text writes the condition with more parentheses than it needs.
func (c *condition3) text() string {
	switch c.word {
	case "and", "or":
		return "(" + c.args[0].text() + ") " + strings.ToUpper(c.word) + " (" + c.args[1].text() + ")"
	case "not":
		return "not (" + c.args[0].text() + ")"
	}
	return c.expr().String()
}

func (c *condition3) holds(f *frame.Frame, row int) truth {
	switch c.word {
	case "and":
		return min(c.args[0].holds(f, row), c.args[1].holds(f, row))
	case "or":
		return max(c.args[0].holds(f, row), c.args[1].holds(f, row))
	case "not":
		return -c.args[0].holds(f, row)
	}
	column, err := f.Column(c.column)
	if err != nil {
		panic(err)
	}
	chunk, i := f.Locate(row)
	v := exactly(column.Chunk(chunk), i)
	switch {
	case c.word == "is null":
		return truthOf(v == nil)
	case c.word == "is not null":
		return truthOf(v != nil)
	case v == nil:
		return unknown
	}
	return truthOf(c.compare(v))
}

func (c *condition3) compare(v any) bool {
	word, negated := strings.CutPrefix(c.word, "not ")
	at := func(i int) int { return compareExactly(v, c.exactLiteral(i)) }
	holds := false
	switch word {
	case "==":
		holds = at(0) == 0
	case "!=":
		holds = at(0) != 0
	case "<":
		holds = at(0) < 0
	case "<=":
		holds = at(0) <= 0
	case ">":
		holds = at(0) > 0
	case ">=":
		holds = at(0) >= 0
	case "between":
		holds = at(0) >= 0 && at(1) <= 0
	case "in":
		for i := range c.literals {
			holds = holds || at(i) == 0
		}
	case "like":
		holds = slowLike([]rune(c.literals[0].(string)), []rune(v.(string)))
	}
	return holds != negated
}

func slowLike(pattern, s []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(s) == 0
	case pattern[0] == '%':
		return slowLike(pattern[1:], s) || len(s) > 0 && slowLike(pattern, s[1:])
	case len(s) == 0:
		return false
	case pattern[0] == '_':
		return slowLike(pattern[1:], s[1:])
	case pattern[0] == '\\':
		pattern = pattern[1:]
	}
	return pattern[0] == s[0] && slowLike(pattern[1:], s[1:])
}

// infinity is larger than any number here.
var infinity = new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(2000), nil))

func compareExactly(a, b any) int {
	if s, ok := a.(string); ok {
		return strings.Compare(s, b.(string))
	}
	return a.(*big.Rat).Cmp(b.(*big.Rat))
}

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// exactly returns the value as a fraction (times in ns) or a string; nil if it
// is missing.
func exactly(a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	whole := func(v, unit int64) any {
		return new(big.Rat).Mul(new(big.Rat).SetInt64(v), new(big.Rat).SetInt64(unit))
	}
	switch a := a.(type) {
	case *array.Null:
		return nil
	case *array.Dictionary:
		return exactly(a.Dictionary(), a.GetValueIndex(i))
	case *array.Boolean:
		return rat(strconv.FormatBool(a.Value(i)))
	case *array.Float16:
		return ofFloat(float64(a.Value(i).Float32()))
	case *array.Float32:
		return ofFloat(float64(a.Value(i)))
	case *array.Float64:
		return ofFloat(a.Value(i))
	case *array.Decimal128:
		return ofDecimal(a.Value(i).BigInt(), a.DataType())
	case *array.Decimal256:
		return ofDecimal(a.Value(i).BigInt(), a.DataType())
	case *array.String:
		return a.Value(i)
	case *array.LargeString:
		return a.Value(i)
	case *array.Date32:
		return whole(int64(a.Value(i)), int64(24*time.Hour))
	case *array.Date64:
		return whole(int64(a.Value(i)), int64(time.Millisecond))
	case *array.Timestamp:
		return whole(int64(a.Value(i)), int64(a.DataType().(*arrow.TimestampType).Unit.Multiplier()))
	case *array.Time32:
		return whole(int64(a.Value(i)), int64(a.DataType().(*arrow.Time32Type).Unit.Multiplier()))
	case *array.Time64:
		return whole(int64(a.Value(i)), int64(a.DataType().(*arrow.Time64Type).Unit.Multiplier()))
	case *array.Duration:
		return whole(int64(a.Value(i)), int64(a.DataType().(*arrow.DurationType).Unit.Multiplier()))
	}
	return rat(a.ValueStr(i))
}

func ofDecimal(v *big.Int, t arrow.DataType) any {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.(arrow.DecimalType).GetScale())), nil)
	return new(big.Rat).SetFrac(v, ten)
}

func ofFloat(v float64) any {
	switch {
	case v != v:
		return nil
	case v > 1e308*1.7976931348623157:
		return infinity
	case v < -1e308*1.7976931348623157:
		return new(big.Rat).Neg(infinity)
	}
	return new(big.Rat).SetFloat64(v)
}

func rat(text string) *big.Rat {
	if text == "true" || text == "false" {
		text = map[string]string{"true": "1", "false": "0"}[text]
	}
	v, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(text)
	}
	return v
}

// exactLiteral is the literal as exactly gives the values of its column.
func (c *condition3) exactLiteral(i int) any {
	l, t := c.literals[i], c.sample.typ
	switch kind := frame.KindOf(t); kind {
	case frame.Text:
		return l
	case frame.Bool:
		return rat(fmt.Sprint(l))
	case frame.Float:
		return roundTo(t, number3(l))
	case frame.Date, frame.Timestamp:
		return moment3(t, fmt.Sprint(l))
	case frame.Time, frame.Duration:
		d, err := parseClock(l.(string))
		if err != nil {
			panic(err)
		}
		return new(big.Rat).SetInt64(int64(d))
	}
	return rat(number3(l))
}

func number3(l any) string {
	switch l := l.(type) {
	case float64:
		return strconv.FormatFloat(l, 'g', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(l), 'g', -1, 32)
	}
	return fmt.Sprint(l)
}

// roundTo returns the value of the float type nearest to the number. One that
// rounds to an infinity stays what it is: larger than all finite values.
func roundTo(t arrow.DataType, text string) *big.Rat {
	var v float64
	switch t.ID() {
	case arrow.FLOAT64:
		v, _ = strconv.ParseFloat(text, 64)
	case arrow.FLOAT32:
		v, _ = strconv.ParseFloat(text, 32)
	case arrow.FLOAT16:
		exact, _ := strconv.ParseFloat(text, 32)
		v = nearestFloat16(exact)
	}
	if v-v != 0 {
		return rat(text)
	}
	return new(big.Rat).SetFloat64(v)
}

// nearestFloat16 tries all of them; of two at the same distance it takes the
// even one.
func nearestFloat16(v float64) float64 {
	best, distance := 0.0, -1.0
	for b := range uint16(0x7c00) {
		x := float64(float16.FromBits(b).Float32())
		if v < 0 {
			x = -x
		}
		d := max(x-v, v-x)
		if distance < 0 || d < distance || d == distance && b%2 == 0 {
			best, distance = x, d
		}
	}
	if v >= 65520 || v <= -65520 {
		return v * 1e300 * 1e300 // an infinity
	}
	return best
}

func moment3(t arrow.DataType, text string) *big.Rat {
	zone := time.UTC
	if stamp, ok := t.(*arrow.TimestampType); ok && stamp.TimeZone != "" {
		zone, _ = stamp.GetZone()
	}
	text = strings.Replace(text, " ", "T", 1)
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.RFC3339} {
		if v, err := time.ParseInLocation(layout, text, zone); err == nil {
			ns := new(big.Int).Mul(big.NewInt(v.Unix()), big.NewInt(1e9))
			return new(big.Rat).SetInt(ns.Add(ns, big.NewInt(int64(v.Nanosecond()))))
		}
	}
	panic(text)
}
