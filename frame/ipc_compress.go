package frame

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/pointillist-go/pointillist/internal/arrowmeta"
)

// decompress undoes the compression of one buffer: eight bytes with its real
// length, or −1 if it is not compressed after all, then the frame.
func (b *ipcBody) decompress(src []byte) []byte {
	if len(src) < 8 {
		broken("a compressed buffer of %d bytes", len(src))
	}
	size := int64(binary.LittleEndian.Uint64(src))
	src = src[8:]
	if size == -1 {
		return src
	}
	if size < 0 || size > *b.room {
		broken("a buffer of %d bytes when decompressed: %w", size, ErrTooLarge)
	}
	*b.room -= size
	r, err := decompressor(b.batch.Codec, src)
	if err != nil {
		broken("%w", err)
	}
	dst := make([]byte, size)
	if _, err := io.ReadFull(r, dst); err != nil {
		broken("decompressing %d bytes: %w", size, err)
	}
	return dst
}

func decompressor(codec int, src []byte) (io.Reader, error) {
	switch codec {
	case arrowmeta.LZ4:
		return lz4.NewReader(bytes.NewReader(src)), nil
	case arrowmeta.ZSTD:
		return zstd.NewReader(bytes.NewReader(src), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	}
	broken("codec %d is not known", codec)
	return nil, nil
}
