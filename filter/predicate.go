package filter

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/frame"
)

// A predicate says which values of one column satisfy a condition on it. T is
// the type in which values of the column's kind are ordered.
//
//	int64     Bool, Int, Date, Timestamp, Time, Duration: the Arrow value
//	uint64    Uint
//	float64   Float
//	*big.Int  Decimal: the unscaled value
//	string    Text
type predicate[T any] struct {
	domain *domain[T]
	values set[T]
	// matches, if not nil, must be true of a value as well.
	matches func(T) bool
	// missing tells whether null and NaN satisfy it.
	missing bool
}

// A domain is what is specific to one T.
type domain[T any] struct {
	order  order[T]
	bounds func(c *frame.Column, s frame.Summary) (lo, hi T)
	// tester returns the test of one chunk, or of a dictionary.
	tester func(p *predicate[T], values arrow.Array) tester
}

// condition is a predicate of any T.
type condition interface {
	// known returns what statistics tell about the rows that they describe.
	known(c *frame.Column, s frame.Summary) outcome
	// constant returns what is so for any rows that have no missing value.
	constant() outcome
	ofMissing() bool
	tester(values arrow.Array) tester
	// merged returns a condition that holds where both (and) or either (or)
	// hold; nil if one test cannot do it.
	merged(o op, other condition) condition
}

var (
	signed   = &domain[int64]{cmp.Compare[int64], signedBounds, signedTester}
	unsigned = &domain[uint64]{cmp.Compare[uint64], unsignedBounds, unsignedTester}
	floating = &domain[float64]{cmp.Compare[float64], floatingBounds, floatingTester}
	decimal  = &domain[*big.Int]{(*big.Int).Cmp, decimalBounds, decimalTester}
	textual  = &domain[string]{cmp.Compare[string], textualBounds, textualTester}
)

func (p *predicate[T]) ofMissing() bool { return p.missing }

func (p *predicate[T]) constant() outcome {
	switch {
	case len(p.values) == 0:
		return none
	case p.matches == nil && p.values[0].from.side == start && p.values[0].to.side == end:
		return all
	}
	return some
}

func (p *predicate[T]) known(c *frame.Column, s frame.Summary) outcome {
	ofMissing := none
	if p.missing {
		ofMissing = all
	}
	if s.Empty() {
		return ofMissing
	}
	ofValues := p.constant()
	if ofValues == some {
		lo, hi := p.domain.bounds(c, s)
		ofValues = p.domain.order.covers(p.values, lo, hi)
		if ofValues == all && p.matches != nil {
			ofValues = some
		}
	}
	if s.Nulls+s.NaNs > 0 && ofValues != ofMissing {
		return some
	}
	return ofValues
}

func (p *predicate[T]) tester(values arrow.Array) tester {
	switch p.constant() {
	case none:
		if !hasNaN(values) || !p.missing {
			return constantTester(false)
		}
	case all:
		if !hasNaN(values) || p.missing {
			return constantTester(true)
		}
	}
	return p.domain.tester(p, values)
}

// hasNaN reports whether missing values may lie among the values.
func hasNaN(values arrow.Array) bool { return frame.KindOf(values.DataType()) == frame.Float }

func (p *predicate[T]) merged(o op, other condition) condition {
	q, ok := other.(*predicate[T])
	if !ok || p.matches != nil || q.matches != nil {
		return nil
	}
	m := &predicate[T]{domain: p.domain}
	if o == opAnd {
		m.missing = p.missing && q.missing
		m.values = p.domain.order.intersection(p.values, q.values)
	} else {
		m.missing = p.missing || q.missing
		m.values = p.domain.order.union(slices.Concat(p.values, q.values))
	}
	return m
}

func signedBounds(_ *frame.Column, s frame.Summary) (lo, hi int64) { return s.Min.Int, s.Max.Int }

func unsignedBounds(_ *frame.Column, s frame.Summary) (lo, hi uint64) { return s.Min.Uint, s.Max.Uint }

func floatingBounds(_ *frame.Column, s frame.Summary) (lo, hi float64) {
	return s.Min.Float, s.Max.Float
}

func textualBounds(_ *frame.Column, s frame.Summary) (lo, hi string) { return s.Min.Text, s.Max.Text }

// decimalBounds scales the bounds, which are floats, exactly.
// An infinity stands for any number that no float64 can bound.
func decimalBounds(c *frame.Column, s frame.Summary) (lo, hi *big.Int) {
	scale := int(c.ValueType().(arrow.DecimalType).GetScale())
	lo, _ = floatNumber(s.Min.Float).floor(scale)
	hi, _ = floatNumber(s.Max.Float).floor(scale) // as good as hi: values are whole
	return lo, hi
}
