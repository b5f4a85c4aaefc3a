package kernel

// InSet sets bit i of dst where bit codes[i] of the bitmap set is set: a
// filter on dictionary codes, once the filter has run over the dictionary. A
// code outside the set, a negative one included, is not in it.
func InSet[T Integer](dst []uint64, codes []T, set []uint64) {
	dst = dst[:Words(len(codes))]
	if words := uint64(highest[T]())/64 + 1; uint64(len(set)) > words {
		set = set[:words] // a negative code, read as unsigned, lies beyond
	}
	switch sizeOf[T]() {
	case 8:
		inSetGo(dst, as[uint64](codes), set)
	case 4:
		inSet32(dst, as[uint32](codes), set)
	case 2:
		inSet16(dst, as[uint16](codes), set)
	default:
		inSet8(dst, as[uint8](codes), set)
	}
}

func inSetGo[T ~uint8 | ~uint16 | ~uint32 | ~uint64](dst []uint64, codes []T, set []uint64) {
	for i := range dst {
		dst[i] = inSetWord(codes[i*64:min(i*64+64, len(codes))], set)
	}
}

//go:noinline
func inSetWord[T ~uint8 | ~uint16 | ~uint32 | ~uint64](codes []T, set []uint64) (word uint64) {
	for _, c := range codes {
		word >>= 1
		if at := uint64(c) / 64; at < uint64(len(set)) {
			word |= set[at] >> (c % 64) << 63
		}
	}
	return word >> (-len(codes) & 63)
}
