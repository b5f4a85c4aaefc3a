package decimate

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCrewDoesEachPartOnce: however many there are of parts and members, and whether
// these come in time or not, all parts are done when together returns.
func TestCrewDoesEachPartOnce(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, size := range []int{1, 2, 3} {
		c := newCrew(size)
		for round := range 300 {
			times := make([]atomic.Int32, round%7)
			c.together(len(times), func(part int) {
				if (part+round)%5 == 0 {
					time.Sleep(20 * time.Microsecond)
				}
				times[part].Add(1)
			})
			for part := range times {
				require.EqualValues(t, 1, times[part].Load(), "part %d of %d, %d members", part, len(times), size)
			}
		}
		c.dismiss()
	}
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(end), "those that were dismissed are gone")
	}
	c := crew{size: 3}
	assert.Equal(t, 1, c.parts(100, 101))
	assert.Equal(t, 3, c.parts(400, 100))
	assert.Equal(t, 4, c.shares(400, 100))
}
