package redis

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

// sent returns how many bytes the server has sent.
func (s *server) sent() int {
	found := regexp.MustCompile(`total_net_output_bytes:(\d+)`).FindStringSubmatch(s.cli("info stats"))
	require.Len(s.t, found, 2)
	n, err := strconv.Atoi(found[1])
	require.NoError(s.t, err)
	return n
}

// wide returns n columns c0, c1, … of the given rows.
func wide(t testing.TB, n, rows int) *frame.Frame {
	t.Helper()
	columns := make([]frame.Series, n)
	for c := range columns {
		values := make([]float64, rows)
		for i := range values {
			values[i] = float64(c*rows + i)
		}
		columns[c] = frame.Slice("c"+strconv.Itoa(c), values)
	}
	f, err := frame.FromSlices(columns...)
	require.NoError(t, err)
	return f
}

// Only the blocks move that a column is in.
func TestColumnsMoveTheirBlocks(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient}, server)
	const rows = 6 << 20 / 8 // six columns of six megabytes in nine chunks
	f := wide(t, 6, rows)
	defer f.Release()
	require.NoError(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
	for _, test := range []struct {
		columns []string
		chunks  int // at most
	}{
		{[]string{"c0"}, 2},
		{[]string{"c3"}, 3},
		{[]string{"c5", "c1"}, 6},
		{[]string{"c2", "c3"}, 4},
		{[]string{"c2", "c0", "c1", "c5", "c4", "c3"}, 10},
	} {
		t.Run(fmt.Sprint(test.columns), func(t *testing.T) {
			before := server.sent()
			got, info, err := s.GetColumns(background, cachetest.Key(1), test.columns...)
			require.NoError(t, err)
			defer got.Release()
			assert.LessOrEqual(t, server.sent()-before, test.chunks*chunkBytes+64<<10)
			assert.Equal(t, s.Stats().Bytes, info.Bytes, "the entry's")
			want, err := f.Select(test.columns...)
			require.NoError(t, err)
			defer want.Release()
			assert.Equal(t, want.Version(), got.Version())
			assert.Equal(t, test.columns, got.Names())

			before = server.sent()
			again, _, err := s.GetColumns(background, cachetest.Key(1), test.columns...)
			require.NoError(t, err)
			again.Release()
			assert.LessOrEqual(t, server.sent()-before, 64<<10, "readers of the same columns share them")
		})
	}
}

// A value of Redis has at most 512 MB: a frame of a gigabyte is chunks.
func TestFrameOfAGigabyte(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient, MaxBytes: 2 << 30, MaxEntryBytes: 2 << 30}, server)
	const columns, each = 8, 128 << 20
	f := wide(t, columns, each/8)
	defer f.Release()
	require.NoError(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
	before := server.sent()
	got, info, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	assert.Greater(t, info.Bytes, int64(columns*each))
	assert.Greater(t, server.sent()-before, columns*each)
	assert.Equal(t, f.Version(), got.Version())
	sameBytes(t, f, got)
	got.Release()

	before = server.sent()
	one, _, err := s.GetColumns(background, cachetest.Key(1), "c5")
	require.NoError(t, err)
	defer one.Release()
	assert.LessOrEqual(t, server.sent()-before, each+2*chunkBytes)
	want, err := f.Select("c5")
	require.NoError(t, err)
	defer want.Release()
	sameBytes(t, want, one)
}

// sameBytes compares the bytes themselves: a version may have been stored.
func sameBytes(t *testing.T, want, got *frame.Frame) {
	t.Helper()
	a, b := sha256.New(), sha256.New()
	require.NoError(t, frame.WriteIPC(a, want))
	require.NoError(t, frame.WriteIPC(b, got))
	assert.Equal(t, a.Sum(nil), b.Sum(nil))
}

func TestColumnsThatAreNot(t *testing.T) {
	s := openTest(t, Options{Timeout: patient}, startServer(t))
	f := wide(t, 2, 10)
	defer f.Release()
	require.NoError(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
	_, _, err := s.GetColumns(background, cachetest.Key(1), "c0", "c9")
	assert.ErrorIs(t, err, frame.ErrNoColumn)
	_, _, err = s.GetColumns(background, cachetest.Key(1), "c0", "c0")
	assert.ErrorContains(t, err, `the name "c0" is taken`)
	assert.NotErrorIs(t, err, cache.ErrDown)
	_, _, err = s.GetColumns(background, cachetest.Key(2), "c0")
	assert.ErrorIs(t, err, cache.ErrNotFound)
	got, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err, "the entry is as good as before")
	got.Release()
	require.Eventually(t, func() bool { s.Stats(); return len(s.open) == 0 }, patient, 1)
}

// All types, nulls, dictionaries and chunks survive being taken apart.
func TestColumnsOfEveryType(t *testing.T) {
	alloc := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer alloc.AssertSize(t, 0)
	s := openTest(t, Options{Timeout: patient}, startServer(t))
	want := cachetest.Mixed(t, alloc)
	defer want.Release()
	require.NoError(t, s.Put(background, cachetest.Key(1), want, cache.PutOptions{}))
	for _, name := range want.Names() {
		got, _, err := s.GetColumns(background, cachetest.Key(1), name)
		require.NoError(t, err)
		column, err := want.Select(name)
		require.NoError(t, err)
		assert.Equal(t, column.Version(), got.Version(), name)
		column.Release()
		got.Release()
	}
}
