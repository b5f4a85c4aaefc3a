package decimate

// A Cloud is the places of markers with an index of them, for Markers.Cloud.
//
// [Canvas.Visible] keeps the same rows of a cloud as of X and Y. It takes them in
// slabs from the topmost down, and of each slab the rows where something may
// show, by their codes, or all rows of the first where many tiles are in view. It
// leaves a tile out once every cell in it is dead: lit
// through by no disc that is centred there. Light only ever decreases, so that no
// row further down in it would have been kept; and a row that is not kept takes
// no light, so that nothing else depends on whether it was looked at. That holds
// for every size, symbol, opacity and range of the axes, however much either is
// stretched.
type Cloud struct {
	Tiles *Tiles
	X, Y  Series // that the tiles were made of
}

// rows returns the number of rows.
func (m *Markers) rows() int {
	if m.Cloud != nil {
		return m.Cloud.Tiles.rows
	}
	return len(m.X)
}

// visibleOf is VisibleUpTo for a cloud.
func (c *Canvas) visibleOf(dst []uint32, m *Markers, pen *pen, limit int) ([]uint32, Reduction, bool) {
	from, t := len(dst), m.Cloud.Tiles
	v := newCull(c, m, pen, limit)
	defer v.free()
	near := v.neighborhood()
	last, step := t.rows, c.firstSlab(&near, pen, t.rows)
	if step <= rowsPerTile*len(near.tiles) {
		last, step = last-step, 2*step
		v.scan(last, t.rows)
		v.bury()
	}
	for v.divide(near.tiles, last); last > 0 && !v.over(); step *= 2 {
		if first := max(last-step, 0); first > 0 {
			v.show(first, last)
			v.bury()
			last = first
			continue
		}
		v.show(0, last)
		break
	}
	rows := v.result()
	if len(rows) > limit {
		return dst, Reduction{}, false
	}
	dst = append(dst, rows...)
	for _, i := range [...]int{t.ex.low, t.ex.high, t.ey.low, t.ey.high} {
		dst = insert(dst, from, i)
	}
	return dst, c.reduction(t.rows, near.inView, len(dst)-from, v.cut()), true
}
