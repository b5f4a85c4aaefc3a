package figure

import (
	"math"
	"slices"

	"github.com/pointillist-go/pointillist/frame"
)

// A group is the rows of one trace, and the place of its value in the order of
// each grouping column.
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
	m := newMix(g.keys[0], rows.Len())
	for _, k := range g.keys[1:] {
		m.add(k)
	}
	counts := m.count()
	return g.gather(m, counts, rows)
}

func (g grouping) single() bool {
	return !slices.ContainsFunc(g.keys, func(k *keys) bool { return len(k.values) != 1 })
}

// gather sorts the rows by their group: a counting sort, which is stable.
func (g grouping) gather(m *mix, counts []uint32, rows *frame.Rows) []group {
	groups, numbers := g.list(m, counts)
	next := slices.Repeat([]uint32{dropped}, len(counts)) // of each number: where its next row goes
	total := uint32(0)
	for _, number := range numbers {
		next[number] = total
		total += counts[number]
	}
	index := make([]uint32, total)
	scatterRows(index, next, m.numbers, rows)
	start := uint32(0)
	for i, number := range numbers {
		end := start + counts[number]
		groups[i].rows = rows.Index(index[start:end:end])
		start = end
	}
	return groups
}

// dropped is where the rows of no group go.
const dropped = math.MaxUint32

// list returns the groups that have rows and no missing value, sorted by their
// places, and beside each the number of its rows' codes.
func (g grouping) list(m *mix, counts []uint32) (groups []group, numbers []int) {
	type numbered struct {
		group
		number int
	}
	var found []numbered
	for number, n := range counts {
		if n == 0 {
			continue
		}
		if places, ok := g.places(m.codes(number)); ok {
			found = append(found, numbered{group{places: places}, number})
		}
	}
	slices.SortFunc(found, func(a, b numbered) int { return slices.Compare(a.places, b.places) })
	for _, f := range found {
		groups, numbers = append(groups, f.group), append(numbers, f.number)
	}
	return groups, numbers
}

// scatterRows puts each row where the next one of its number goes.
func scatterRows(index, next, numbers []uint32, rows *frame.Rows) {
	if rows.All() {
		for row, number := range numbers {
			if at := next[number]; at != dropped {
				index[at] = uint32(row)
				next[number] = at + 1
			}
		}
		return
	}
	i := 0
	rows.Each(func(row int) bool {
		number := numbers[i]
		if at := next[number]; at != dropped {
			index[at] = uint32(row)
			next[number] = at + 1
		}
		i++
		return true
	})
}

// places returns the places of a group's local codes, and false if one of them
// is the missing value's.
func (g grouping) places(codes []uint32) ([]uint32, bool) {
	places := make([]uint32, len(codes))
	for i, code := range codes {
		if int(code) == g.keys[i].missing {
			return nil, false
		}
		places[i] = g.orders[i].place[code]
	}
	return places, true
}

// A mix gives each row one number for its local codes in several columns:
// equal codes, equal number.
type mix struct {
	numbers []uint32
	owned   bool       // numbers are ours to write; else they are a column's codes
	size    uint64     // all numbers are below
	limit   uint64     // of size, so that a table of it is cheap
	radices []uint64   // number = ((base·r₀ + c₀)·r₁ + c₁) … over the last columns
	base    [][]uint32 // codes of the first columns, by base; nil if there are none
}

func newMix(k *keys, rows int) *mix {
	return &mix{
		numbers: k.ids,
		size:    uint64(len(k.values)),
		limit:   max(1<<16, 2*uint64(rows)),
		radices: []uint64{uint64(len(k.values))},
	}
}

// add mixes in another column. Where the numbers grow too large for a table,
// they are made dense first.
func (m *mix) add(k *keys) {
	radix := uint64(len(k.values))
	if m.size*radix > m.limit {
		m.compact()
	}
	if m.size*radix > math.MaxUint32 {
		m.addSparse(k)
		return
	}
	numbers := m.writable()
	ids := k.ids[:len(numbers)]
	for i, number := range m.numbers {
		numbers[i] = number*uint32(radix) + ids[i]
	}
	m.numbers = numbers
	m.size *= radix
	m.radices = append(m.radices, radix)
}

// writable returns where to put new numbers: over the old ones, or in a slice
// of their length if those are not ours.
func (m *mix) writable() []uint32 {
	if m.owned {
		return m.numbers
	}
	m.owned = true
	return make([]uint32, len(m.numbers))
}

// compact renumbers without gaps.
func (m *mix) compact() {
	counts := m.count()
	dense := make([]uint32, len(counts))
	var base [][]uint32
	for number, n := range counts {
		if n > 0 {
			dense[number] = uint32(len(base))
			base = append(base, m.codes(number))
		}
	}
	numbers := m.writable()
	for i, number := range m.numbers {
		numbers[i] = dense[number]
	}
	m.numbers = numbers
	m.base, m.radices, m.size = base, nil, uint64(len(base))
}

// addSparse mixes in a column where the product of both sizes is beyond any
// table: at most as many pairs as rows occur, and they are numbered by a map.
func (m *mix) addSparse(k *keys) {
	known := map[uint64]uint32{}
	var base [][]uint32
	numbers := m.writable()
	for i, code := range k.ids {
		pair := uint64(m.numbers[i])<<32 | uint64(code)
		number, ok := known[pair]
		if !ok {
			number = uint32(len(base))
			known[pair] = number
			base = append(base, append(m.codes(int(m.numbers[i])), code))
		}
		numbers[i] = number
	}
	m.numbers = numbers
	m.base, m.radices, m.size = base, nil, uint64(len(base))
}

// count returns how many rows have each number.
func (m *mix) count() []uint32 {
	counts := make([]uint32, m.size)
	for _, number := range m.numbers {
		counts[number]++
	}
	return counts
}

// codes returns the local codes that a number stands for.
func (m *mix) codes(number int) []uint32 {
	rest, last := uint64(number), make([]uint32, len(m.radices))
	for i := len(m.radices) - 1; i >= 0; i-- {
		last[i] = uint32(rest % m.radices[i])
		rest /= m.radices[i]
	}
	if m.base == nil {
		return last
	}
	return slices.Concat(m.base[rest], last)
}
