package arrowmeta

import (
	"encoding/binary"
	"fmt"
)

// CheckSchema checks a schema message as a stream begins with it: length, then
// metadata. Other files (Parquet) carry one so.
func CheckSchema(stream []byte) error {
	const continuation = 0xFFFFFFFF
	if len(stream) >= 8 && binary.LittleEndian.Uint32(stream) == continuation {
		stream = stream[4:]
	}
	if len(stream) < 4 {
		return fmt.Errorf("%w: a schema of %d bytes", ErrCorrupt, len(stream))
	}
	size := binary.LittleEndian.Uint32(stream)
	if uint64(size) > uint64(len(stream)-4) {
		return fmt.Errorf("%w: a schema of %d bytes, but %d are left", ErrCorrupt, size, len(stream)-4)
	}
	m, err := Parse(stream[4 : 4+size])
	if err == nil && (m.Kind != Schema || m.BodyBytes != 0) {
		err = fmt.Errorf("%w: a message of kind %d and %d bytes, want a schema", ErrCorrupt, m.Kind, m.BodyBytes)
	}
	return err
}
