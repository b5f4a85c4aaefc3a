package reduce

import (
	"context"
	"strings"

	"github.com/pointillist-go/pointillist/filter"
)

// escaped is text from the data made harmless where plotly.js reads it as a
// template or as pseudo-HTML.
var escaped = strings.NewReplacer("%{", "%&#123;", "<", "&lt;")

// keepAsked gives traces the rows back that Keep asks for.
func (r *reduction) keepAsked() error {
	if r.o.Keep == "" {
		return nil
	}
	expr, err := filter.Parse(r.o.Keep)
	if err != nil {
		return wrong("/keep", "%w", err)
	}
	program, err := filter.Compile(expr, r.fig.Frame)
	if err != nil {
		return wrong("/keep", "%w", err)
	}
	rows, err := program.Run(context.Background())
	if err != nil {
		return wrong("/keep", "%w", err)
	}
	n := r.fig.Frame.Rows()
	asked := make([]bool, n)
	rows.Each(func(row int) bool {
		asked[row] = true
		return true
	})
	for _, t := range r.traces {
		if t.kept != nil {
			t.keepRanks(t.ranksOf(asked))
		}
	}
	return nil
}

// ranksOf returns the ranks of the rows for which a flag is set. The wide form
// repeats the frame.
func (t *trace) ranksOf(flags []bool) (ranks []uint32) {
	rank := uint32(0)
	t.rows.Each(func(row int) bool {
		if flags[row%len(flags)] {
			ranks = append(ranks, rank)
		}
		rank++
		return true
	})
	return ranks
}

// keepRanks keeps more rows.
func (t *trace) keepRanks(ranks []uint32) {
	t.kept = union(t.kept, ranks)
	t.record.RowsOut = len(t.kept)
}
