package redis

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A chunk that has as many bytes as it stands for is as it is, and one that has
// fewer is compressed: nothing else tells them apart.

var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false)) // the digest is one
	if err != nil {
		panic(err) // for bad options only
	}
	return e
})

var decoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(chunkBytes), zstd.WithDecoderConcurrency(0))
	if err != nil {
		panic(err) // for bad options only
	}
	return d
})

// compressed returns b compressed, or b where that is no smaller.
func compressed(b []byte) []byte {
	if c := encoder().EncodeAll(b, make([]byte, 0, len(b))); len(c) < len(b) {
		return c
	}
	return b
}

// decompress has dst be what its first n bytes stand for. They were verified.
func decompress(dst []byte, n int64) error {
	if n == int64(len(dst)) {
		return nil
	}
	buffer := buffers.Get().(*[chunkBytes]byte)
	defer buffers.Put(buffer)
	out, err := decoder().DecodeAll(buffer[:copy(buffer[:], dst[:n])], dst[:0:len(dst)])
	if err == nil && len(out) != len(dst) {
		err = fmt.Errorf("%d bytes where %d were compressed", len(out), len(dst))
	}
	return err
}
