//go:build amd64 && !purego

package kernel

//go:noescape
func scaleBlockAVX2(block *uint64, x *float64, pow, least float64) (bad uint64, largest float64)

func scaleBlock(block *[decimalBlock]uint64, x []float64, scale int) (bad uint64, largest float64) {
	if useAVX2 && len(x) == decimalBlock {
		return scaleBlockAVX2(&block[0], &x[0], pow10[scale], leastScaled[scale])
	}
	return scaleBlockGo(block, x, scale)
}
