package reduce

import (
	"cmp"
	"slices"

	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
)

// A Record says what was left out of a figure, and what that does to its
// picture.
type Record struct {
	Method     string // of the trace with the most rows
	RowsIn     int
	RowsInView int // within the ranges of the axes; of lines, within that of x
	RowsOut    int
	Counted    int // rows that are not drawn but counted: those in view of a density
	Bound      float64
	BoundKind  decimate.BoundKind
	Gaps       int        // breaks of lines within the rows kept
	Categories []Category // by the names of traces, in their order

	width, height, ratio float64
}

// A Category counts the rows of the traces of one name.
type Category struct {
	Name             string
	In, Out, Counted int
}

// weakness orders bounds by how little they promise.
var weakness = []decimate.BoundKind{decimate.BoundChannel, decimate.BoundInner, decimate.BoundHausdorff, decimate.BoundNone}

// newRecord sums up the records of the traces.
func (r *reduction) newRecord() *Record {
	sum := &Record{Method: None, BoundKind: decimate.BoundChannel, width: r.o.Width, height: r.o.Height, ratio: r.o.PixelRatio}
	most, places := 0, map[string]int{}
	for _, t := range r.traces {
		c := t.record
		if c.Method == "" { // not looked at
			c.Method, c.RowsIn, c.RowsInView, c.RowsOut = None, t.rows.Len(), t.inView(), t.rows.Len()
		}
		sum.RowsIn += c.RowsIn
		sum.RowsInView += c.RowsInView
		sum.RowsOut += c.RowsOut
		sum.Counted += t.counted
		sum.Gaps += c.Gaps
		if c.Method != None {
			sum.weaken(c.Bound, c.BoundKind)
			if c.RowsIn > most {
				sum.Method, most = string(c.Method), c.RowsIn
			}
		}
		place, known := places[t.name]
		if !known {
			place = len(sum.Categories)
			places[t.name] = place
			sum.Categories = append(sum.Categories, Category{Name: t.name})
		}
		sum.Categories[place].In += c.RowsIn
		sum.Categories[place].Out += c.RowsOut
		sum.Categories[place].Counted += t.counted
	}
	return sum
}

// weaken takes the weaker bound of two.
func (c *Record) weaken(limit float64, kind decimate.BoundKind) {
	switch cmp.Compare(slices.Index(weakness, kind), slices.Index(weakness, c.BoundKind)) {
	case 1:
		c.Bound, c.BoundKind = limit, kind
	case 0:
		c.Bound = max(c.Bound, limit)
	}
}

// object is the record as it is sent.
func (c *Record) object() *figure.Object {
	categories := make([]any, len(c.Categories))
	for i, category := range c.Categories {
		categories[i] = figure.NewObject(
			figure.Member{Key: "name", Value: category.Name},
			figure.Member{Key: "in", Value: category.In},
			figure.Member{Key: "out", Value: category.Out},
			figure.Member{Key: "counted", Value: category.Counted},
		)
	}
	return figure.NewObject(
		figure.Member{Key: "method", Value: c.Method},
		figure.Member{Key: "rows_in", Value: c.RowsIn},
		figure.Member{Key: "rows_in_view", Value: c.RowsInView},
		figure.Member{Key: "rows_out", Value: c.RowsOut},
		figure.Member{Key: "rows_counted", Value: c.Counted},
		figure.Member{Key: "bound", Value: c.Bound},
		figure.Member{Key: "bound_kind", Value: string(c.BoundKind)},
		figure.Member{Key: "gaps", Value: c.Gaps},
		figure.Member{Key: "categories", Value: categories},
		figure.Member{Key: "width", Value: c.width},
		figure.Member{Key: "height", Value: c.height},
		figure.Member{Key: "dpr", Value: c.ratio},
	)
}
