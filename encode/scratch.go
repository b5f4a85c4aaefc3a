package encode

import (
	"sync"
	"unsafe"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A scratch is what a worker needs to make a page: buffers of a span's size,
// which stay in the first-level cache. It is used for one array at a time.
type scratch struct {
	part   int // of the plan, being written: for errors
	spans  frame.Scratch
	valid  [frame.SpanRows / 64]uint64
	places [frame.SpanRows]uint32
	wide   [frame.SpanRows]float64
	packed [frame.SpanRows + kernel.PackSlack]uint64
	narrow [frame.SpanRows]uint64

	swapped []byte // on big-endian machines
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// view returns a buffer as a slice of a type of at most 8 bytes.
func view[T kernel.Number](buffer []uint64) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(buffer))), len(buffer))
}

// bytesOf returns the memory of x.
func bytesOf[T kernel.Number](x []T) []byte {
	var v T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(v)))
}

// cast returns x as a slice of another type of the same size.
func cast[To, From kernel.Number](x []From) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// placesOf returns the places in the chunk of the rows that s takes.
func (m *scratch) placesOf(s frame.Span) []uint32 {
	if s.Index != nil {
		return s.Index
	}
	places := m.places[:0]
	s.Each(func(i int) { places = append(places, uint32(i)) })
	return places
}
