//go:build !amd64 || purego

package kernel

func within8(dst []uint64, x []uint8, lo, span uint8)    { within8Go(dst, x, lo, span) }
func within16(dst []uint64, x []uint16, lo, span uint16) { withinGo(dst, x, lo, span) }
func within32(dst []uint64, x []uint32, lo, span uint32) { withinGo(dst, x, lo, span) }
func within64(dst, x []uint64, lo, span uint64)          { withinGo(dst, x, lo, span) }

func betweenFloat32(dst []uint64, x []float32, lo, hi float32) { betweenGo(dst, x, lo, hi) }
func betweenFloat64(dst []uint64, x []float64, lo, hi float64) { betweenGo(dst, x, lo, hi) }
