// Package figure turns a frame into a Plotly figure: what px.scatter and
// px.line of plotly.py make of the same words, and nothing of the data moves.
//
// # Terms
//
// A [Scatter] or [Line] holds px's arguments. Its Build reads what it must know
// of the columns (their types, their distinct values if they group rows, their
// largest value if they are sizes) and returns a [Figure]: ordered objects of
// Plotly's attributes, whose columns are references, [Array] and [Table], to
// Arrow memory through a selection of rows. Package encode writes it.
//
// A role is an argument whose column makes traces, panels or frames of its
// values: color, symbol, line_dash, line_group, facet_row, facet_col and
// animation_frame. A group is the rows that have the same value in each role.
//
//	fig, err := figure.Scatter{X: "trip_distance", Y: "total_amount", Color: "payment_type"}.Build(f, nil)
//
// [ParseArgs] reads the same from JSON, by px's own names. Where px takes arrays,
// [Given] brings columns along. [Figure.Fits] are the results of trendlines,
// which package trend fits.
//
// # Cost
//
// A plain figure takes some microseconds, whatever the rows. Each grouping
// column costs one pass over its dictionary codes, which the frame keeps, and
// the split is a counting sort: time in rows + traces. No row is boxed.
//
// # Aliasing
//
// A figure refers to the frame's columns, and must not be used after the frame
// is released. What a Scatter or Line refers to is not modified.
//
// # Where we differ from px, and why
//
// By default:
//
//	layout.spikedistance is 0            without it a mouse move over no point freezes a large plot
//	text from the data is made harmless  px lets "%{x}" or "<b>" in a value act; so do we under ExactPx
//	frames that lack a group have an     plotly.js matches traces by number, and would draw
//	empty trace in its place             one group as another; not under ExactPx
//	error bars along dates or categories plotly.js throws on a scattergl trace that has them,
//	are drawn as SVG                     and draws nothing; not under ExactPx
//
// Always:
//
//	customdata is a list of rows         click handlers cannot index the typed array px sends
//	text on scattergl is strings, ""     a null or a typed array there makes plotly.js drop the plot
//	for a missing one
//	hover_data naming a column twice     px's template then points past the end of customdata
//	unsigned integers are a color scale  px on pandas takes them for categories, on Arrow it does not
//	marginals of a color scale given by  px fails on names and on positions
//	name or stops have its first color
//	decimals are numbers                 px fails for a size, and for some sums of types in customdata
//	dates beside numbers or durations    px on Arrow fails
//	in customdata
//	true and times in nanoseconds are    px on Arrow makes numbers of them beside other types
//	so in customdata
//	a missing value of a dictionary      px on Arrow shows the dictionary's last value
//	column is missing
//	a named template joined by "+" is    as px; but a template that is unknown is refused by its name
//	merged
//	keys of maps in JSON are compared    px compares with the value, which JSON can only spell for texts
//	with values by their text
//	NaN is missing to a trendline        px on Arrow counts it as a value, and the line is NaN
//	durations are nanoseconds            px's to_json fails; those that count nanoseconds it writes as
//	                                     ISO 8601 in categoryarray, where we have their text
//	an empty frame has sizes and         px fails
//	an overall trendline
//	an overall trendline beside colors   px fails
//	that are those of the data
//	a trendline of a column over itself, px on Arrow fails
//	along date64 or decimals
//	NaN is a value that groups           px on Arrow fails for some calls
//	a lowess takes x from the row that   statsmodels takes it from 0: where x are seconds since 1970, in a
//	is fitted                            window of equal times, its heights are rounding
//	a lowess keeps rows that lie on it   statsmodels drops one that is off by the rounding of its height
//	                                     where most rows lie on it exactly
//	a rolling mean is that of its        pandas takes out of a running sum what leaves, so that a value
//	window                               of 1e16 may have taken units along
//	fits are computed in double          px takes the logarithm of 8-bit integers in half precision, of
//	precision                            16-bit ones and float32 in single, and their squares overflow in R²
//	symbols are written by their name    px passes a number on as it is
//	a column is typed once               px chooses the width of integers trace by trace
//	categories of zoned times have no    px leaves it in categoryarray, while it drops it from x and y
//	offset
//
// Refused: a list of texts for x or y that do not name columns (px takes it for
// values, and a misspelt column too); an orientation that is neither "v" nor
// "h"; colors, symbols and dashes that are unknown, even where px would not come
// to use them; a spline in WebGL and sizes that are booleans, even where px has no
// trace to draw; more than [MaxTraces] traces or 10,000 panels.
package figure
