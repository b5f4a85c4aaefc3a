package filter

import (
	"slices"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A node is a condition ready to run. Because the expression has no "not", it
// need only tell true from the rest: false and unknown are the same.
type node interface {
	// known returns what the statistics of the current block tell.
	known(s *scratch) outcome
	// narrow takes those of the candidates for which the condition holds. If
	// in is some, the candidates are the bits of dst, else (all) all rows of
	// the area, and dst may hold anything. It returns some if it has left
	// those taken in dst; all if it takes every candidate, with dst as it was;
	// or none, with anything in dst.
	narrow(s *scratch, a area, dst []uint64, in outcome) outcome
	// cost is the time for a row, in units of what a vector comparison takes.
	cost() int
}

// An area is a few rows of a chunk that lie in one block.
type area struct{ chunk, first, n int }

type conjunction []node

func (c conjunction) cost() int { return sumOfCosts(c) }

func (c conjunction) known(s *scratch) outcome { return knownOf(c, s, none, all) }

func (c conjunction) narrow(s *scratch, a area, dst []uint64, in outcome) outcome {
	if known := c.known(s); known != some {
		return known
	}
	taken := all
	for _, arg := range c {
		if taken == some && isZero(dst) {
			return none
		}
		switch arg.narrow(s, a, dst, in) {
		case none:
			return none
		case some:
			taken, in = some, some
		}
	}
	return taken
}

type disjunction []node

func (d disjunction) cost() int { return sumOfCosts(d) }

func (d disjunction) known(s *scratch) outcome { return knownOf(d, s, all, none) }

// narrow offers each argument only what those before it have not taken.
func (d disjunction) narrow(s *scratch, a area, dst []uint64, in outcome) outcome {
	if known := d.known(s); known != some {
		return known
	}
	candidates, taken := s.take(len(dst)), s.take(len(dst))
	defer func() { s.give(); s.give() }()
	if in == all {
		kernel.Ones(candidates, a.n)
	} else {
		copy(candidates, dst)
	}
	clear(dst)
	for _, arg := range d {
		if isZero(candidates) {
			break
		}
		copy(taken, candidates)
		switch arg.narrow(s, a, taken, some) {
		case all:
			kernel.Or(dst, dst, candidates)
			return some
		case some:
			kernel.Or(dst, dst, taken)
			kernel.AndNot(candidates, candidates, taken)
		}
	}
	return some
}

func sumOfCosts(args []node) int {
	sum := 0
	for _, a := range args {
		sum += a.cost()
	}
	return sum
}

// knownOf returns decisive if one of the arguments is known to be so, and
// neutral if all are.
func knownOf(args []node, s *scratch, decisive, neutral outcome) outcome {
	known := neutral
	for _, a := range args {
		switch a.known(s) {
		case decisive:
			return decisive
		case some:
			known = some
		}
	}
	return known
}

func isZero(words []uint64) bool {
	return !slices.ContainsFunc(words, func(w uint64) bool { return w != 0 })
}
