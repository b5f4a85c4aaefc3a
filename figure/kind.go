package figure

import "github.com/pointillist-go/pointillist/frame"

// A Kind is a way to draw a frame: Scatter or Line.
type Kind interface {
	// Name returns px's name of the kind: "scatter", "line".
	Name() string
	// Build returns the figure of the given rows of f, nil for all rows. The
	// figure refers to f, which must not be released before it is encoded.
	//
	// All that is wrong with the arguments, but for more than 20 errors, is found
	// at once and joined (see errors.Join); each part is an *ArgumentError.
	Build(f *frame.Frame, rows *frame.Rows) (*Figure, error)
}

var (
	_ Kind = Scatter{}
	_ Kind = Line{}
)
