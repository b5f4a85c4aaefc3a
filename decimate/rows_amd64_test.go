//go:build linux

package decimate

import (
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// sparse returns n zeros that take no memory until they are written.
func sparse(t *testing.T, n int) []float32 {
	t.Helper()
	memory, err := syscall.Mmap(-1, 0, 4*n, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(memory)) })
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(memory))), n)
}

// TestRowsBeyondInt32 looks at the last rows of a line that has more than a
// signed number of 32 bits can count: they are those of a short line, moved.
func TestRowsBeyondInt32(t *testing.T) {
	const n, few = 1<<31 + 5000, 3000
	x, y := sparse(t, n), sparse(t, n)
	last := n - few
	for i := range few {
		x[last+i], y[last+i] = float32(i+1), float32(i*i%997)
	}
	y[last+1000] = float32(nan)
	v := View[float32]{1, few}
	for _, d := range decimators[float32, float32]() {
		// With the row before the view, which is a zero.
		want := d.run(nil, x[last-1:], y[last-1:], v, 100)
		require.Greater(t, want[len(want)-1], uint32(few-10))
		for k := range want {
			want[k] += uint32(last - 1)
		}
		require.Equal(t, want, d.run(nil, x, y, v, 100), d.name)
	}
}

// TestTooManyRows: a row number has 32 bits.
func TestTooManyRows(t *testing.T) {
	x := sparse(t, 1<<32)
	for _, d := range decimators[float32, float32]() {
		require.PanicsWithValue(t, badRows, func() { d.run(nil, x, x, View[float32]{0, 1}, 10) }, d.name)
	}
}
