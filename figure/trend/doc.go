// Package trend fits the trendlines of px: ols, lowess, rolling, expanding and
// ewm, with the options of px's trendline_options and with the numbers that
// statsmodels and pandas give for them.
//
// # Terms
//
//   - Row: position i of a point (x[i], y[i]). Rows come sorted by x, as px
//     sorts them before it fits.
//   - Missing: NaN. [OLS] and [Lowess] leave out the rows where x or y is
//     missing and answer NaN there. The windows of [Rolling], [Expanding] and
//     [EWM] count every row and leave out missing y, as pandas does.
//   - Infinite: in OLS and Lowess an error, as in px, but for y in OLS, where the
//     whole line is NaN. For the windows the same as missing; only [Count] counts it.
//
// # A worked example
//
// px.scatter(…, trendline="rolling", trendline_options={"window": 3}) is
//
//	line, err := trend.ParseOptions("rolling", map[string]any{"window": 3})
//	fit, err := line.Fit(trend.Points{X: x, Y: y})
//
// and fit.Y is drawn over x where neither x nor y is missing, with
// fit.Header("x", "y") at the top of the hover text.
//
// # Agreement
//
// The tests compare with the real thing: testdata/generate.py asks statsmodels
// and pandas. Where a result has no meaning beyond its rounding, ours differs
// from theirs: the R² of a constant y (NaN here, NaN or −∞ there), a lowess
// whose robustness weights leave next to nothing of a window, and the skewness
// of a window whose values differ in the last bit only.
//
// # Aliasing
//
// No function keeps a reference to its arguments or writes to them. The same
// input gives the same bits on any number of cores.
package trend
