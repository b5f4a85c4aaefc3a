package filter

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/frame"
)

// maxScale bounds the powers of ten that decimals are scaled by.
const maxScale = 500

// Compile checks e against the schema of f and returns the program that finds
// the rows of f for which e holds. A nil e gives all rows.
//
// Every error is an *Error. It wraps a *frame.NoColumnError for an unknown
// column, and a *TypeError for a comparison that makes no sense.
//
// The program uses the memory of f but holds no reference to it: f must not be
// released before the last Run has returned.
//
// Cost: O(terms × chunks), and one evaluation a distinct value for columns in
// dictionaries.
func Compile(e *Expr, f *frame.Frame) (*Program, error) {
	p := &Program{frame: f}
	if e == nil {
		return p, nil
	}
	c := &compiler{frame: f}
	root, err := c.plan(e, 0)
	if err != nil {
		return nil, err
	}
	p.root = c.build(root, &p.leaves)
	return p, nil
}

type compiler struct {
	frame *frame.Frame
	terms int
}

// A plan is a checked expression before its tests are chosen.
type plan struct {
	op     op // and, or
	args   []*plan
	column *frame.Column // of a comparison, which has no args
	condition
}

func (c *compiler) plan(e *Expr, depth int) (*plan, error) {
	if depth > MaxDepth {
		return nil, e.at.errorf("nested more than %d deep", MaxDepth)
	}
	if len(e.args) == 0 {
		return c.comparison(e)
	}
	p := &plan{op: e.op}
	for _, a := range e.args {
		arg, err := c.plan(a, depth+1)
		if err != nil {
			return nil, err
		}
		p.add(arg)
	}
	if len(p.args) == 1 {
		return p.args[0], nil
	}
	return p, nil
}

// add merges comparisons of one column: x >= 0 and x < 20 is one pass over x.
func (p *plan) add(arg *plan) {
	for _, a := range p.args {
		if arg.column == nil || a.column != arg.column {
			continue
		}
		if m := a.merged(p.op, arg.condition); m != nil {
			a.condition = m
			return
		}
	}
	p.args = append(p.args, arg)
}

func (c *compiler) comparison(e *Expr) (*plan, error) {
	if c.terms++; c.terms > MaxTerms {
		return nil, e.at.errorf("more than %d comparisons", MaxTerms)
	}
	if len(e.values) > MaxList {
		return nil, e.at.errorf("%d values in a list: at most %d are allowed", len(e.values), MaxList)
	}
	for _, l := range e.values {
		if l.kind == literalBad {
			return nil, e.at.errorf("column %q: %s", e.column, l.text)
		}
	}
	column, err := c.frame.Column(e.column)
	if err != nil {
		return nil, e.at.wrap(err)
	}
	p, err := conditionOn(column, e)
	if err != nil {
		return nil, e.at.wrap(err)
	}
	return &plan{column: column, condition: p}, nil
}

// conditionOn checks that the comparison suits the column.
func conditionOn(c *frame.Column, e *Expr) (condition, error) {
	t := c.ValueType()
	mismatch := func(want string) error {
		return &TypeError{Column: c.Name(), Type: c.Type(), Got: `"` + e.op.String() + `"`, Want: want}
	}
	isNull := e.op == opIsNull || e.op == opIsNotNull
	switch {
	case isNull && c.Kind() == frame.Unsupported, c.Kind() == frame.Null:
		return placer[int64](placeNothing).condition(e, c, signed)
	case c.Kind() == frame.Unsupported:
		return nil, mismatch("only is null and is not null can be asked of it")
	case e.op == opLike || e.op == opNotLike:
		if c.Kind() != frame.Text {
			return nil, mismatch("like needs a column of text")
		}
		return like(e)
	}
	switch c.Kind() {
	case frame.Bool:
		if !isNull && !slices.Contains([]op{opEqual, opNotEqual, opIn, opNotIn}, e.op) {
			return nil, mismatch("true and false have no order: use == or !=")
		}
		return placer[int64](placeBool).condition(e, c, signed)
	case frame.Int:
		return placer[int64](placeInt).condition(e, c, signed)
	case frame.Uint:
		return placer[uint64](placeUint).condition(e, c, unsigned)
	case frame.Float:
		return placeFloat(t).condition(e, c, floating)
	case frame.Decimal:
		return decimalCondition(c, e)
	case frame.Text:
		return placer[string](placeText).condition(e, c, textual)
	case frame.Date:
		return placeDate(t).condition(e, c, signed)
	case frame.Timestamp:
		return placeTimestamp(t.(*arrow.TimestampType)).condition(e, c, signed)
	case frame.Time:
		return placeClock(t.(arrow.TemporalWithUnit).TimeUnit().Multiplier(), wantTime).condition(e, c, signed)
	}
	return placeClock(t.(arrow.TemporalWithUnit).TimeUnit().Multiplier(), wantDuration).condition(e, c, signed)
}

// placeNothing serves columns that have no values.
func placeNothing(literal) (e ends[int64], want string) { return beyond[int64](false), "" }

func decimalCondition(c *frame.Column, e *Expr) (condition, error) {
	scale := int(c.ValueType().(arrow.DecimalType).GetScale())
	if scale < -maxScale || scale > maxScale {
		return nil, fmt.Errorf("column %q: decimals of scale %d: at most ±%d is supported", c.Name(), scale, maxScale)
	}
	return placeDecimal(scale).condition(e, c, decimal)
}

// like turns what it can into a comparison, which statistics can settle.
func like(e *Expr) (condition, error) {
	l := e.values[0]
	if err := checkPattern(l.text); err != nil {
		return nil, fmt.Errorf("column %q: %w", e.column, err)
	}
	pattern := parsePattern(l.text)
	prefix, enough, whole := pattern.prefix()
	p := &predicate[string]{domain: textual, values: textsFrom(prefix)}
	if whole {
		at := wholes(prefix, true)
		p.values = set[string]{{at.before, at.after}}
	}
	matches, negated := pattern.matcher(), e.op == opNotLike
	switch {
	case (whole || enough) && negated:
		p.values = p.values.complement()
	case whole || enough:
	case negated:
		p.values = everything[string]()
		p.matches = func(s string) bool { return !matches(s) }
	default:
		p.matches = matches
	}
	return p, nil
}

// build chooses the tests, and puts the cheap ones first.
func (c *compiler) build(p *plan, leaves *[]*leaf) node {
	if p.column != nil {
		l := newLeaf(p.column, p.condition, len(*leaves))
		*leaves = append(*leaves, l)
		return l
	}
	args := make([]node, len(p.args))
	for i, a := range p.args {
		args[i] = c.build(a, leaves)
	}
	slices.SortStableFunc(args, func(a, b node) int { return a.cost() - b.cost() })
	if p.op == opAnd {
		return conjunction(args)
	}
	return disjunction(args)
}
