package encode

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/frame"
)

// longNumber is the usual text of a float64 of full precision, with its comma.
const longNumber = 19

// widthOf returns about how many bytes a value of a column takes in a list,
// with its comma. Pages are cut by it; their bytes do not depend on it.
func widthOf(c *frame.Column) int {
	switch c.Kind() {
	case frame.Text:
		return textWidth(c)
	case frame.Date:
		return len(`"2006-01-02",`)
	case frame.Timestamp:
		return len(`"2006-01-02T15:04:05",`)
	case frame.Time:
		return len(`"15:04:05",`)
	case frame.Bool, frame.Null:
		return len("null,")
	case frame.Float:
		if scale := scaleOf(c); scale >= 0 {
			return 4 + scale
		}
		return longNumber
	case frame.Decimal, frame.Duration:
		return 12
	}
	return numberWidth(boundsOf(c))
}

func numberWidth(b bounds) int {
	n := 2
	for v := max(b.max, -b.min); v >= 10; v /= 10 {
		n++
	}
	return n
}

// textWidth returns the mean length of a column's texts, and room for quotes
// and comma.
func textWidth(c *frame.Column) int {
	bytes, values := 0, 1
	for i := range c.Chunks() {
		chunk := c.Chunk(i)
		if d, ok := chunk.(*array.Dictionary); ok {
			chunk = d.Dictionary()
		}
		bytes += textBytes(chunk)
		values += chunk.Len()
	}
	return bytes/values + 3
}

func textBytes(chunk arrow.Array) int {
	switch a := chunk.(type) {
	case *array.String:
		return a.ValueOffset(a.Len()) - a.ValueOffset(0)
	case *array.LargeString:
		return int(a.ValueOffset(a.Len()) - a.ValueOffset(0))
	}
	return 0
}
