package figure

// A Label is the text that stands for a column in titles, legends and hovers.
type Label struct {
	Column string
	Text   string
}

// An Order lists values of a column in the order in which their traces, panels
// and categories come. Values that the data has and the list lacks follow in
// order of appearance; listed values that the data lacks keep their place in
// palettes and panels.
//
// A value is compared as a number with numbers, as a bool with bools and as
// text with texts; with a column of another type, a string is compared with the
// text that names its values (see [Text]).
type Order struct {
	Column string
	Values []any
}

// A Mapping gives values of a column a color, a symbol or a dash. Its order
// matters: the palette goes on after as many colors as the mapping has
// entries, whether they occur in the data or not.
type Mapping []Entry

// An Entry of a Mapping. Value is compared as in an [Order].
type Entry struct {
	Value any
	Use   string
}

type identity struct{}

// Identity returns the mapping of each value to itself, for columns that hold
// colors, symbols or dashes. Such a column has no part in names and hovers.
func Identity() Mapping { return Mapping{{Value: identity{}}} }

func (m Mapping) isIdentity() bool { return len(m) == 1 && m[0].Value == any(identity{}) }

// A Hover is a column that the hover shows, or how it shows a column that is
// there for another reason.
type Hover struct {
	Column string
	Format string // d3-format with its colon, ":.2f", or d3-time-format, "|%b %Y"; "" leaves the default
	Hide   bool   // ship the column in customdata, but leave out its line
}

// A ColorScale is a continuous color scale: one of the fields is set, or none
// for the template's.
type ColorScale struct {
	Name   string      // of a scale of plotly, such as "viridis"; any case, "_r" reverses it
	Colors []string    // evenly spaced, at least two
	Stops  []ColorStop // from 0 to 1
}

// A ColorStop is a color at a position between 0 and 1.
type ColorStop struct {
	At    float64
	Color string
}
