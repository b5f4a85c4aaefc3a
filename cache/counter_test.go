package cache_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// Numbers that nobody ends are as many as there may be; what has expired makes room.
func TestCountsAreBounded(t *testing.T) {
	now := time.Unix(1, 0)
	m, err := cache.NewMemory(cache.MemoryOptions{Now: func() time.Time { return now }})
	require.NoError(t, err)
	defer m.Close()
	add := func(i int64, o cache.CountOptions) error {
		_, err := m.Add(context.Background(), cache.NewKey("n", 1).Int(i).Key(), 1, o)
		return err
	}
	for i := range int64(cache.MaxCounts) {
		require.NoError(t, add(i, cache.CountOptions{TTL: time.Minute * time.Duration(i%2)}))
	}
	require.ErrorIs(t, add(-1, cache.CountOptions{}), cache.ErrFull)
	require.NoError(t, add(7, cache.CountOptions{}), "it is there")
	now = now.Add(time.Minute)
	require.NoError(t, add(-1, cache.CountOptions{}))
}

func TestTieredOverNoCounter(t *testing.T) {
	m, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	tiered, err := cache.NewTiered(cache.TieredOptions{Last: struct{ cache.Leaser }{m}})
	require.NoError(t, err)
	defer tiered.Close()
	_, err = tiered.Add(context.Background(), cache.Key{1}, 1, cache.CountOptions{})
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.ErrorIs(t, tiered.ResetCount(context.Background(), cache.Key{1}), errors.ErrUnsupported)
}

func TestCount(t *testing.T) {
	at := time.Unix(100, 0)
	for name, tt := range map[string]struct {
		n, delta, want int64 // 0 if it overflows
	}{
		"up":           {1, 2, 3},
		"down":         {1, -2, -1},
		"to the most":  {math.MaxInt64 - 1, 1, math.MaxInt64},
		"beyond it":    {math.MaxInt64, 1, 0},
		"to the least": {math.MinInt64 + 1, -1, math.MinInt64},
		"below it":     {math.MinInt64, -1, 0},
		"both ends":    {math.MinInt64, math.MaxInt64, -1},
		"far beyond":   {math.MaxInt64, math.MaxInt64, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := cache.Count{N: tt.n, Used: at}
			got, err := c.Add(tt.delta, at, cache.CountOptions{})
			if tt.want == 0 {
				require.ErrorIs(t, err, cache.ErrOverflow)
				assert.Equal(t, c, got)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.N)
		})
	}
}
