//go:build !amd64 || purego

package kernel

func extremesFloat64(x []float64) (low, high, n int) { return extremesGo(x) }
func extremesFloat32(x []float32) (low, high, n int) { return extremesGo(x) }
