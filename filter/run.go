package filter

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A Program finds the rows of one frame for which an expression holds. It is
// immutable, and safe for concurrent use.
type Program struct {
	frame  *frame.Frame
	root   node // nil: all rows
	leaves []*leaf
}

// A Trace counts, over all comparisons that are left after those of one column
// are merged, the statistics blocks (of frame.BlockRows rows or fewer).
type Trace struct {
	Read    int // whose values were looked at, in part at least
	Skipped int // that statistics, or the comparisons before, had settled
}

// Run returns the rows for which the expression holds, in the frame's order:
// frame.AllRows if it holds for every row, else bitmaps. The result is the
// same on any number of cores.
//
// The result belongs to the caller, and nothing else uses its memory: one
// bitmap of a bit a row is allocated a run, to be cached as long as one likes.
//
// Cost: O(rows), less the blocks that statistics settle. The first run over a
// column computes its statistics, unless a store has kept them. ctx is looked at before each block, and its
// error returned.
func (p *Program) Run(ctx context.Context) (*frame.Rows, error) {
	rows, _, err := p.RunTraced(ctx)
	return rows, err
}

// RunTraced is Run, and tells what the run had to read.
func (p *Program) RunTraced(ctx context.Context) (*frame.Rows, Trace, error) {
	if err := ctx.Err(); err != nil {
		return nil, Trace{}, err
	}
	if p.root == nil || p.frame.Rows() == 0 {
		return frame.AllRows(p.frame), Trace{}, nil
	}
	r := newRun(p)
	if err := r.all(ctx); err != nil {
		return nil, Trace{}, err
	}
	read := int(r.read.Load())
	trace := Trace{Read: read, Skipped: len(r.blocks)*len(p.leaves) - read}
	rows := frame.BitmapRows(p.frame, r.words)
	if rows.Len() == p.frame.Rows() {
		rows = frame.AllRows(p.frame)
	}
	return rows, trace, nil
}

// A run is one walk over the blocks of a frame.
type run struct {
	*Program
	words  [][]uint64 // a chunk
	blocks []frame.Block
	stats  []*frame.Stats // of each leaf's column
	next   atomic.Int64   // block
	read   atomic.Int64
}

func newRun(p *Program) *run {
	r := &run{Program: p, words: make([][]uint64, p.frame.Chunks()), stats: make([]*frame.Stats, len(p.leaves))}
	total := 0
	for c := range r.words {
		total += kernel.Words(p.frame.ChunkRows(c))
	}
	words := make([]uint64, total)
	for c := range r.words {
		n := kernel.Words(p.frame.ChunkRows(c))
		r.words[c], words = words[:n:n], words[n:]
	}
	for i, l := range p.leaves {
		r.stats[i] = l.column.Stats()
	}
	r.blocks = r.stats[0].Blocks // their rows are those of every column
	return r
}

// workPerCore is how much a goroutine has to do to be worth its start, in rows
// × cost: about a tenth of a millisecond.
const workPerCore = 1 << 20

// all runs every block. Blocks begin at multiples of 64 rows, so no two write
// the same word.
func (r *run) all(ctx context.Context) error {
	work := int64(r.frame.Rows()) * int64(r.root.cost())
	cores := min(int64(runtime.GOMAXPROCS(0)), int64(len(r.blocks)), work/workPerCore)
	var others sync.WaitGroup
	for range cores - 1 {
		others.Go(func() { r.some(ctx) })
	}
	r.some(ctx)
	others.Wait()
	return ctx.Err()
}

// some runs blocks as long as there are any left.
func (r *run) some(ctx context.Context) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	for ctx.Err() == nil {
		b := int(r.next.Add(1)) - 1
		if b >= len(r.blocks) {
			return
		}
		r.block(s, b)
	}
}

func (r *run) block(s *scratch, b int) {
	s.reset(len(r.leaves))
	for i, l := range r.leaves {
		s.known[i] = l.condition.known(l.column, r.stats[i].Blocks[b].Summary)
	}
	block := &r.blocks[b]
	for first := block.First; first < block.First+block.N; first += areaRows {
		a := area{block.Chunk, first, min(areaRows, block.First+block.N-first)}
		dst := r.words[a.chunk][first/64:][:kernel.Words(a.n)]
		switch r.root.narrow(s, a, dst, all) {
		case none:
			clear(dst)
		case all:
			kernel.Ones(dst, a.n)
		}
	}
	for _, read := range s.read {
		if read {
			r.read.Add(1)
		}
	}
}

// A scratch is what one goroutine needs besides the result.
type scratch struct {
	known   []outcome // of each leaf, for the block
	read    []bool    // each leaf
	bitmaps [][]uint64
	taken   int
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) reset(leaves int) {
	if len(s.known) != leaves {
		s.known, s.read = make([]outcome, leaves), make([]bool, leaves)
	}
	clear(s.read)
}

// take returns a bitmap of n words, to be given back in reverse order.
func (s *scratch) take(n int) []uint64 {
	if s.taken == len(s.bitmaps) {
		s.bitmaps = append(s.bitmaps, make([]uint64, areaWords))
	}
	s.taken++
	return s.bitmaps[s.taken-1][:n]
}

func (s *scratch) give() { s.taken-- }
