// Package decimate chooses the rows of a trace that are worth drawing.
//
// A plot of 900 × 600 pixels cannot show half a million markers. Slices of
// coordinates go in, the numbers of the rows to keep come out; nothing here
// knows a frame, a figure or a format, so each algorithm can be tested, fuzzed
// and used alone.
//
// # Terms
//
//   - Row: the position i of a point (x[i], y[i]), in drawing order. Rows are
//     uint32: half the memory of int, what Arrow's take kernels accept, and
//     enough for 4,294,967,295 rows. A longer input panics.
//   - Axis coordinate: a value after the transform of its axis. On a linear or
//     date axis it is the value itself, on a log axis its log10. All
//     coordinates and ranges here are axis coordinates, because buckets must be
//     equal in pixels, not in data: see [Log10].
//   - Gap: a row whose y is NaN or infinite. Plotly draws neither and breaks
//     the line there. A null is a gap: pass NaN.
//   - Run: the rows between two gaps, a series of its own.
//   - View: the range of the x axis that is on the screen.
//
// # Lines
//
// [MinMax] and [M4] cut the view into buckets of equal width in pixels and
// have a proven bound on how far the picture moves, and so has [Swing], which
// needs few rows where a line is smooth. [LTTB], [MinMaxLTTB] and [Every] spend
// a budget of rows and have none. [Line] chooses for a given error in pixels,
// [Turns] adds what the picture of a smooth line needs, and [Path] reduces a
// line whose x goes back and forth. All but Turns keep one contract:
//
//   - rows ascend, each once, and are appended to dst, which is returned;
//   - the same input gives the same rows, on any number of cores;
//   - of equal candidates the lowest row wins;
//   - each run keeps its first and last row, and between two runs exactly one
//     gap row, the first, is kept: the line breaks where it broke before;
//   - one row beyond each end of the view is kept, so that the line reaches
//     the edge of the plot;
//   - an input that is small enough already is returned whole;
//   - a second pass over the rows kept keeps them all, except of Swing.
//
// # Markers
//
// [Canvas.Visible] keeps the markers that can be seen: it walks the rows from
// the topmost down and drops one only if every pixel it touches is hidden.
// The picture is the same; the documentation of [Canvas] says why. Where most
// markers show, because they are tiny or nearly transparent,
// [Canvas.VisibleUpTo] gives up, and [Bins] counts the rows in each cell of the
// plot instead. [Sample] and [SampleBy] take rows at random, for those who accept
// another picture; [Isolated] finds the outliers that these lose.
//
// # The next view
//
// A [Pyramid] of a line and the [Tiles] of a cloud of markers find the same rows
// without reading the others: for what is drawn again and again, as the reader
// zooms.
//
// # A worked example
//
// A quarter of a million samples, a plot 800 pixels wide, an error of at most
// half a pixel:
//
//	v, err := decimate.ViewOf(x[0], x[len(x)-1])
//	rows, red := decimate.Line(nil, x, y, v, decimate.LineOptions{Width: 800, MaxError: 0.5})
//
// # Aliasing
//
// No function keeps a reference to its arguments, and none writes to x or y.
package decimate
