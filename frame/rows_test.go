package frame

import (
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// walk returns the row numbers that the spans of ranks from ≤ rank < to take,
// and checks what a Span promises.
func walk(t testing.TB, r *Rows, from, to int) []uint32 {
	t.Helper()
	rows := []uint32{}
	var scratch Scratch
	r.Spans(from, to, &scratch, func(s Span) bool {
		require.NotZero(t, s.Len)
		start, before := uint32(r.starts[s.Chunk]), len(rows)
		switch {
		case s.Index != nil:
			require.LessOrEqual(t, len(s.Index), SpanRows)
			require.Nil(t, s.Mask)
		default:
			require.LessOrEqual(t, s.N, SpanRows)
			require.Positive(t, s.N)
			require.LessOrEqual(t, s.First+s.N, r.starts[s.Chunk+1]-r.starts[s.Chunk])
			if s.Mask != nil {
				require.Len(t, s.Mask, (s.N+63)/64)
			}
		}
		s.Each(func(i int) { rows = append(rows, start+uint32(i)) })
		require.Equal(t, s.Len, len(rows)-before)
		return true
	})
	return rows
}

// rowsOf builds the three forms, each with the list of rows that it stands for.
func rowsOf(r *rand.Rand, f *Frame, density float64) map[string]struct {
	rows *Rows
	want []uint32
} {
	all, set, list := []uint32{}, []uint32{}, []uint32{}
	words := make([][]uint64, f.Chunks())
	for c := range words {
		words[c] = make([]uint64, (f.ChunkRows(c)+63)/64)
		for i := range f.ChunkRows(c) {
			row := uint32(f.ChunkStart(c) + i)
			all = append(all, row)
			if r.Float64() < density {
				words[c][i/64] |= 1 << (i % 64)
				set = append(set, row)
			}
		}
	}
	for range int(density * float64(f.Rows())) {
		if r.IntN(3) == 0 || len(list) == 0 {
			list = append(list, uint32(r.IntN(f.Rows())))
		} else { // runs within one chunk
			list = append(list, min(list[len(list)-1]+1, uint32(f.Rows()-1)))
		}
	}
	type form = struct {
		rows *Rows
		want []uint32
	}
	return map[string]form{
		"all":    {AllRows(f), all},
		"bitmap": {BitmapRows(f, words), set},
		"index":  {IndexRows(f, list), list},
	}
}

func requireRows(t *testing.T, f *Frame, r *rand.Rand, density float64) {
	for name, form := range rowsOf(r, f, density) {
		rows, want := form.rows, form.want
		require.Equal(t, len(want), rows.Len(), name)
		require.Equal(t, want, walk(t, rows, 0, rows.Len()), name)
		require.Equal(t, want, rows.AppendIndex([]uint32{}), name)
		each := []uint32{}
		rows.Each(func(row int) bool {
			each = append(each, uint32(row))
			return len(each) < len(want)/2
		})
		require.Equal(t, want[:len(each)], each, name)
		for range 30 {
			from := r.IntN(rows.Len() + 1)
			to := from + r.IntN(rows.Len()-from+1)
			require.Equal(t, want[from:to], walk(t, rows, from, to), "%s %d:%d", name, from, to)
		}
		requirePick(t, r, rows, want)
	}
}

func requirePick(t *testing.T, r *rand.Rand, rows *Rows, want []uint32) {
	if rows.Len() == 0 {
		return
	}
	ranks, picked := make([]uint32, 20), make([]uint32, 20)
	for i := range ranks {
		ranks[i] = uint32(r.IntN(rows.Len()))
		picked[i] = want[ranks[i]]
	}
	require.Equal(t, picked, rows.Pick(ranks).AppendIndex(nil))
	for i, rank := range ranks[:min(len(ranks), 100)] {
		require.Equal(t, int(picked[i]), rows.Row(int(rank)))
		require.Equal(t, picked[i:i+1], rows.Pick(ranks[i:i+1]).AppendIndex(nil))
	}
	require.Panics(t, func() { rows.Pick([]uint32{uint32(rows.Len())}) })
}

func TestRowsEqualLists(t *testing.T) {
	for name, chunks := range map[string][]int{
		"one chunk":     {100},
		"around a span": {SpanRows - 1, SpanRows, SpanRows + 1, 2 * SpanRows},
		"small chunks":  {1, 63, 64, 65, 1, 1, 130},
	} {
		t.Run(name, func(t *testing.T) {
			f := randomFrame(t, newRand(5), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0, chunks...)
			defer f.Release()
			for _, density := range []float64{0, 0.001, 0.3, 0.99, 1} {
				requireRows(t, f, newRand(9), density)
			}
		})
	}
}

// TestRowsAtEveryRank walks every range of ranks.
func TestRowsAtEveryRank(t *testing.T) {
	f := randomFrame(t, newRand(5), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0, 3, 64, 1, 20)
	defer f.Release()
	for name, form := range rowsOf(newRand(2), f, 0.7) {
		for from := 0; from <= form.rows.Len(); from++ {
			for to := from; to <= form.rows.Len(); to++ {
				require.Equal(t, form.want[from:to], walk(t, form.rows, from, to), "%s %d:%d", name, from, to)
			}
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add(uint64(1), uint16(100), uint16(4097), 0.5)
	f.Fuzz(func(t *testing.T, seed uint64, a, b uint16, density float64) {
		if !(density >= 0 && density <= 1) {
			return
		}
		chunks := []int{int(a)%9000 + 1, int(b)%9000 + 1, 1}
		frame := randomFrame(t, newRand(seed), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0, chunks...)
		defer frame.Release()
		requireRows(t, frame, newRand(seed), density)
	})
}

func TestRowsStopEarly(t *testing.T) {
	f := randomFrame(t, newRand(5), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0, 100, 9000, 9000)
	defer f.Release()
	for name, form := range rowsOf(newRand(2), f, 0.5) {
		calls := 0
		form.rows.Spans(0, form.rows.Len(), new(Scratch), func(Span) bool { calls++; return calls < 2 })
		assert.Equal(t, 2, calls, name)
	}
}

func TestRowsForms(t *testing.T) {
	f := randomFrame(t, newRand(5), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0, 100, 10)
	defer f.Release()
	forms := rowsOf(newRand(2), f, 0.5)
	all, bitmap, index := forms["all"].rows, forms["bitmap"].rows, forms["index"].rows
	assert.True(t, all.All())
	assert.False(t, bitmap.All() || index.All())
	words, ok := bitmap.Words(1)
	assert.True(t, ok)
	assert.Len(t, words, 1)
	_, ok = all.Words(0)
	assert.False(t, ok)
	assert.Zero(t, all.Bytes())
	assert.Equal(t, int64(3*8+3*8), bitmap.Bytes())
	assert.Equal(t, int64(4*index.Len()), index.Bytes())
}

func TestRowsOfNoRows(t *testing.T) {
	f := randomFrame(t, newRand(5), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0)
	defer f.Release()
	for _, rows := range []*Rows{AllRows(f), BitmapRows(f, nil), IndexRows(f, nil)} {
		assert.Zero(t, rows.Len())
		assert.Empty(t, walk(t, rows, 0, 0))
		assert.Empty(t, rows.Pick(nil).AppendIndex(nil))
	}
}

func TestRowsMisuse(t *testing.T) {
	f := randomFrame(t, newRand(5), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0, 65)
	defer f.Release()
	for name, misuse := range map[string]func(){
		"no bitmap":       func() { BitmapRows(f, nil) },
		"short bitmap":    func() { BitmapRows(f, [][]uint64{{0}}) },
		"negative rank":   func() { walk(t, AllRows(f), -1, 2) },
		"bounds swapped":  func() { walk(t, AllRows(f), 2, 1) },
		"beyond the last": func() { walk(t, AllRows(f), 0, 66) },
		"row too large":   func() { walk(t, IndexRows(f, []uint32{65}), 0, 1) },
	} {
		assert.Panics(t, misuse, name)
	}
}

func TestBitOf(t *testing.T) {
	for _, word := range []uint64{1, 0b1011_0100, 1 << 63, ^uint64(0), 0x8000_0001_0000_8001} {
		rank := 0
		for i := range 64 {
			if word>>i&1 == 0 {
				continue
			}
			require.Equal(t, i, bitOf(word, rank), "%b, rank %d", word, rank)
			rank++
		}
	}
}

func TestSpanCut(t *testing.T) {
	s := Span{First: 4096, N: 200, Mask: []uint64{0b101, 0, 1 << 63, 0b11}}
	for _, test := range []struct {
		lo, hi int
		want   Span
	}{
		{0, 5, Span{First: 4096, N: 200, Mask: []uint64{0b101, 0, 1 << 63, 0b11}}},
		{1, 2, Span{First: 4096, N: 64, Mask: []uint64{0b100}}},
		{1, 3, Span{First: 4096, N: 192, Mask: []uint64{0b100, 0, 1 << 63}}},
		{2, 3, Span{First: 4096 + 128, N: 64, Mask: []uint64{1 << 63}}},
		{4, 5, Span{First: 4096 + 192, N: 8, Mask: []uint64{0b10}}},
	} {
		var scratch Scratch
		require.Equal(t, test.want, s.cut(&scratch, test.lo, test.hi), "%d:%d", test.lo, test.hi)
	}
}

func BenchmarkSpans(b *testing.B) {
	f := randomFrame(b, newRand(5), memory.DefaultAllocator, []arrow.DataType{arrow.Null}, 0, 600_000)
	for name, form := range rowsOf(newRand(2), f, 0.85) {
		b.Run("form="+name, func(b *testing.B) {
			var scratch Scratch
			for b.Loop() {
				form.rows.Spans(1, form.rows.Len(), &scratch, func(Span) bool { return true })
			}
		})
	}
}
