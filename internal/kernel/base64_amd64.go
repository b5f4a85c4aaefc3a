//go:build amd64 && !purego

package kernel

//go:noescape
func encodeBase64AVX2(dst, src *byte, steps int)

//go:noescape
func encodeBase64AVX512(dst, src *byte, steps int)

func encodeBase64(dst, src []byte) int {
	done := 0
	switch {
	case useAVX512 && len(src) >= 64: // a step encodes 48 bytes of the 64 it reads
		steps := (len(src)-64)/48 + 1
		encodeBase64AVX512(&dst[0], &src[0], steps)
		done = steps * 48
	case useAVX2 && len(src) >= 28: // a step encodes 24 bytes of the 28 it reads
		steps := (len(src)-28)/24 + 1
		encodeBase64AVX2(&dst[0], &src[0], steps)
		done = steps * 24
	}
	return done + encodeBase64Go(dst[done/3*4:], src[done:])
}
