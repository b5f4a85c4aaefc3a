package frame_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

func TestAppendBytes(t *testing.T) {
	f, err := frame.FromSlices(
		frame.Slice("bytes", []byte("abcdef")), frame.Slice("numbers", make([]int8, 6)),
		frame.Slice("gaps", []byte("abcdef")).Valid([]bool{true, false, true, true, true, true}))
	require.NoError(t, err)
	defer f.Release()
	part := f.Slice(1, 4)
	defer part.Release()
	got, err := part.Columns()[0].AppendBytes([]byte("…"))
	require.NoError(t, err)
	assert.Equal(t, "…bcd", string(got))
	for _, name := range []string{"numbers", "gaps"} {
		c, err := f.Column(name)
		require.NoError(t, err)
		_, err = c.AppendBytes(nil)
		assert.ErrorContains(t, err, name)
	}
}
