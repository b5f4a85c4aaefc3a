package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/internal/race"
)

type point struct{ x, y float64 }

// polyline returns the segments of the rows within [0, width], gaps left out.
func polyline(x, y []float64, rows []uint32) (segments [][2]point) {
	for k := 1; k < len(rows); k++ {
		a, b := rows[k-1], rows[k]
		if finite(x[a]) && finite(x[b]) && finite(y[a]) && finite(y[b]) {
			segments = append(segments, [2]point{{x[a], y[a]}, {x[b], y[b]}})
		}
	}
	return segments
}

// farthest returns the largest distance from any of 20 points on each segment
// of from, inside the view, to the nearest segment of to.
func farthest(from, to [][2]point, inside func(point) bool) (worst float64) {
	for _, s := range from {
		for k := range 21 {
			f := float64(k) / 20
			p := point{s[0].x + f*(s[1].x-s[0].x), s[0].y + f*(s[1].y-s[0].y)}
			if !inside(p) {
				continue
			}
			nearest := math.Inf(1)
			for _, q := range to {
				nearest = min(nearest, toSegment(p, q))
			}
			worst = max(worst, nearest)
		}
	}
	return worst
}

func toSegment(p point, s [2]point) float64 {
	dx, dy := s[1].x-s[0].x, s[1].y-s[0].y
	f := 0.0
	if d := dx*dx + dy*dy; d > 0 {
		f = min(max(((p.x-s[0].x)*dx+(p.y-s[0].y)*dy)/d, 0), 1)
	}
	return math.Hypot(p.x-s[0].x-f*dx, p.y-s[0].y-f*dy)
}

// TestBoundHolds measures the Hausdorff distance of random lines, dense and
// sparse, smooth and noisy, against the bound that each method states.
func TestBoundHolds(t *testing.T) {
	const width, buckets = 100.0, 40
	bucket := width / buckets
	v := View[float64]{0, width}
	inside := func(p point) bool { return p.x >= 0 && p.x <= width }
	for i := range uint64(100 / race.Stride) {
		seed := i * race.Stride
		r := rand.New(rand.NewPCG(seed, 0))
		x, y := randomLine(r, width)
		all := polyline(x, y, appendRows(nil, 0, len(x)))
		for _, c := range []struct {
			name  string
			rows  []uint32
			bound float64
		}{
			{"MinMax", MinMax(nil, x, y, v, buckets), 2 * bucket},
			{"M4", M4(nil, x, y, v, buckets), bucket},
		} {
			kept := polyline(x, y, c.rows)
			require.LessOrEqual(t, farthest(all, kept, inside), c.bound+1e-9, "%s, seed %d, lost", c.name, seed)
			require.LessOrEqual(t, farthest(kept, all, inside), c.bound+1e-9, "%s, seed %d, invented", c.name, seed)
		}
	}
}

// randomLine returns 300 rows around [0, width], some in clusters with wide
// holes between them, some missing.
func randomLine(r *rand.Rand, width float64) (x, y []float64) {
	clustered, gaps := r.IntN(2) == 0, r.IntN(3) == 0
	at, level := -5.0, 50.0
	for at < width+5 && len(x) < 300 {
		step := r.Float64() * width / 120
		if clustered && r.IntN(20) == 0 {
			step = r.Float64() * width / 5
		}
		at += step
		level += r.NormFloat64() * 5
		v := level + r.NormFloat64()*20*float64(r.IntN(2))
		if gaps {
			v = gapOr(r, 0.03, v)
		}
		x, y = append(x, at), append(y, v)
	}
	return x, y
}

// TestPathBound does the same for a path that goes back and forth.
func TestPathBound(t *testing.T) {
	a := Area{Left: 0, Right: 40, Bottom: 40, Top: 0, Width: 40, Height: 40}
	inside := func(p point) bool { return p.x >= 0 && p.x <= 40 && p.y >= 0 && p.y <= 40 }
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		var x, y []float64
		p, q := 20.0, 20.0
		for range 400 {
			step := 0.2
			if r.IntN(30) == 0 {
				step = 20
			}
			p, q = p+r.NormFloat64()*step, q+r.NormFloat64()*step
			p, q = min(max(p, -30), 70), min(max(q, -30), 70)
			x, y = append(x, gapOr(r, 0.01, p)), append(y, q)
		}
		rows, red := Path(nil, x, y, a)
		require.Less(t, len(rows), len(x))
		require.Equal(t, len(rows), red.RowsOut)
		all, kept := polyline(x, y, appendRows(nil, 0, len(x))), polyline(x, y, rows)
		bound := math.Sqrt2/2 + 1e-9
		require.LessOrEqual(t, farthest(all, kept, inside), bound, "seed %d, lost", seed)
		require.LessOrEqual(t, farthest(kept, all, inside), bound, "seed %d, invented", seed)

		x2, y2 := make([]float64, len(rows)), make([]float64, len(rows))
		for k, i := range rows {
			x2[k], y2[k] = x[i], y[i]
		}
		twice, again := Path(nil, x2, y2, a)
		require.Equal(t, appendRows(nil, 0, len(rows)), twice, "a second pass changes the rows")
		require.Equal(t, red.Gaps, again.Gaps)
		requirePathRuns(t, x, y, rows, red.Gaps)
	}
}

// requirePathRuns: a point with a NaN in either coordinate is a gap.
func requirePathRuns(t *testing.T, x, y []float64, rows []uint32, gaps int) {
	t.Helper()
	drawn := make([]float64, len(x))
	for i := range x {
		drawn[i] = x[i] + y[i]
	}
	rs := runs(nil, drawn, 0, len(drawn))
	requireRuns(t, drawn, rows, rs, "path")
	require.Equal(t, max(len(rs)-1, 0), gaps)
}
