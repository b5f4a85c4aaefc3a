package decimate

import "math"

// Rows returns the rows inside the view, as [View.Rows] does.
//
//   - Cost: O(log rows).
func (p *Pyramid) Rows(x Series, v View[float64]) (lo, hi int) {
	lo = p.seek(x, 0, v.Lo)
	above := math.Nextafter(v.Hi, math.Inf(1))
	if above == v.Hi { // infinite
		return lo, p.rows
	}
	return lo, p.seek(x, lo, above)
}

// seek returns the first row from the given one on whose x is not below edge.
func (p *Pyramid) seek(x Series, from int, edge float64) int {
	return p.near(from, 1, edge).seek(x, from, edge)
}

// A near is where a row is that is looked for: first <= row <= last. Most lines
// are sampled at even distances, by which it is about at guess.
type near struct{ node, first, last, guess int }

// near finds out from the nodes where the row is that seek returns: about so many
// nodes on.
func (p *Pyramid) near(from, nodes int, edge float64) near {
	// The rows before node lo are below, those from node hi on are not.
	lo := from / nodeRows
	hi := gallop(lo+1, (p.rows+nodeRows-1)/nodeRows, lo+nodes, func(k int) bool { return p.node(k).x < edge })
	lo = max(lo, hi-1)
	n := near{node: lo, first: max(lo*nodeRows, from), last: min(hi*nodeRows, p.rows)}
	n.guess = n.first
	if hi*nodeRows < p.rows {
		a, b := p.node(lo).x, p.node(hi).x
		if share := (edge - a) / (b - a); share > 0 && share < 1 {
			n.guess = max(lo*nodeRows+int(share*nodeRows), n.first)
		}
	}
	return n
}

// seek returns the first row from the given one on whose x is not below edge.
func (n near) seek(x Series, from int, edge float64) int {
	return gallop(max(n.first, from), n.last, n.guess, func(row int) bool { return x.At(row) < edge })
}

// gallop returns the first of lo, lo+1, … that is not below, or hi. It looks near the
// guess first: the cost is logarithmic in the distance.
func gallop(lo, hi, guess int, below func(int) bool) int {
	if lo >= hi {
		return hi
	}
	step := 1
	if guess = max(min(guess, hi-1), lo); below(guess) {
		lo = guess + 1
		for lo+step <= hi && below(lo+step-1) {
			lo += step
			step *= 2
		}
		hi = min(hi, lo+step-1)
	} else {
		hi = guess
		for hi-step >= lo && !below(hi-step) {
			hi -= step
			step *= 2
		}
		lo = max(lo, hi-step+1)
	}
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); below(mid) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Ends returns the lowest and the highest x that is finite; low > high if none
// is.
//
//   - Cost: O(log rows).
func (p *Pyramid) Ends(x Series) (low, high float64) {
	first, end := p.seek(x, 0, -math.MaxFloat64), p.seek(x, 0, math.Inf(1))
	if first == end {
		return onlyGaps.low, onlyGaps.high
	}
	return x.At(first), x.At(p.seek(x, first, x.At(end-1)))
}
