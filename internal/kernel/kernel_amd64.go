//go:build amd64 && !purego

package kernel

func betweenFloat64(dst []uint64, x []float64, lo, hi float64) { betweenGo(dst, x, lo, hi) }
func betweenFloat32(dst []uint64, x []float32, lo, hi float32) { betweenGo(dst, x, lo, hi) }
func within64(dst, x []uint64, lo, span uint64)                { withinGo(dst, x, lo, span) }
func within32(dst []uint64, x []uint32, lo, span uint32)       { withinGo(dst, x, lo, span) }
func within16(dst []uint64, x []uint16, lo, span uint16)       { withinGo(dst, x, lo, span) }
func within8(dst []uint64, x []uint8, lo, span uint8)          { within8Go(dst, x, lo, span) }
func pack64(dst, src, mask []uint64) int                       { return packGo(dst, src, mask) }
func pack32(dst, src []uint32, mask []uint64) int              { return packGo(dst, src, mask) }
func fillNaN(dst, src []float64, valid []uint64)               { fillNaNGo(dst, src, valid) }
func encodeBase64(dst, src []byte) int                         { return encodeBase64Go(dst, src) }
func minMaxFloat64(x []float64) (lo, hi float64)               { return minMaxGo(x) }
func argMinMaxFloat64(x []float64) (argmin, argmax int)        { return argMinMaxGo(x) }
