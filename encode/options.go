package encode

import (
	"fmt"
	"runtime"
)

// Arrays says how columns of numbers are written where the figure leaves it
// open.
type Arrays uint8

const (
	// Auto chooses column by column what is fewest bytes on the wire. Integers
	// are typed arrays. Floats and decimals of few digits, such as prices, are
	// text, which is about half of f8 and compresses far better; so are small
	// integers with missing values, which a typed array holds as f4 or f8 only.
	// Other numbers are typed arrays.
	Auto Arrays = iota
	// Typed writes typed arrays wherever values allow. They are made at the
	// speed of memory, and the length of a figure without lists is known
	// beforehand. plotly.js reads them from 2.28.0 on.
	Typed
	// Text writes lists of plain numbers, which every plotly.js reads.
	Text
)

var arraysNames = [...]string{"auto", "typed", "text"}

func (a Arrays) String() string { return arraysNames[a] }

// ParseArrays returns the Arrays of a name: auto, typed or text.
func ParseArrays(name string) (Arrays, error) {
	for i, known := range arraysNames {
		if name == known {
			return Arrays(i), nil
		}
	}
	return Auto, fmt.Errorf("encode: arrays %q: want auto, typed or text", name)
}

// Options say how to write a figure. The zero Options are ready to use.
type Options struct {
	// Arrays is the form of columns of numbers.
	Arrays Arrays
	// Workers is how many goroutines make pages, at most; 0 means GOMAXPROCS.
	// With 1, or for less than a few pages, the caller's does all.
	Workers int
}

func (o Options) workers() int {
	if o.Workers == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return o.Workers
}

func (o Options) validate() error {
	if int(o.Arrays) >= len(arraysNames) {
		return fmt.Errorf("encode: Options.Arrays is %d: want Auto, Typed or Text", o.Arrays)
	}
	if o.Workers < 0 {
		return fmt.Errorf("encode: Options.Workers is %d: want 0 (one a core) or more", o.Workers)
	}
	return nil
}
