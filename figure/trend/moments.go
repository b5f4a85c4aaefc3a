package trend

import "math"

// moments are the number and mean of some values, and the sums of the second to
// fourth powers of their distances from the mean.
type moments struct{ n, mean, m2, m3, m4 float64 }

func (moments) of(v float64) moments { return moments{n: 1, mean: v} }
func (m moments) count() float64     { return m.n }

// merge is the update of T. B. Chan et al. (1979) for m2, and of P. Pébay
// (SAND2008-6212) for the others.
func (m moments) merge(later moments) moments {
	if m.n == 0 {
		return later
	}
	if later.n == 0 {
		return m
	}
	a, b := m.n, later.n
	n, d := a+b, later.mean-m.mean
	step := d / n
	return moments{
		n:    n,
		mean: m.mean + b*step,
		m2:   m.m2 + later.m2 + d*step*a*b,
		m3:   m.m3 + later.m3 + d*step*step*a*b*(a-b) + 3*step*(a*later.m2-b*m.m2),
		m4: m.m4 + later.m4 + d*step*step*step*a*b*(a*a-a*b+b*b) +
			6*step*step*(a*a*later.m2+b*b*m.m2) + 4*step*(a*later.m3-b*m.m3),
	}
}

// variance is NaN for ddof values or fewer.
func (m moments) variance(ddof float64) float64 {
	if m.n <= ddof {
		return math.NaN()
	}
	return m.m2 / (m.n - ddof)
}

// skew is the sample skewness G₁; NaN for fewer than three values, and for
// equal ones.
func (m moments) skew() float64 {
	if m.n < 3 || m.m2 == 0 {
		return math.NaN()
	}
	variance := m.m2 / m.n
	return math.Sqrt(m.n*(m.n-1)) / (m.n - 2) * (m.m3 / m.n) / (variance * math.Sqrt(variance))
}

// kurt is the sample excess kurtosis G₂; NaN for fewer than four values, and
// for equal ones.
func (m moments) kurt() float64 {
	if m.n < 4 || m.m2 == 0 {
		return math.NaN()
	}
	n, variance := m.n, m.m2/m.n
	k := (n*n-1)*(m.m4/n)/(variance*variance) - 3*(n-1)*(n-1)
	return k / ((n - 2) * (n - 3))
}
