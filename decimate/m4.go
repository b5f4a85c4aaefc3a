package decimate

// M4 appends to dst the first, lowest, highest and last row of each of the
// given number of buckets of equal width [1], and returns the extended slice.
// Buckets are those of [MinMax].
//
// All segments between buckets are kept as they are, so that the line through
// the rows kept is nowhere farther than one bucket width from the line through
// all rows, and the other way round. For the same number of rows MinMax with
// twice the buckets has the same bound, and in measured pictures fewer wrong
// pixels; M4 is exact at bucket edges.
//
// M4 panics if the lengths differ, if buckets < 1 or if v.Lo > v.Hi. x must not
// decrease. An input, or a view, of at most 4·buckets rows is kept whole.
//
//   - Shapes: len(x) == len(y); at most 4·buckets+2 rows are appended, and up
//     to 5 more for each gap in the view.
//   - Units: x and v share one; for an error of e pixels on a plot w device
//     pixels wide, take ⌈w/e⌉ buckets.
//   - Gaps and ties: see the package documentation. A bucket never spans a gap.
//   - Cost: that of [MinMax].
//
// [1] Jugel et al., PVLDB 7(10), 2014, doi:10.14778/2732951.2732953.
func M4[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], buckets int) []uint32 {
	check(x, y, v, buckets)
	if rows, ok := whole(dst, x, v, 4*buckets); ok {
		return rows
	}
	return newScan(x, y, v, buckets, true).all(dst)
}
