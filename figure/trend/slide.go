package trend

import "math"

// A summary says all that a function needs to know of some values, and can be
// merged with that of the values behind them. The zero summary is of none.
type summary[S any] interface {
	of(v float64) S  // the summary of one value
	merge(later S) S // of these values and, behind them, later
	count() float64  // how many there are
}

// slide summarises each span of y and gives it to value, or answers NaN if it
// has fewer than least values. NaN is no value.
//
// Nothing is ever taken out of a summary, because what a large value has
// rounded away does not come back when it leaves. The rows before a turning
// point are kept as summaries of all that follow up to it, those behind it as
// one: a row is merged twice at most, and two summaries make a span.
func slide[S summary[S]](y []float64, spans []span, least int, value func(S) float64) []float64 {
	out := make([]float64, len(spans))
	upTo := make([]S, len(y)) // upTo[i] is of y[i:turn]
	var zero, behind S        // behind is of y[turn:hi]
	turn, hi := 0, 0
	for i, s := range spans {
		if s.lo >= turn {
			turn, behind = s.hi, zero
			all := zero
			for j := s.hi - 1; j >= s.lo; j-- {
				if y[j] == y[j] {
					all = zero.of(y[j]).merge(all)
				}
				upTo[j] = all
			}
			hi = s.hi
		}
		for ; hi < s.hi; hi++ {
			if y[hi] == y[hi] {
				behind = behind.merge(zero.of(y[hi]))
			}
		}
		all := behind
		if s.lo < turn {
			all = upTo[s.lo].merge(behind)
		}
		out[i] = math.NaN()
		if all.count() >= float64(least) {
			out[i] = value(all)
		}
	}
	return out
}

// total is the sum of n values.
type total struct{ n, sum float64 }

func (total) of(v float64) total        { return total{1, v} }
func (t total) merge(later total) total { return total{t.n + later.n, t.sum + later.sum} }
func (t total) count() float64          { return t.n }
func (t total) value() float64          { return t.sum }
func (t total) mean() float64           { return t.sum / t.n }

// lowest and highest are the extremes of n values.
type (
	lowest  struct{ n, v float64 }
	highest struct{ n, v float64 }
)

func (lowest) of(v float64) lowest { return lowest{1, v} }
func (l lowest) count() float64    { return l.n }
func (l lowest) value() float64    { return l.v }

func (l lowest) merge(later lowest) lowest {
	if l.n == 0 || later.n > 0 && later.v < l.v {
		l.v = later.v
	}
	l.n += later.n
	return l
}

func (highest) of(v float64) highest { return highest{1, v} }
func (h highest) count() float64     { return h.n }
func (h highest) value() float64     { return h.v }

func (h highest) merge(later highest) highest {
	if h.n == 0 || later.n > 0 && later.v > h.v {
		h.v = later.v
	}
	h.n += later.n
	return h
}
