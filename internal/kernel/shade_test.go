package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// aRim is one of the rims that there are, and some that are not.
func aRim(r *rand.Rand) Rim {
	rim := Rim{
		Inside: float32(r.ExpFloat64()*8 - 1), B: 3, C: -2, Floor: float32(r.IntN(2)),
		Opacity: []float32{1, 0.5, 0.2, 0}[r.IntN(4)], Least: []float32{0.06, 0, 1.0 / 255}[r.IntN(3)],
		Dark: []float32{0.5 / 255, 8.0 / 255}[r.IntN(2)],
	}
	if r.IntN(3) == 0 {
		rim.A, rim.B, rim.C = 1, 0, 0
	}
	return rim
}

// TestShade shades a grid again and again, until it is dark.
func TestShade(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := newRand()
		for range 100 {
			words, rows, rim := 1+r.IntN(3), 1+r.IntN(20), aRim(r)
			checkShade(t, words, rows, &rim, 30, func() Strip {
				s := Strip{Column: r.IntN(words*64 - StripSlack + 1), Row: r.IntN(rows), Columns: r.IntN(StripColumns + 1)}
				s.Rows = r.IntN(rows - s.Row + 1)
				s.X, s.Y = float32(-r.Float64()*float64(s.Columns)), float32(-r.Float64()*float64(s.Rows))
				return s
			})
		}
	})
}

func FuzzShade(f *testing.F) {
	f.Add([]byte("five bytes make a strip; each is shaded after the one before"), float32(5.3), false, false, float32(1))
	f.Add([]byte("\x1f\x00\x10\x80\x80\x20\x01\x10\x80\x80"), float32(0), true, true, float32(0.5))
	f.Fuzz(func(t *testing.T, data []byte, inside float32, flat, once bool, opacity float32) {
		if !(inside < 1e6 && inside > -1e6 && opacity >= 0 && opacity <= 1) || len(data) > 500 {
			return
		}
		rim := Rim{Inside: inside, B: 3, C: -2, Opacity: opacity, Least: 0.06, Dark: 0.5 / 255}
		if flat {
			rim.A, rim.B, rim.C = 1, 0, 0
		}
		if once {
			rim.Floor = 1
		}
		const words, rows = 2, 9
		variants(func(string) {
			left := data
			checkShade(t, words, rows, &rim, len(data)/5, func() Strip {
				b := left[:5]
				left = left[5:]
				s := Strip{Column: int(b[0]) % (words*64 - StripSlack + 1), Row: int(b[1]) % rows, Columns: int(b[2]) % (StripColumns + 1)}
				s.Rows, s.X, s.Y = 1+int(b[1]>>4)%(rows-s.Row), (float32(b[3])-128)/8, (float32(b[4])-128)/8
				return s
			})
		})
	})
}

// checkShade compares strips, one on top of the other, with the sentence.
func checkShade(t *testing.T, words, rows int, rim *Rim, times int, next func() Strip) {
	t.Helper()
	through, lit := fullLight(words, rows)
	slowThrough, slowLit := fullLight(words, rows)
	for range times {
		s := next()
		Shade(through, lit, words, &s, rim)
		slowShade(slowThrough, slowLit, words, &s, rim)
		require.Equal(t, slowLit, lit, "%+v of %+v", s, rim)
		for i, v := range through {
			if lit[i>>6]>>(i&63)&1 != 0 && math.Float32bits(slowThrough[i]) != math.Float32bits(v) {
				require.FailNow(t, "the light differs", "cell %d, %v instead of %v, %+v of %+v", i, v, slowThrough[i], s, rim)
			}
		}
	}
}

func fullLight(words, rows int) (through []float32, lit []uint64) {
	through, lit = make([]float32, words*rows*64), make([]uint64, words*rows)
	for i := range through {
		through[i] = 1
	}
	for i := range lit {
		lit[i] = ^uint64(0)
	}
	return through, lit
}

// slowShade is the sentence, a cell at a time and with the formula spelled out.
func slowShade(through []float32, lit []uint64, words int, s *Strip, r *Rim) {
	for j := range s.Rows {
		for k := range s.Columns {
			dx, dy := s.X+float32(k), s.Y+float32(j)
			distance := float32(math.Sqrt(float64(float32(dx*dx) + float32(dy*dy))))
			t := min(max(distance-r.Inside, 0), 1)
			inner := r.B + float32(t*r.C)
			q := 1 - float32(t*float32(r.A+float32(t*inner)))
			hides := float32(float32(q*max(q, r.Floor)) * r.Opacity)
			if hides < r.Least {
				continue
			}
			i := (s.Row+j)*words*64 + s.Column + k
			through[i] *= 1 - hides
			if through[i] < r.Dark {
				lit[i>>6] &^= 1 << (i & 63)
			}
		}
	}
}

func TestShadeMisusePanics(t *testing.T) {
	through, lit := fullLight(1, 4)
	for _, s := range []Strip{
		{Column: -1, Columns: 4, Rows: 1}, {Row: -1, Columns: 4, Rows: 2}, {Columns: 17, Rows: 1},
		{Column: 33, Columns: 1, Rows: 1}, {Row: 3, Columns: 1, Rows: 2},
	} {
		require.Panics(t, func() { Shade(through, lit, 1, &s, &Rim{}) }, "%+v", s)
	}
}
