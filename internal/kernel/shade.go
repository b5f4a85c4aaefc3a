package kernel

import (
	"math"
	"math/bits"
)

const (
	// StripColumns is how many columns Shade takes at once.
	StripColumns = 16
	// StripSlack is how many columns more than it shades each row must have.
	StripSlack = 32
)

// A Rim is how much a disc hides of what is behind it, by the distance t from
// Inside on: Opacity·q·max(q, Floor) with q = 1 − t·(A + t·(B + t·C)), where t is
// between 0 and 1. What hides less than Least hides nothing.
type Rim struct {
	Inside         float32
	A, B, C, Floor float32
	Opacity        float32
	Least          float32
	Dark           float32 // a cell is lit as long as it lets this share of the light through
}

// A Strip is a part of a grid: the columns from Column and the rows from Row on. X and
// Y say where the centre of its first cell is, seen from that of a disc.
type Strip struct {
	Column, Row   int
	Columns, Rows int // at most StripColumns
	X, Y          float32
}

// Shade takes from the light of the cells of a strip what a disc hides. A row of the
// grid has words·64 cells, StripSlack more than are used: through says which share of
// the light each lets through, and lit has a bit for each, which is cleared once the
// share is below r.Dark. The share of a cell that is not lit is left undefined.
//
// All is computed in float32, without a fused multiply-add.
func Shade(through []float32, lit []uint64, words int, s *Strip, r *Rim) {
	if s.Rows <= 0 || s.Columns <= 0 {
		return
	}
	_ = lit[(s.Row+s.Rows)*words-1]
	_ = through[(s.Row+s.Rows)*words*64-1]
	if s.Column < 0 || s.Row < 0 || s.Columns > StripColumns || s.Column+StripSlack > words*64 {
		panic(badStrip)
	}
	shade(through, lit, words, s, r)
}

const badStrip = "kernel: a strip beyond its grid"

func shadeGo(through []float32, lit []uint64, words int, s *Strip, r *Rim) {
	for j := range s.Rows {
		row := lit[(s.Row+j)*words:][:words]
		light := through[(s.Row+j)*words*64+s.Column:][:StripColumns]
		dy := s.Y + float32(j)
		dy2 := float32(dy * dy)
		for left := bitsAt(row, s.Column) & (1<<s.Columns - 1); left != 0; left &= left - 1 {
			k := bits.TrailingZeros64(left)
			light[k] *= 1 - r.hides(s.X+float32(k), dy2)
			if !(light[k] >= r.Dark) {
				at := s.Column + k
				row[at>>6] &^= 1 << (at & 63)
			}
		}
	}
}

// bitsAt returns the bits from column on, 16 of them at least.
func bitsAt(row []uint64, column int) uint64 {
	word, shift := column>>6, column&63
	b := row[word] >> shift
	if shift > 64-StripColumns {
		b |= row[word+1] << (64 - shift)
	}
	return b
}

// hides returns the share of a cell that the disc hides.
func (r *Rim) hides(dx, dy2 float32) float32 {
	t := float32(math.Sqrt(float64(float32(dx*dx)+dy2))) - r.Inside
	if t < 0 {
		t = 0
	}
	if t > 1 {
		t = 1
	}
	q := 1 - float32(t*(r.A+float32(t*(r.B+float32(t*r.C)))))
	hides := float32(float32(q*max(q, r.Floor)) * r.Opacity)
	if hides < r.Least {
		return 0
	}
	return hides
}
