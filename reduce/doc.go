// Package reduce leaves out of a built figure the rows that do not show.
//
// The columns of a trace are references to a frame through one selection of
// rows, so that a figure is reduced by giving each trace another selection: no
// value is moved, and colors, sizes, texts, customdata and error bars cannot come
// apart. Package decimate chooses the rows; this package tells it how plotly.js
// will draw them.
//
//	record, err := reduce.Apply(fig, reduce.Options{Method: reduce.Auto, Width: 740, Height: 460})
//
// # The same picture
//
// A figure with fewer rows is drawn differently by itself: axes are ranged,
// categories ordered and color scales stretched by the rows that are there. So
// what plotly.js finds in all rows is written into the layout. The ranges follow
// its own rule to the last digit, which makes room for markers in another way
// from 100,000 points on.
//
// The type of a trace stays as px chose it by all rows: scatter and scattergl
// draw rims differently, and the promise is the picture of all rows. Set
// render_mode for another one.
//
// Markers are reduced trace by trace, as if no other trace were drawn, because
// the reader may hide any of them by a click on the legend.
//
// # Cost
//
// Apply reads the coordinates of all rows: 16 bytes a row while it runs. With an
// [Index] of them, see [ApplyIndexed], the cost is in proportion to the rows that
// are kept. For times see BenchmarkApply, and package decimate.
package reduce
