//go:build !amd64 || purego

package kernel

func inSet8(dst []uint64, codes []uint8, set []uint64)   { inSetGo(dst, codes, set) }
func inSet16(dst []uint64, codes []uint16, set []uint64) { inSetGo(dst, codes, set) }
func inSet32(dst []uint64, codes []uint32, set []uint64) { inSetGo(dst, codes, set) }
