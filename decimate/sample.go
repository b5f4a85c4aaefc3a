package decimate

import (
	"math"
	"slices"
)

// Sample appends to dst k of the given rows, or all if there are no more, and
// returns the extended slice. Each row has a hash that depends on its number
// and the seed alone, and the rows with the smallest are taken: a uniform
// sample without replacement. Hence
//
//   - a larger k adds rows and removes none;
//   - a part of the rows, as in a zoomed view, keeps at least the sampled rows
//     that it contains;
//   - neither order nor the number of goroutines can matter.
//
// A sample loses outliers and rare categories: see [SampleBy]. rows must
// ascend; they number the rows of the frame, not of the view.
//
//   - Cost: O(len(rows) + k log k) and temporary space for about k hashes.
func Sample(dst, rows []uint32, k int, seed uint64) []uint32 {
	if k <= 0 {
		return dst
	}
	if len(rows) <= k {
		return append(dst, rows...)
	}
	limit := kthHash(rows, k, seed)
	for _, i := range rows {
		if hash(i, seed) <= limit {
			dst = append(dst, i)
		}
	}
	return dst
}

// hash is splitmix64 of the row from a seeded start [1]. It is a bijection, so
// that no two rows of a frame share a hash.
//
// [1] Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2714064.2660195.
func hash(row uint32, seed uint64) uint64 {
	z := (uint64(row) + 1) * 0x9e3779b97f4a7c15
	z += seed
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// kthHash returns the kth smallest hash of rows, 1 <= k <= len(rows). It sorts
// only those below a limit that k of them very likely are.
func kthHash(rows []uint32, k int, seed uint64) uint64 {
	share := (float64(k) + 4*math.Sqrt(float64(k)) + 16) / float64(len(rows))
	for {
		limit := uint64(math.MaxUint64)
		if share < 1 {
			limit = uint64(share * (1 << 64))
		}
		var hashes []uint64
		for _, i := range rows {
			if h := hash(i, seed); h <= limit {
				hashes = append(hashes, h)
			}
		}
		if len(hashes) >= k {
			slices.Sort(hashes)
			return hashes[k-1]
		}
		share *= 2
	}
}

// SampleBy takes about k of the rows, of each category by itself: row i has the
// category codes[i], and codes outside 0 … categories−1, such as −1 for null, make
// one more. The shares of k are in proportion to the square root of the number
// of rows, so that rare categories can be seen, and no category vanishes: each
// keeps the row with its smallest hash, even if there are more than k.
//
// Of a category with n rows those are taken whose hash is below the share
// min(1, λ/√n) of all hashes, and λ makes the expected number of rows k. With fewer
// rows λ and the shares can only grow. Hence, as of [Sample], a larger k adds rows
// and removes none, and a zoomed view keeps at least the sampled rows that it contains.
// That is why k is met on average and not exactly: within √k in two cases of three.
//
//   - Cost: O(len(rows)) and a copy of rows.
func SampleBy(dst, rows []uint32, codes []int32, categories, k int, seed uint64) []uint32 {
	if len(rows) <= k {
		return append(dst, rows...)
	}
	groups := group(rows, codes, categories)
	scale := shareScale(groups, k)
	from := len(dst)
	for _, g := range groups {
		if len(g) > 0 {
			dst = below(dst, g, scale/math.Sqrt(float64(len(g))), seed)
		}
	}
	slices.Sort(dst[from:])
	return dst
}

// below appends the rows whose hash is in the given share of all hashes, or the one
// with the smallest.
func below(dst, rows []uint32, share float64, seed uint64) []uint32 {
	limit := uint64(math.MaxUint64)
	if share < 1 {
		limit = uint64(share * (1 << 64))
	}
	from, first := len(dst), rows[0]
	for _, i := range rows {
		h := hash(i, seed)
		if h <= limit {
			dst = append(dst, i)
		}
		if h < hash(first, seed) {
			first = i
		}
	}
	if len(dst) == from {
		dst = append(dst, first)
	}
	return dst
}

// shareScale returns the λ with Σ min(n, λ·√n) = k over the sizes n of the groups,
// of which there are more than k together.
func shareScale(groups [][]uint32, k int) float64 {
	var roots []float64
	sum := 0.0
	for _, g := range groups {
		root := math.Sqrt(float64(len(g)))
		roots = append(roots, root)
		sum += root
	}
	slices.Sort(roots)
	left := float64(max(k, 0))
	for _, root := range roots {
		if scale := left / sum; scale < root {
			return scale
		}
		left -= root * root // the group is taken whole
		sum -= root
	}
	return math.Inf(1)
}

// group splits rows by category; the last group has the codes out of range.
func group(rows []uint32, codes []int32, categories int) [][]uint32 {
	of := func(i uint32) int {
		if c := codes[i]; uint(c) < uint(categories) {
			return int(c)
		}
		return categories
	}
	counts := make([]int, categories+1)
	for _, i := range rows {
		counts[of(i)]++
	}
	store := make([]uint32, len(rows))
	groups := make([][]uint32, len(counts))
	for g, n := range counts {
		groups[g], store = store[:0:n], store[n:]
	}
	for _, i := range rows {
		g := of(i)
		groups[g] = append(groups[g], i)
	}
	return groups
}
