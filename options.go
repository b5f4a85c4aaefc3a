package pointillist

import "github.com/pointillist-go/pointillist/cache"

// Options configure an Engine. The zero Options are ready to use.
type Options struct {
	// MemoBytes is how many bytes of encoded figures are kept for requests to
	// come. 0 is 48 MiB; negative keeps none.
	MemoBytes int64
	// SelectionBytes is how many bytes of filter results are kept: an eighth
	// of a byte for each row of a frame and filter. 0 is 8 MiB; negative keeps
	// none.
	SelectionBytes int64
	// IndexBytes is how many bytes of indexes are kept, with which a figure of
	// half a million rows or more is reduced for the next view without reading
	// all of them: a third of a byte for each row of a line, and six bytes for
	// each marker. What has no room is read. 0 is 256 MiB; negative keeps none.
	IndexBytes int64
	// IndexStore keeps indexes for processes to come, such as the store of the
	// frames: each is an entry under a key of its frame's version, its columns and
	// filter, which makes room for others once nobody asks for it. What is damaged
	// is made again. nil keeps none.
	IndexStore cache.Store
	// Workers is how many goroutines encode one figure, at most. 0 is
	// GOMAXPROCS. The bytes do not depend on it.
	Workers int
	// MaxPoints is the most rows that a figure may draw; more is a
	// *TooManyPointsError. 0 is without limit.
	MaxPoints int
}

const (
	defaultMemoBytes      = 48 << 20
	defaultSelectionBytes = 8 << 20
	defaultIndexBytes     = 256 << 20
)

// orDefault returns n, the default for 0, and 0 for a negative n.
func orDefault(n, standard int64) int64 {
	if n == 0 {
		return standard
	}
	return max(n, 0)
}
