package filter

import (
	"slices"
	"sort"
)

// A cut divides the values of an ordered type in two. It lies just before or
// just after the value at, or beyond all values. So intervals between cuts are
// open or closed at will, and complements need no next larger value.
type cut[T any] struct {
	at   T
	side side
}

type side int8

const (
	start  side = iota // before every value
	before             // just before at
	after              // just after at
	end                // after every value
)

// An interval holds the values between two cuts.
type interval[T any] struct{ from, to cut[T] }

// A set of values is a list of intervals that are not empty, do not touch, and
// ascend.
type set[T any] []interval[T]

// An order compares values: negative if a < b, 0 if equal, else positive.
type order[T any] func(a, b T) int

func (cmp order[T]) cuts(a, b cut[T]) int {
	inside := func(s side) bool { return s == before || s == after }
	if inside(a.side) && inside(b.side) {
		if c := cmp(a.at, b.at); c != 0 {
			return c
		}
	}
	return int(a.side) - int(b.side)
}

// union returns the values of any of the intervals, which may be empty, touch,
// overlap and come in any order.
func (cmp order[T]) union(intervals []interval[T]) set[T] {
	all := slices.DeleteFunc(slices.Clone(intervals), func(i interval[T]) bool { return cmp.cuts(i.from, i.to) >= 0 })
	slices.SortFunc(all, func(a, b interval[T]) int { return cmp.cuts(a.from, b.from) })
	var s set[T]
	for _, next := range all {
		last := len(s) - 1
		switch {
		case last < 0 || cmp.cuts(s[last].to, next.from) < 0:
			s = append(s, next)
		case cmp.cuts(s[last].to, next.to) < 0:
			s[last].to = next.to
		}
	}
	return s
}

func (s set[T]) complement() set[T] {
	var rest set[T]
	from := cut[T]{side: start}
	for _, i := range s {
		if i.from.side != start {
			rest = append(rest, interval[T]{from, i.from})
		}
		from = i.to
	}
	if from.side != end {
		rest = append(rest, interval[T]{from, cut[T]{side: end}})
	}
	return rest
}

func (cmp order[T]) intersection(a, b set[T]) set[T] {
	return cmp.union(append(a.complement(), b.complement()...)).complement()
}

// everything is the set of all values.
func everything[T any]() set[T] { return set[T](nil).complement() }

// contains reports whether v is in s, in O(log len(s)).
func (cmp order[T]) contains(s set[T], v T) bool {
	return cmp.covers(s, v, v) == all
}

// covers tells which of the values lo ≤ v ≤ hi are in s: none, all, or it
// cannot say (some).
func (cmp order[T]) covers(s set[T], lo, hi T) outcome {
	from, to := cut[T]{lo, before}, cut[T]{hi, after}
	// The first interval that ends after lo decides: those before it are below.
	i := sort.Search(len(s), func(i int) bool { return cmp.cuts(s[i].to, from) > 0 })
	switch {
	case i == len(s) || cmp.cuts(s[i].from, to) >= 0:
		return none
	case cmp.cuts(s[i].from, from) <= 0 && cmp.cuts(s[i].to, to) >= 0:
		return all
	}
	return some
}

// An outcome says how many of some rows are taken.
type outcome uint8

const (
	some outcome = iota // or unknown
	none
	all
)
