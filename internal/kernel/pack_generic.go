//go:build !amd64 || purego

package kernel

func pack64(dst, src, mask []uint64) int          { return packGo(dst, src, mask) }
func pack32(dst, src []uint32, mask []uint64) int { return packGo(dst, src, mask) }
func pack16(dst, src []uint16, mask []uint64) int { return packGo(dst, src, mask) }
func pack8(dst, src []uint8, mask []uint64) int   { return packGo(dst, src, mask) }

func fillNaN(dst, src []float64, valid []uint64) { fillNaNGo(dst, src, valid) }
