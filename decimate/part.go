package decimate

import "slices"

// A part is one of the shares into which what there is to be found is divided.
type part struct {
	patches []patch
	rows    []uint32 // of a slab, that may show
	touched uint32
}

// patchesPerPart is the least work for a goroutine: hundreds of rows each.
const patchesPerPart = 32

// divide makes patches of the tiles of which something may show before row last.
func (v *cull) divide(near []uint32, last int) {
	t := v.cloud.Tiles
	parts := v.crew.shares(len(near), patchesPerPart)
	v.parts = resized(v.parts, parts)
	for k, p := range v.parts {
		if p == nil {
			v.parts[k] = new(part)
		}
	}
	v.crew.together(parts, func(k int) {
		list := v.parts[k].patches[:0]
		for _, i := range near[share(k, len(near), parts):share(k+1, len(near), parts)] {
			if p := v.c.patch(&t.tiles[i]); v.c.patchLives(&p, v.pen) {
				p.end = t.before(p.start, p.end, last)
				list = append(list, p)
			}
		}
		v.parts[k].patches = list
	})
}

// find takes the rows from first on from the patches, and leaves those that may show. It
// drops the patches of which nothing may.
func (p *part) find(v *cull, first int) {
	p.patches = slices.DeleteFunc(p.patches, func(patch patch) bool { return !v.c.patchLives(&patch, v.pen) })
	p.rows = p.rows[:0]
	for some := range slices.Chunk(p.patches, patchesAtOnce) {
		p.touched += v.cloud.Tiles.touch(some)
		for k := range some {
			p.rows = v.take(p.rows, &some[k], first)
		}
	}
}

// patchesAtOnce is for how many patches the processor waits at once.
const patchesAtOnce = 32

// touch reads the last row of each patch, so that all come from memory at once. It returns
// something, so that the compiler does not leave it out.
func (t *Tiles) touch(patches []patch) (sum uint32) {
	for k := range patches {
		if p := &patches[k]; p.start < p.end {
			sum += t.order[p.end-1] + uint32(t.codes[p.end-1].x)
		}
	}
	return sum
}

// take takes the rows from first on from a patch, and appends those that may show.
func (v *cull) take(rows []uint32, p *patch, first int) []uint32 {
	t := v.cloud.Tiles
	for ; p.end > p.start && int(t.order[p.end-1]) >= first; p.end-- {
		if v.pen.wide || v.c.mayShow(p, t.codes[p.end-1]) {
			rows = append(rows, t.order[p.end-1])
		}
	}
	return rows
}
