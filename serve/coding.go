package serve

import (
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A Coding is a content coding of RFC 9110.
type Coding string

// The codings that a handler can be configured with.
const (
	Identity Coding = "identity"
	Gzip     Coding = "gzip"
	Zstd     Coding = "zstd"
	Brotli   Coding = "br"
)

// A compressor writes what is written to it, compressed, to where it was last
// reset to.
type compressor interface {
	io.WriteCloser
	Reset(w io.Writer)
}

// compressors are kept, since each has about a megabyte of tables. All are set
// to what costs least: compressing takes many times as long as making the
// figure. The settings are valid, so making them does not fail.
var compressors = map[Coding]*sync.Pool{
	Gzip: {New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }},
	Zstd: {New: func() any {
		z, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
		return z
	}},
	Brotli: {New: func() any { return brotli.NewWriterLevel(nil, brotli.BestSpeed) }},
}

// writer returns a writer that compresses into w. It must be closed.
func (c Coding) writer(w io.Writer) io.WriteCloser {
	if c == Identity {
		return uncompressed{w}
	}
	z := compressors[c].Get().(compressor)
	z.Reset(w)
	return &pooledCompressor{z, compressors[c]}
}

// uncompressed has nothing to close.
type uncompressed struct{ io.Writer }

func (uncompressed) Close() error { return nil }

// A pooledCompressor goes back to its pool when it is closed.
type pooledCompressor struct {
	compressor
	pool *sync.Pool
}

// Close writes what is left, and gives the compressor back.
func (p *pooledCompressor) Close() error {
	err := p.compressor.Close()
	p.Reset(io.Discard)
	p.pool.Put(p.compressor)
	return err
}
