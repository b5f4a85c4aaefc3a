package reduce

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/pointillist-go/pointillist/decimate"
)

// errIndex is the error of bytes that are no index of a subject.
var errIndex = errors.New("reduce: not the bytes of an index of these rows")

// What the bytes of an index are of. They are followed by those of decimate, and by
// a checksum of all before it.
const (
	ofUnsorted = iota // a line whose x decreases: nothing
	ofLine
	ofMarkers
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendBinary appends the bytes of the index to dst, for [ReadIndex]. They hold for
// one [IndexVersion].
func (i *Index) AppendBinary(dst []byte) []byte {
	from := len(dst)
	switch {
	case i.line != nil:
		dst = i.line.AppendBinary(append(dst, ofLine))
	case i.tiles != nil:
		dst = i.tiles.AppendBinary(append(dst, ofMarkers))
	default:
		dst = append(dst, ofUnsorted)
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[from:], castagnoli))
}

// ReadIndex returns the index whose bytes AppendBinary appended, or an error if they
// are damaged, or of another number of rows, or of another sort than the subject.
func ReadIndex(b []byte, s Subject) (i *Index, err error) {
	sum := len(b) - crc32.Size
	if sum < 1 || crc32.Checksum(b[:sum], castagnoli) != binary.LittleEndian.Uint32(b[sum:]) {
		return nil, errIndex
	}
	i = &Index{}
	rows := s.Rows.Len()
	switch kind, body := b[0], b[1:sum]; {
	case kind == ofUnsorted && s.Line:
		return i, nil
	case kind == ofLine && s.Line:
		if i.line, err = decimate.ReadPyramid(body); err == nil && i.line.Len() == rows {
			return i, nil
		}
	case kind == ofMarkers && !s.Line:
		if i.tiles, err = decimate.ReadTiles(body); err == nil && i.tiles.Len() == rows {
			return i, nil
		}
	}
	return nil, errors.Join(errIndex, err)
}
