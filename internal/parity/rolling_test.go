package parity_test

import (
	"math"

	"github.com/pointillist-go/pointillist/figure/trend"
)

// sameRolling compares rolling means where pandas' may be rounding. It adds what
// enters the window to a running sum and takes out what leaves, each with a
// compensation of its own, so that a value of 1e16 that has left may have taken
// units along. Ours sums each window anew.
//
// So px's heights must be pandas' sums, digit for digit, and ours those of the
// windows.
func sameRolling(p trend.Points, o trend.RollingOptions, ours, px []any) bool {
	var slid, summed []any
	var exactness []float64
	running, before := runningMean{}, span{}
	for i := range p.Y {
		w := windowOf(i, len(p.Y), o)
		running.slide(p.Y, before, w)
		before = w
		if missing(p, i) {
			continue
		}
		mean, size := w.mean(p.Y, o)
		slid, summed = append(slid, value(running.mean(o))), append(summed, value(mean))
		exactness = append(exactness, slack*epsilon*size)
	}
	return within(slid, px, make([]float64, len(slid))) && within(summed, ours, exactness)
}

// value is a height as it is read from JSON.
func value(v float64) any {
	if !finite(v) {
		return nil
	}
	return v
}

// A span is the rows lo ≤ j < hi.
type span struct{ lo, hi int }

func windowOf(row, n int, o trend.RollingOptions) span {
	hi := row + 1
	if o.Center {
		hi += (o.Rows - 1) / 2
	}
	return span{max(hi-o.Rows, 0), min(hi, n)}
}

func least(o trend.RollingOptions) int {
	if o.MinPeriods == nil {
		return o.Rows
	}
	return max(*o.MinPeriods, 1)
}

// mean also returns the mean size of the values.
func (s span) mean(y []float64, o trend.RollingOptions) (mean, size float64) {
	n := 0
	for _, v := range y[s.lo:s.hi] {
		if finite(v) {
			n, mean, size = n+1, mean+v, size+math.Abs(v)
		}
	}
	if n < least(o) {
		return math.NaN(), 0
	}
	return mean / float64(n), size / float64(n)
}

// A runningMean is pandas' roll_mean.
type runningMean struct {
	count, negative int
	sum             float64
	added, taken    float64 // what the additions and the removals have lost
	last            float64
	same            int // the last values that were added are equal: so many
}

func (m *runningMean) slide(y []float64, from, to span) {
	if to.lo >= from.hi {
		*m, from = runningMean{}, span{to.lo, to.lo}
	}
	for _, v := range y[from.lo:to.lo] {
		if finite(v) {
			m.count--
			m.note(v, -1)
			m.sum, m.taken = compensated(m.sum, m.taken, -v)
		}
	}
	for _, v := range y[from.hi:to.hi] {
		if finite(v) {
			m.count++
			m.note(v, 1)
			m.sum, m.added = compensated(m.sum, m.added, v)
			if v != m.last {
				m.last, m.same = v, 0
			}
			m.same++
		}
	}
}

func (m *runningMean) note(v float64, by int) {
	if math.Signbit(v) {
		m.negative += by
	}
}

// compensated is W. Kahan's sum.
func compensated(sum, lost, v float64) (float64, float64) {
	v -= lost
	next := sum + v
	return next, next - sum - v
}

// mean is that of equal values if they are equal, and of no other sign than theirs.
func (m *runningMean) mean(o trend.RollingOptions) float64 {
	mean := m.sum / float64(m.count)
	switch {
	case m.count < least(o):
		return math.NaN()
	case m.same >= m.count:
		return m.last
	case m.negative == 0 && mean < 0, m.negative == m.count && mean > 0:
		return 0
	}
	return mean
}
