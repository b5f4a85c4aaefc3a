package frame

import "slices"

// A prefix is what is known of the first chunks of a column that was made of others:
// their statistics need not be computed again.
type prefix struct {
	blocks []Block
	scale  int // of all rows of these columns
	single bool
}

// goOn says that the chunks of c from the given one on are those of another, but for the merged
// ones at the end, and that c has all of its rows. What is before them must be known.
// goOn reports whether all of the other is, so that the next one may go on from it. It
// must be called before c is shared.
func (c *Column) goOn(other *Column, chunk, merged int) (whole bool) {
	p, whole := other.prefix()
	if p == nil {
		return false
	}
	blocks := p.blocks
	if n := slices.IndexFunc(blocks, func(b Block) bool { return chunk+b.Chunk >= merged }); n >= 0 {
		blocks, whole = blocks[:n], false
	}
	if c.before == nil { // the first chunks
		c.before = &prefix{slices.Clip(blocks), p.scale, p.single}
		return whole
	}
	for _, b := range blocks {
		b.Chunk += chunk
		c.before.blocks = append(c.before.blocks, b)
	}
	c.before.single = c.before.single && p.single
	c.before.scale = scaleOfBoth(c.before.scale, p.scale)
	return whole
}

// prefix returns what is known of a column without a look at its rows, and whether that
// is all.
func (c *Column) prefix() (p *prefix, whole bool) {
	if c.kept {
		c.Stats()
	}
	if s := c.known.Load(); s != nil {
		return &prefix{s.Blocks, s.Scale, s.Single}, true
	}
	return c.before, false
}

// copy copies the blocks that are known, and returns their number.
func (p *prefix) copy(blocks []Block) int {
	if p == nil {
		return 0
	}
	return copy(blocks, p.blocks)
}

// shape returns that of the floats of c that are known. If they have no scale for their
// size, c has none either.
func (p *prefix) shape(c *Column) *floatShape {
	shape := newFloatShape(c)
	if p != nil && shape != nil {
		shape.scale, shape.single = p.scale, p.single
	}
	return shape
}
