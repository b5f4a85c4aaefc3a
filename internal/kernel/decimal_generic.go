//go:build !amd64 || purego

package kernel

func scaleBlock(block *[decimalBlock]uint64, x []float64, scale int) (bad uint64, largest float64) {
	return scaleBlockGo(block, x, scale)
}
