package decimate

import (
	"math"
	"sync/atomic"
)

// A turn says how far down a band has come: all markers of rows above are decided. It is
// told now and then, as to tell it takes as long as to decide a marker.
type turn struct {
	row  atomic.Int64
	_    [56]byte // no two are in one line of a cache
	told int      // markers since
}

// tellEvery is after how many markers a band tells how far it has come.
const tellEvery = 16

func (t *turn) tell(row int64) {
	t.row.Store(row)
	t.told = 0
}

func (t *turn) begin() { t.tell(math.MaxInt64) }
func (t *turn) end()   { t.tell(-1) }
