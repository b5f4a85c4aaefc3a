package figure

import (
	"cmp"
	"math"
	"slices"

	"github.com/pointillist-go/pointillist/frame"
)

// A group is the rows of one trace, and the place of its value in the order of
// each role's column; 0 for a role without a column.
type group struct {
	rows   *frame.Rows
	places []uint32
}

// A grouping is what rows are split by: distinct columns, most significant
// first, with their orders.
type grouping struct {
	keys   []*keys
	orders []*order
}

// dropped marks a row that has no value in one of the columns.
const dropped = math.MaxUint32

// split returns the groups that have a row, sorted by the places of their
// values, column by column. Rows keep their order. A row with a missing value is
// in no group; but if no column has two values, all rows are one group.
//
// Cost: O(rows × columns + groups·log groups). All groups share one slice of row
// numbers; a single group is rows itself.
func (g grouping) split(rows *frame.Rows) []group {
	if g.single() {
		places := make([]uint32, len(g.keys))
		for i := range g.keys {
			places[i] = g.orders[i].place[0]
		}
		return []group{{rows: rows, places: places}}
	}
	ids := make([]uint32, rows.Len()) // of the group so far, in sorted order
	groups := [][]uint32{nil}         // the places of each
	for i, k := range g.keys {
		groups = refine(ids, groups, k, g.orders[i].place)
	}
	return gather(ids, groups, rows)
}

func (g grouping) single() bool {
	return !slices.ContainsFunc(g.keys, func(k *keys) bool { return len(k.values) != 1 })
}

// refine splits each group of ids by one more column and returns the new groups.
func refine(ids []uint32, groups [][]uint32, k *keys, place []uint32) [][]uint32 {
	values := uint64(len(k.values))
	seen := newRanks(uint64(len(groups)) * values)
	for row, id := range ids {
		if id != dropped && int(k.ids[row]) == k.missing {
			ids[row] = dropped
		} else if id != dropped {
			seen.add(uint64(id)*values + uint64(k.ids[row]))
		}
	}
	pairs := seen.sorted(func(pair uint64) uint64 { return pair/values*uint64(maxPlace) + uint64(place[pair%values]) })
	refined := make([][]uint32, len(pairs))
	for rank, pair := range pairs {
		refined[rank] = append(slices.Clone(groups[pair/values]), place[pair%values])
	}
	for row, id := range ids {
		if id != dropped {
			ids[row] = seen.rank(uint64(id)*values + uint64(k.ids[row]))
		}
	}
	return refined
}

// maxPlace is more than the places of any order: values are rows at most, plus
// what a caller lists.
const maxPlace = 1 << 32

// ranks gives ranks to numbers: in a table where all of them are small, else in
// a map.
type ranks struct {
	table []uint32 // rank+1
	far   map[uint64]uint32
	found []uint64
}

const largestTable = 1 << 20

func newRanks(limit uint64) *ranks {
	if limit <= largestTable {
		return &ranks{table: make([]uint32, limit)}
	}
	return &ranks{far: map[uint64]uint32{}}
}

func (r *ranks) add(v uint64) {
	if r.table != nil {
		if r.table[v] == 0 {
			r.table[v] = 1
			r.found = append(r.found, v)
		}
		return
	}
	if _, ok := r.far[v]; !ok {
		r.far[v] = 0
		r.found = append(r.found, v)
	}
}

// sorted ranks the numbers added by what by returns, and returns them so.
func (r *ranks) sorted(by func(uint64) uint64) []uint64 {
	slices.SortFunc(r.found, func(a, b uint64) int { return cmp.Compare(by(a), by(b)) })
	for rank, v := range r.found {
		if r.table != nil {
			r.table[v] = uint32(rank)
		} else {
			r.far[v] = uint32(rank)
		}
	}
	return r.found
}

func (r *ranks) rank(v uint64) uint32 {
	if r.table != nil {
		return r.table[v]
	}
	return r.far[v]
}

// gather sorts the rows by their group: a counting sort, which is stable.
func gather(ids []uint32, groups [][]uint32, rows *frame.Rows) []group {
	ends := make([]uint32, len(groups))
	for _, id := range ids {
		if id != dropped {
			ends[id]++
		}
	}
	total := uint32(0)
	for id, n := range ends {
		ends[id] = total // its start, for now
		total += n
	}
	index := make([]uint32, total)
	i := 0
	rows.Each(func(row int) bool {
		if id := ids[i]; id != dropped {
			index[ends[id]] = uint32(row)
			ends[id]++
		}
		i++
		return true
	})
	out, start := make([]group, len(groups)), uint32(0)
	for id, end := range ends {
		out[id] = group{rows: rows.Index(index[start:end:end]), places: groups[id]}
		start = end
	}
	return out
}
