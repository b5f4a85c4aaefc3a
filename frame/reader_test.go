package frame

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFloatReaderReadsWhatAppendFloatsAppends: of all types and forms of rows.
func TestFloatReaderReadsWhatAppendFloatsAppends(t *testing.T) {
	for _, nulls := range []float64{0, 0.2} {
		f := randomFrame(t, newRand(22), checked(t), allTypes(), nulls, 50, 1, 5000)
		defer f.Release()
		r := newRand(23)
		for _, c := range f.Columns() {
			for name, form := range rowsOf(r, f, 0.4) {
				at := fmt.Sprintf("%s of %s, nulls=%g", name, c.Type(), nulls)
				want, failed := c.AppendFloats(nil, form.rows)
				reader, err := c.FloatReader(form.rows)
				require.Equal(t, failed, err, at)
				if failed != nil {
					continue
				}
				require.Equal(t, len(want), reader.Len(), at)
				for range 50 {
					from := r.IntN(len(want))
					got := make([]float64, r.IntN(min(6000, len(want)-from)+1))
					reader.Read(got, from)
					requireSameFloats(t, want[from:from+len(got)], got, at)
					requireSameFloats(t, want[from:from+1], []float64{reader.At(from)}, at)
					if direct, ok := reader.Slice(from, from+len(got)); ok {
						requireSameFloats(t, got, direct, at)
					}
				}
			}
		}
	}
}

func requireSameFloats(t *testing.T, want, got []float64, at string) {
	t.Helper()
	for i := range want {
		if math.Float64bits(want[i]) != math.Float64bits(got[i]) {
			require.Equal(t, want, got, at)
		}
	}
}
