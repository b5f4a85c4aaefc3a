package filter

import "slices"

// An Expr is a condition on the rows of a frame. It is immutable, and safe for
// concurrent use.
//
// The nil *Expr holds for every row; it is what Parse makes of an empty text.
//
// A tree has no node for "not": Not takes it down to the comparisons at once,
// which three-valued logic allows (not (a and b) is not a or not b; not x < 1
// is x >= 1, and either is unknown where x is missing). So filters that differ
// only in how they say no are the same tree, and have the same text.
type Expr struct {
	op     op
	column string    // of a comparison
	values []literal // what the column is compared with
	args   []*Expr   // of and, or: at least two, none of the same op
	at     place
}

// An op and its negation differ in the lowest bit.
type op uint8

const (
	opEqual op = iota
	opNotEqual
	opLess
	opGreaterEqual
	opGreater
	opLessEqual
	opIn
	opNotIn
	opBetween
	opNotBetween
	opLike
	opNotLike
	opIsNull
	opIsNotNull
	opAnd
	opOr
)

var opTexts = [...]string{"==", "!=", "<", ">=", ">", "<=", "in", "not in", "between", "not between", "like", "not like", "is null", "is not null", "and", "or"}

func (o op) String() string { return opTexts[o] }

// A Ref names a column. Its methods compare the column and give an Expr.
//
// They take any Go integer or float, string, bool, time.Time and
// time.Duration, and named types made from these. A time.Time is an instant;
// see the package comment for how it compares with columns without a zone. A
// value of another type, NaN or an infinity is an error when the expression is
// compiled.
type Ref struct{ name string }

// Col names a column. Whether it exists is checked by Compile.
func Col(name string) Ref { return Ref{name} }

// Eq is column == v.
func (r Ref) Eq(v any) *Expr { return r.compare(opEqual, v) }

// Ne is column != v. It does not hold where the column is missing.
func (r Ref) Ne(v any) *Expr { return r.compare(opNotEqual, v) }

// Lt is column < v.
func (r Ref) Lt(v any) *Expr { return r.compare(opLess, v) }

// Le is column <= v.
func (r Ref) Le(v any) *Expr { return r.compare(opLessEqual, v) }

// Gt is column > v.
func (r Ref) Gt(v any) *Expr { return r.compare(opGreater, v) }

// Ge is column >= v.
func (r Ref) Ge(v any) *Expr { return r.compare(opGreaterEqual, v) }

// Between is lo <= column and column <= hi.
func (r Ref) Between(lo, hi any) *Expr { return r.compare(opBetween, lo, hi) }

// NotBetween is column < lo or column > hi.
func (r Ref) NotBetween(lo, hi any) *Expr { return r.compare(opNotBetween, lo, hi) }

// In holds where the column equals one of the values. A single argument that
// is a slice stands for its elements. No value at all holds for no row.
func (r Ref) In(values ...any) *Expr { return r.compare(opIn, spread(values)...) }

// NotIn holds where the column is not missing and equals none of the values.
func (r Ref) NotIn(values ...any) *Expr { return r.compare(opNotIn, spread(values)...) }

// Like holds where a text matches the pattern: % stands for any characters, _
// for one, and \ takes the special meaning from the character after it.
func (r Ref) Like(pattern string) *Expr { return r.compare(opLike, pattern) }

// NotLike holds where a text does not match the pattern.
func (r Ref) NotLike(pattern string) *Expr { return r.compare(opNotLike, pattern) }

// IsNull holds where the column is missing: null or NaN.
func (r Ref) IsNull() *Expr { return r.compare(opIsNull) }

// IsNotNull holds where the column has a value that is not NaN.
func (r Ref) IsNotNull() *Expr { return r.compare(opIsNotNull) }

func (r Ref) compare(o op, values ...any) *Expr {
	e := &Expr{op: o, column: r.name}
	for _, v := range values {
		e.values = append(e.values, literalOf(v))
	}
	return e
}

// And holds where e and all others hold. A nil one changes nothing.
func (e *Expr) And(others ...*Expr) *Expr {
	args := append([]*Expr{e}, others...)
	return join(opAnd, slices.DeleteFunc(args, func(a *Expr) bool { return a == nil }))
}

// Or holds where e or any of the others holds. If one is nil, so is the result.
func (e *Expr) Or(others ...*Expr) *Expr {
	args := append([]*Expr{e}, others...)
	if slices.Contains(args, nil) {
		return nil
	}
	return join(opOr, args)
}

// Not holds where e is false, which is not where it is unknown because a value
// is missing. It panics if e is nil.
func (e *Expr) Not() *Expr {
	if e == nil {
		panic("filter: Not of a nil Expr")
	}
	n := *e
	n.op ^= 1
	n.args = nil
	for _, a := range e.args {
		n.args = append(n.args, a.Not())
	}
	return &n
}

// join flattens, so that a and (b and c) is the tree of a and b and c.
func join(o op, args []*Expr) *Expr {
	switch len(args) {
	case 0:
		return nil
	case 1:
		return args[0]
	}
	e := &Expr{op: o, at: args[0].at}
	for _, a := range args {
		if a.op == o {
			e.args = append(e.args, a.args...)
		} else {
			e.args = append(e.args, a)
		}
	}
	return e
}
