package decimate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowSample sorts all rows by hash.
func slowSample(rows []uint32, k int, seed uint64) []uint32 {
	s := slices.Clone(rows)
	slices.SortFunc(s, func(a, b uint32) int {
		if hash(a, seed) < hash(b, seed) {
			return -1
		}
		return 1
	})
	s = s[:min(k, len(s))]
	slices.Sort(s)
	return s
}

func TestSampleIsTheSmallestHashes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var rows []uint32
		for i := range uint32(1000) {
			if r.IntN(2) == 0 {
				rows = append(rows, i)
			}
		}
		k, seed := 1+r.IntN(600), r.Uint64()
		require.Equal(t, slowSample(rows, k, seed), Sample(nil, rows, k, seed))
	}
	assert.Empty(t, Sample(nil, []uint32{1, 2}, 0, 0))
}

func FuzzSample(f *testing.F) {
	f.Add(uint16(1000), uint16(30), uint64(7), []byte("abacad"))
	f.Add(uint16(3), uint16(0), uint64(0), []byte{0, 0, 9})
	f.Fuzz(func(t *testing.T, n, k uint16, seed uint64, data []byte) {
		if n > 4096 || len(data) == 0 {
			return
		}
		rows, codes := appendRows(nil, 0, int(n)), make([]int32, n)
		for i := range codes {
			codes[i] = int32(data[i%len(data)]) - 97
		}
		got, by := Sample(nil, rows, int(k), seed), SampleBy(nil, rows, codes, 4, int(k), seed)
		require.True(t, slices.Equal(slowSample(rows, int(k), seed), got), "%v", got)
		require.True(t, slices.Equal(slowSampleBy(rows, codes, 4, int(k), seed), by), "%v", by)
	})
}

// slowSampleBy looks for λ by halves, and asks each row of each category.
func slowSampleBy(rows []uint32, codes []int32, categories, k int, seed uint64) (kept []uint32) {
	if len(rows) <= k {
		return rows
	}
	groups := map[int32][]uint32{}
	for _, i := range rows {
		code := codes[i]
		if code < 0 || int(code) >= categories {
			code = -1
		}
		groups[code] = append(groups[code], i)
	}
	low, high := 0.0, math.Sqrt(float64(len(rows)))
	for range 200 {
		scale, sum := (low+high)/2, 0.0
		for _, g := range groups {
			sum += min(float64(len(g)), scale*math.Sqrt(float64(len(g))))
		}
		if sum < float64(k) {
			low = scale
		} else {
			high = scale
		}
	}
	for _, g := range groups {
		share := high / math.Sqrt(float64(len(g)))
		one := slices.MinFunc(g, func(a, b uint32) int { return cmp.Compare(hash(a, seed), hash(b, seed)) })
		for _, i := range g {
			if i == one || share >= 1 || float64(hash(i, seed)) <= share*(1<<64) {
				kept = append(kept, i)
			}
		}
	}
	slices.Sort(kept)
	return kept
}

func TestSampleIsNested(t *testing.T) {
	rows := appendRows(nil, 0, 10_000)
	small, large := Sample(nil, rows, 100, 7), Sample(nil, rows, 1000, 7)
	assert.Len(t, small, 100)
	assert.Subset(t, large, small, "a larger budget keeps the rows")

	view := rows[2000:5000]
	zoomed := Sample(nil, view, 100, 7)
	for _, i := range small {
		if i >= 2000 && i < 5000 {
			assert.Contains(t, zoomed, i, "a zoom keeps the rows")
		}
	}
}

// TestSampleIsUniform: each tenth of the rows has a tenth of the sample,
// within five standard deviations, for neighbouring seeds too.
func TestSampleIsUniform(t *testing.T) {
	rows := appendRows(nil, 0, 100_000)
	for seed := range uint64(5) {
		var tenths [10]float64
		for _, i := range Sample(nil, rows, 10_000, seed) {
			tenths[i/10_000]++
		}
		for _, n := range tenths {
			assert.InDelta(t, 1000, n, 5*math.Sqrt(900))
		}
	}
}

func TestSampleByKeepsEveryCategory(t *testing.T) {
	codes := make([]int32, 100_000)
	for i := range codes {
		codes[i] = int32(i % 2)
	}
	codes[500], codes[77_777], codes[9], codes[99_999] = 2, 3, -1, 17 // singletons; the last two have no name
	rows := appendRows(nil, 0, len(codes))
	for _, k := range []int{1, 5, 10, 1000, 99_998, 100_000, 200_000} {
		got := SampleBy(nil, rows, codes, 5, k, 3)
		require.IsIncreasing(t, got)
		require.InDelta(t, min(k, len(codes)), len(got), 5*math.Sqrt(float64(k))+5, "about the budget")
		for c, n := range CountCategories(nil, codes, got, 5) {
			assert.Equal(t, n.In > 0, n.Out > 0, "category %d at budget %d", c, k)
		}
	}
}

func TestSampleBySharesBySquareRoot(t *testing.T) {
	var codes []int32
	for range 10_000 {
		codes = append(codes, 0)
	}
	for range 100 {
		codes = append(codes, 1)
	}
	n := CountCategories(nil, codes, SampleBy(nil, appendRows(nil, 0, len(codes)), codes, 2, 110, 1), 2)
	assert.InDelta(t, 100, n[0].Out, 3*10, "√10,000 of 110")
	assert.InDelta(t, 10, n[1].Out, 3*3, "√100 of 110")
}

// TestSampleByIsNested: a zoom keeps the rows of every category, whatever becomes
// of the others, and so does a larger budget.
func TestSampleByIsNested(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 300 {
		n := 1 + r.IntN(3000)
		codes := make([]int32, n)
		for i := range codes {
			codes[i] = int32(math.Abs(r.NormFloat64()) * 3)
		}
		rows := appendRows(nil, 0, n)
		k, seed := r.IntN(n+10), r.Uint64()
		all := SampleBy(nil, rows, codes, 8, k, seed)
		assert.Empty(t, missing(SampleBy(nil, rows, codes, 8, k+r.IntN(50), seed), all), "a larger budget")

		in := make(map[uint32]bool)
		var view, kept []uint32
		keep := 1 + r.IntN(8)
		for _, i := range rows { // a view that some categories are hardly in
			if r.IntN(8) < keep && (codes[i] != 1 || r.IntN(20) == 0) {
				view, in[i] = append(view, i), true
			}
		}
		for _, i := range all {
			if in[i] {
				kept = append(kept, i)
			}
		}
		assert.Empty(t, missing(SampleBy(nil, view, codes, 8, k, seed), kept), "%d of %d rows in view, k = %d", len(view), n, k)
	}
}

// missing returns the rows of part that are not in all.
func missing(all, part []uint32) (rows []uint32) {
	for _, i := range part {
		if _, found := slices.BinarySearch(all, i); !found {
			rows = append(rows, i)
		}
	}
	return rows
}

func TestBinsCountEachRowOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	b := Bins{Left: 10, Right: -10, Bottom: 0, Top: 5, Columns: 7, Rows: 4} // x is reversed
	require.NoError(t, b.Validate())
	n := 5000
	x, y, v, codes := make([]float64, n), make([]float64, n), make([]float64, n), make([]int32, n)
	want, sums := make([]uint32, 2*28), make([]float64, 28)
	inView := 0
	for i := range x {
		x[i], y[i] = gapOr(r, 0.1, float64(r.IntN(25)-12)), gapOr(r, 0.1, float64(r.IntN(8)-1))
		v[i], codes[i] = float64(i), int32(r.IntN(3)-1)
		if !(math.Abs(x[i]) <= 10 && y[i] >= 0 && y[i] <= 5) {
			continue
		}
		inView++
		column, row := min(int((10-x[i])/20*7), 6), min(int(y[i]/5*4), 3)
		sums[row*7+column] += v[i]
		if codes[i] >= 0 {
			want[int(codes[i])*28+row*7+column]++
		}
	}
	assert.Equal(t, want, b.CountBy(nil, x, y, codes, 2))

	counts := b.Count([]uint32{9}, x, y)
	require.Equal(t, uint32(9), counts[0])
	total := 0
	for _, c := range counts[1:] {
		total += int(c)
	}
	assert.Equal(t, inView, total)
	for k, m := range b.Mean(nil, x, y, v) {
		if c := counts[1+k]; c == 0 {
			assert.True(t, math.IsNaN(m))
		} else {
			assert.InDelta(t, sums[k]/float64(c), m, 1e-9)
		}
	}
}

// FuzzBins looks for the cell of each row among all cells. What it counts with are
// multiples of a quarter, and does not round.
func FuzzBins(f *testing.F) {
	f.Add([]byte("cells of any number of rows, with rows on their edges \x80\x00\x80"), uint8(3), uint8(1), false)
	f.Add([]byte{0, 0, 1, 64, 224, 2, 192, 32, 0, 64, 32, 5, 65, 0, 1, 3, 9, 7}, uint8(1), uint8(2), true)
	f.Fuzz(func(t *testing.T, data []byte, columns, rows uint8, reversed bool) {
		b := Bins{Left: -16, Right: 16, Bottom: 8, Top: -8, Columns: 1 << (columns % 6), Rows: 1 << (rows % 6)}
		if reversed {
			b.Left, b.Right, b.Bottom, b.Top = b.Right, b.Left, b.Top, b.Bottom
		}
		var x, y, v []float64
		for ; len(data) >= 3; data = data[3:] {
			x, y, v = append(x, float64(int8(data[0]))/4), append(y, float64(int8(data[1]))/4), append(v, float64(data[2]))
			if data[2] == 0 {
				v[len(v)-1] = math.NaN()
			}
		}
		var counts []uint32
		var means []float64
		in := func(at, from, to float64, last bool) bool {
			if last && at == to {
				return true
			}
			return from < to && at >= from && at < to || from > to && at <= from && at > to
		}
		for row := range b.Rows {
			for column := range b.Columns {
				n, sum, known := uint32(0), 0.0, 0.0
				across, up := (b.Right-b.Left)/float64(b.Columns), (b.Top-b.Bottom)/float64(b.Rows)
				left, bottom := b.Left+float64(column)*across, b.Bottom+float64(row)*up
				for i := range x {
					if in(x[i], left, left+across, column == b.Columns-1) && in(y[i], bottom, bottom+up, row == b.Rows-1) {
						n++
						if finite(v[i]) {
							sum, known = sum+v[i], known+1
						}
					}
				}
				counts, means = append(counts, n), append(means, sum/known)
			}
		}
		require.Equal(t, counts, b.Count(nil, x, y))
		for k, mean := range b.Mean(nil, x, y, v) {
			require.True(t, mean == means[k] || math.IsNaN(mean) && math.IsNaN(means[k]), "cell %d: %v, want %v", k, mean, means[k])
		}
	})
}

func TestBinsThatCannotBe(t *testing.T) {
	good := Bins{Right: 1, Top: 1, Columns: 2, Rows: 2}
	for name, change := range map[string]func(*Bins){
		"no columns":  func(b *Bins) { b.Columns = 0 },
		"too many":    func(b *Bins) { b.Columns, b.Rows = 1<<20, 1<<20 },
		"empty range": func(b *Bins) { b.Right = 0 },
	} {
		b := good
		change(&b)
		assert.ErrorIs(t, b.Validate(), ErrView, name)
	}
}

func TestEqualize(t *testing.T) {
	got := Equalize(nil, []uint32{0, 5, 1, 5, 1_000_000})
	assert.True(t, math.IsNaN(got[0]))
	assert.Equal(t, []float64{0.75, 0.25, 0.75, 1}, got[1:])
}
