package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow/array"
)

// AppendBytes appends the values of a column of uint8 to dst, for who keeps bytes
// in a frame. Other types, and nulls, are an error.
//
// Cost: a copy.
func (c *Column) AppendBytes(dst []byte) ([]byte, error) {
	for _, chunk := range c.chunks {
		bytes, ok := chunk.(*array.Uint8)
		if !ok || chunk.NullN() > 0 {
			return dst, fmt.Errorf("frame: column %q is of type %s, with %d nulls: bytes are uint8 without", c.Name(), c.Type(), chunk.NullN())
		}
		dst = append(dst, bytes.Uint8Values()...)
	}
	return dst, nil
}
