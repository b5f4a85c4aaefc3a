package pointillist

import "io"

// A Coding compresses answers, such as a content coding of HTTP. The engine
// knows none itself, and keeps what was compressed.
type Coding struct {
	Name   string // part of the ETag
	Writer func(io.Writer) io.WriteCloser
}
