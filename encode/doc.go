// Package encode writes a figure as JSON, the columns straight from Arrow
// memory. It is the only package that knows what the bytes look like.
//
// # Plan
//
// [New] walks the figure once and makes a [Plan]: the JSON text between the
// columns, and for each column the form its values will have. That costs no
// pass over the rows; it asks the columns for their statistics, which the
// frame keeps. [Plan.WriteTo] then writes the bytes, any number of times and
// from several goroutines at once, the same bytes each time.
//
// # What a column becomes
//
//	kind        Typed                            Text
//	Int, Uint   i1 u1 i2 u2 i4 u4 f8, or a list  12
//	Float       i1 … u4 f4 f8                    12.5
//	Decimal     f8                               12.5
//	Bool        list                             true
//	Text        list                             "ab"
//	Date        list                             "2019-01-31"
//	Timestamp   list                             "2019-01-31T23:59:59.5"
//	Time        list                             "23:59:59.5"
//	Duration    list                             1500000000 (nanoseconds)
//	Null        list                             null
//
// A typed array is {"dtype":"i2","bdata":"…"}: little-endian values in padded
// base64, in the narrowest type that holds every value of the column, whatever
// rows are drawn. A column with missing values needs f4 or f8, where they are
// NaN. Integers that a float64 cannot hold, beyond 2^53, are a list of exact
// decimals. A float's −0 may be written as 0.
//
// In a list a missing value, NaN and infinities are null, and a number is the
// shortest text that reads back as the same float64. A timestamp with a zone is
// the wall-clock time there, and the zone is dropped: plotly.js draws the text
// as it stands, wherever the viewer is. Dictionary columns are lists of the
// values in their list form. Columns of other Arrow types are an error.
//
// All text is safe inside <script>: <, > and & and the line separators U+2028
// and U+2029 are written as \u escapes. Invalid UTF-8 becomes U+FFFD.
//
// # Pages
//
// The bytes are cut into pages of about 64 KiB at places that depend on the
// figure alone. A page is made at one go, in memory that is used again: rows
// are taken from the columns 4,096 at a time into a buffer that stays in the
// first-level cache, and from there appended to the page. No column is ever
// materialised, and a page is one Write. Several workers make pages
// side by side; they are written in order, so their number never shows.
//
// # Cost
//
// Nanoseconds a value, of 534,226 rows out of 630,918 through a bitmap, one
// core of a Xeon (Sapphire Rapids); BenchmarkColumn measures them. A copy of
// the bytes of two f8 columns takes 0.4.
//
//	f8, i1 …                0.7   dictionary   8
//	decimals, integers      4     timestamp    12
//	floats, all 17 digits   105   text         22
//	date                    6     table        10 a cell
//
// # Aliasing
//
// A Plan refers to the figure's columns and must not be used after their frame
// is released. It keeps no reference to the figure's objects.
package encode
