package frame

import (
	"math"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A floatShape gathers, while the blocks of a column of floats are summarized,
// how few digits and bits would do for its values.
type floatShape struct {
	scale  int // −1 once a value has none
	single bool
}

// newFloatShape returns nil unless c is a column of floats.
func newFloatShape(c *Column) *floatShape {
	if c.kind != Float {
		return nil
	}
	return &floatShape{single: true}
}

// summarizer returns a function that summarizes rows of the chunk, whose
// values it has from at.
func (f *floatShape) summarizer(chunk arrow.Array, at func(first, n int) []float64) func(first, n int) Summary {
	return func(first, n int) Summary {
		s := Summary{Rows: n, Nulls: nullsWithin(chunk, first, n)}
		values := at(first, n)
		if s.Nulls > 0 {
			values = dropNulls(make([]float64, 0, n-s.Nulls), values, chunk, first)
		}
		f.add(values)
		s.NaNs = nans(values)
		if lo, hi, ok := kernel.MinMax(values); ok {
			s.Min.Float, s.Max.Float = lo, hi
		}
		return s
	}
}

func (f *floatShape) add(values []float64) {
	f.single = f.single && areSingle(values)
	if f.scale < 0 {
		return
	}
	scale, ok := kernel.DecimalScale(values)
	if !ok {
		f.scale = -1
		return
	}
	f.scale = max(f.scale, scale)
}

// merge makes f the shape of its values and those of g.
func (f *floatShape) merge(g *floatShape) {
	if f == nil {
		return
	}
	f.single = f.single && g.single
	f.scale = scaleOfBoth(f.scale, g.scale)
}

func scaleOfBoth(f, g int) int {
	if f < 0 || g < 0 {
		return -1
	}
	return max(f, g)
}

// scaleWithin returns the scale of all the values, s being their summary. Each
// block has its own, and a number of fewer decimals is one of more too, as
// long as it keeps to 15 digits.
func (f *floatShape) scaleWithin(s Summary) int {
	largest := max(-s.Min.Float, s.Max.Float)
	if f.scale < 0 || !(largest*math.Pow10(f.scale) < 1e15) {
		return -1
	}
	return f.scale
}

func nans(values []float64) int {
	n := 0
	for _, v := range values {
		if v != v {
			n++
		}
	}
	return n
}

func areSingle(values []float64) bool {
	for _, v := range values {
		if float64(float32(v)) != v && v == v {
			return false
		}
	}
	return true
}
