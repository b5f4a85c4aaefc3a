package reduce

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/internal/nearest"
)

// The methods. Each is for lines or for markers; a trace of the other sort is
// reduced as by Auto, and so is a line whose x goes back and forth.
const (
	None       = "none"       // every row
	Auto       = "auto"       // lines within MaxError; the visible markers, or their density where nearly all show
	Every      = "every"      // lines: rows at equal distances
	MinMax     = "minmax"     // lines: lowest and highest of each bucket
	M4         = "m4"         // lines: first, lowest, highest and last of each column of pixels
	LTTB       = "lttb"       // lines: largest triangles
	MinMaxLTTB = "minmaxlttb" // lines: the same, preselected
	Swing      = "swing"      // lines: the rows where a swinging door turns, within MaxError along y
	Visible    = "visible"    // markers: those that can be seen
	Sample     = "sample"     // markers: at random, of each trace at least one
	Density    = "density"    // markers: how many there are in each cell of the plot
)

// What a cell of Density counts.
const (
	ByTrace = "trace" // the rows of each trace by themselves, in the trace's color
	ByPanel = "panel" // the rows of all traces of a panel
)

// How counts are colored.
const (
	Log       = "log"
	Linear    = "linear"
	Equalized = "equalized" // by rank, so that each color covers as many cells: other colors in each view
)

// Methods are the methods, in the order in which they are documented.
var Methods = []string{None, Auto, Every, MinMax, M4, LTTB, MinMaxLTTB, Swing, Visible, Sample, Density}

const (
	defaultWidth    = 1280
	defaultHeight   = 720
	defaultMaxError = 0.25    // device pixels, as that of decimate.Line
	defaultBudget   = 100_000 // markers; plotly.js's hover is slow from there on

	maxSide   = 16_384
	maxRatio  = 8
	maxCells  = 1 << 26
	maxBudget = math.MaxInt32
	maxMargin = 4

	// few markers are drawn as they are: a reduction would save nothing.
	few = 10_000
)

// Options say for which picture a figure is reduced. The zero Options keep
// every row.
type Options struct {
	Method string // of Methods; "" is None

	// Width and Height are of the plot area in CSS pixels: the figure's without
	// its margins, all panels together. 0 is 1280 × 720. What is kept for a
	// larger page is right for a smaller one too, but not the other way round.
	Width, Height float64
	PixelRatio    float64 // device pixels per CSS pixel; 0 is 1

	// X and Y are what the axes show; nil is Plotly's own range for all rows,
	// or that of the figure's arguments.
	X, Y *Range

	// Margin is how many times as wide and as high as Width × Height the page
	// may turn out to be, or as small the markers, before it asks again: from 1,
	// which 0 means too, to 4. Markers that only show there are kept as well, and
	// the picture is off by less than an eye sees. Where they would be more than
	// nine on the square that a marker takes, a quarter on a pixel at 6 px, which
	// is a page full of opaque ones, it is 1.3, 1.2 or 1.1; and Auto leaves them out if
	// the budget has no room for them.
	Margin float64

	// Budget is about the most rows, over all traces, that Sample draws, the most
	// that Auto draws of markers, and that each line is reduced to by a method that has no bound
	// on its error. 0 is 100,000 markers, and a line of four rows per device
	// pixel. The rows of each
	// trace at the extremes of the axes, and of a sample those with no other within 12
	// CSS pixels, are kept beyond it. Of opaque discs of one size Auto draws no more than
	// nine on the square that one takes, or 10,000, whatever the budget.
	Budget int
	// By, Mean and Scale are for Density, and for Auto where it takes that. By is
	// ByTrace or ByPanel; "" is ByTrace, and the mean of the colors for markers with
	// a color scale. Mean is a column of numbers among the figure's arguments,
	// whose mean the cells of each panel show; "" is none. Scale is how counts are
	// colored; "" is Log.
	By, Mean, Scale string
	// Keep is a filter's text: markers and rows of lines for which it holds are
	// drawn whatever else is left out, over any budget. "" is none.
	Keep string
	// MaxError is how far a line may move, in device pixels; 0 is 0.25, and the
	// smooth parts of an SVG line as plotly.js draws all their rows, corner by
	// corner: see decimate.Turns. They take up to 100 rows a pixel; set an error
	// to have fewer.
	MaxError float64
}

// An OptionError says which option is wrong.
type OptionError struct {
	Pointer string // JSON Pointer into the options by their names in HTTP, such as /width
	Err     error
}

func (e *OptionError) Error() string {
	return "reduce" + strings.ReplaceAll(e.Pointer, "/", ".") + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *OptionError) Unwrap() error { return e.Err }

func wrong(pointer, format string, values ...any) error {
	return &OptionError{pointer, fmt.Errorf(format, values...)}
}

// Validate returns all that is wrong with the options, joined: each part is an
// *OptionError.
func (o Options) Validate() error {
	var errs []error
	if o.Method != "" && !slices.Contains(Methods, o.Method) {
		errs = append(errs, unknownMethod(o.Method))
	}
	for _, n := range []struct {
		pointer    string
		value, max float64
	}{
		{"/width", o.Width, maxSide},
		{"/height", o.Height, maxSide},
		{"/dpr", o.PixelRatio, maxRatio},
		{"/budget", float64(o.Budget), maxBudget},
		{"/max_error", o.MaxError, maxSide},
	} {
		if !(n.value >= 0 && n.value <= n.max) {
			errs = append(errs, wrong(n.pointer, "%v, want a number from 0 to %v", n.value, n.max))
		}
	}
	if m := o.Margin; m != 0 && !(m >= 1 && m <= maxMargin) {
		errs = append(errs, wrong("/margin", "%v, want a number from 1 to %d", m, maxMargin))
	}
	errs = append(errs, oneOf("/by", o.By, ByTrace, ByPanel), oneOf("/scale", o.Scale, Log, Linear, Equalized))
	if o.Mean != "" && o.By == ByTrace {
		errs = append(errs, wrong("/by", "the mean of a column is that of a panel's rows"))
	}
	if o.Keep != "" {
		if _, err := filter.Parse(o.Keep); err != nil {
			errs = append(errs, wrong("/keep", "%w", err))
		}
	}
	full := o.complete()
	if cells := full.Width * full.Height * full.PixelRatio * full.PixelRatio; errors.Join(errs...) == nil && cells > maxCells {
		errs = append(errs, wrong("/dpr", "%v × %v px at ratio %v is more than %d device pixels", full.Width, full.Height, full.PixelRatio, maxCells))
	}
	for _, r := range []struct {
		pointer string
		*Range
	}{{"/x", o.X}, {"/y", o.Y}} {
		if r.Range != nil && !r.usable() {
			errs = append(errs, wrong(r.pointer, "[%v, %v] is no range: want two different numbers", r.From, r.To))
		}
	}
	return errors.Join(errs...)
}

// oneOf returns an error if a choice is none of the known ones, and not left open.
func oneOf(pointer, choice string, known ...string) error {
	if choice == "" || slices.Contains(known, choice) {
		return nil
	}
	return wrong(pointer, "there is no %q: want one of %s", choice, strings.Join(known, ", "))
}

func unknownMethod(name string) error {
	if near := nearest.Of(name, Methods); near != "" {
		return wrong("/method", "there is no method %q: did you mean %q?", name, near)
	}
	return wrong("/method", "there is no method %q: want one of %s", name, strings.Join(Methods, ", "))
}

// complete puts the defaults in the place of zeros.
func (o Options) complete() Options {
	if o.Method == "" {
		o.Method = None
	}
	for _, f := range []struct {
		field    *float64
		standard float64
	}{{&o.Width, defaultWidth}, {&o.Height, defaultHeight}, {&o.PixelRatio, 1}} {
		if *f.field == 0 {
			*f.field = f.standard
		}
	}
	return o
}

// A Range is the part of an axis on the screen, in axis coordinates: log10 of
// the values on a log axis, milliseconds since 1970 of wall-clock time on a
// date axis, places on an axis of categories. From > To is a reversed axis.
type Range struct {
	From, To float64
	Date     bool // it was given as dates, and is for a date axis only
}

func (r *Range) usable() bool {
	span := r.To - r.From
	return span != 0 && span-span == 0 && !math.IsInf(1/span, 0)
}

// ParseRange reads the ends of a range as Plotly writes them: two numbers, or
// two dates such as "2019-01-31 23:59:59.5". It returns nil for no ends.
func ParseRange(ends []any) (*Range, error) {
	if len(ends) == 0 {
		return nil, nil
	}
	if len(ends) != 2 {
		return nil, fmt.Errorf("%d ends, want two", len(ends))
	}
	from, fromDate, err := parseEnd(ends[0])
	if err != nil {
		return nil, err
	}
	to, toDate, err := parseEnd(ends[1])
	if err != nil {
		return nil, err
	}
	if fromDate != toDate {
		return nil, fmt.Errorf("from %v to %v: a date and a number", ends[0], ends[1])
	}
	return &Range{from, to, fromDate}, nil
}

func parseEnd(end any) (v float64, date bool, err error) {
	switch end := end.(type) {
	case float64:
		return end, false, nil
	case int:
		return float64(end), false, nil
	case int64:
		return float64(end), false, nil
	case string:
		v, err = parseDate(end)
		return v, true, err
	}
	return 0, false, fmt.Errorf("%v is neither a number nor a date", end)
}

// dateLayouts are what plotly.js takes for a date; time.Parse adds fractions
// of a second.
var dateLayouts = []string{
	"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02", "2006-01-02 15:04", "2006-01-02T15:04",
	"2006-01-02 15", "2006-01-02T15", "2006-01", "2006",
}

// parseDate returns milliseconds since 1970; a time zone is ignored, as
// plotly.js does.
func parseDate(text string) (float64, error) {
	text = strings.TrimSuffix(text, "Z")
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.Unix())*1e3 + float64(t.Nanosecond())/1e6, nil
		}
	}
	return 0, fmt.Errorf("%q is neither a number nor a date such as 2019-01-31 23:59", text)
}

// formatDate writes milliseconds since 1970 as plotly.js does: to a tenth.
func formatDate(ms float64) string {
	return time.UnixMicro(int64(math.Round(ms*10)) * 100).UTC().Format("2006-01-02 15:04:05.9999")
}
