//go:build !race

package encode

import (
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The race detector makes pools forget at random, so these counts are not taken
// under it.

// Making pages allocates nothing, and writing a figure at most what the pools
// may have lost to the collector: a scratch, a buffer and its bytes.
func TestAllocations(t *testing.T) {
	f := taxi(t, 50_000)
	rows := bitmap(f, rand.New(rand.NewPCG(1, 2)), 85)
	m, page := new(scratch), make([]byte, 0, maxKept)
	for _, arrays := range []Arrays{Auto, Typed, Text} {
		for _, c := range f.Columns() {
			p := planned(t, trace(t, f, rows, c.Name()), Options{Arrays: arrays, Workers: 1})
			pages := testing.AllocsPerRun(2, func() {
				for i := range p.pages() {
					_, _ = p.appendPage(page, i, m)
				}
			})
			assert.Zero(t, pages, "%s %s", c.Name(), arrays)
			whole := testing.AllocsPerRun(5, func() { _, _ = p.WriteTo(io.Discard) })
			assert.LessOrEqual(t, whole, 3.0, "%s %s", c.Name(), arrays)
		}
	}
}
