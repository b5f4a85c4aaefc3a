package kernel

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
)

// AppendBase64 appends src in base64 (RFC 4648, standard alphabet, padded)
// and returns the extended slice. It allocates at most once, and not at all
// if dst has room for 4*⌈len(src)/3⌉ more bytes. A caller that writes in
// pieces passes multiples of 3 bytes until the last one.
func AppendBase64(dst, src []byte) []byte {
	n := base64.StdEncoding.EncodedLen(len(src))
	dst = slices.Grow(dst, n)
	to := dst[len(dst) : len(dst)+n]
	done := encodeBase64(to, src)
	base64.StdEncoding.Encode(to[done/3*4:], src[done:])
	return dst[:len(dst)+n]
}

// base64Pairs holds two characters for each 12 bits, the first one lowest.
var base64Pairs = func() (pairs [1 << 12]uint16) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range pairs {
		pairs[i] = uint16(alphabet[i>>6]) | uint16(alphabet[i&63])<<8
	}
	return pairs
}()

// encodeBase64Go encodes as much of src as whole steps allow and returns how
// many bytes that was, a multiple of 3.
func encodeBase64Go(dst, src []byte) int {
	done := 0
	for len(src)-done >= 26 { // 24 bytes are used
		from, to := (*[26]byte)(src[done:]), (*[32]byte)(dst[done/3*4:])
		base64Six((*[8]byte)(to[0:]), binary.BigEndian.Uint64(from[0:]))
		base64Six((*[8]byte)(to[8:]), binary.BigEndian.Uint64(from[6:]))
		base64Six((*[8]byte)(to[16:]), binary.BigEndian.Uint64(from[12:]))
		base64Six((*[8]byte)(to[24:]), binary.BigEndian.Uint64(from[18:]))
		done += 24
	}
	return done
}

// base64Six encodes the first six bytes of v. Four stores are faster than the
// shifts that would make one of them.
func base64Six(dst *[8]byte, v uint64) {
	binary.LittleEndian.PutUint16(dst[0:], base64Pairs[v>>52])
	binary.LittleEndian.PutUint16(dst[2:], base64Pairs[v>>40&0xfff])
	binary.LittleEndian.PutUint16(dst[4:], base64Pairs[v>>28&0xfff])
	binary.LittleEndian.PutUint16(dst[6:], base64Pairs[v>>16&0xfff])
}
