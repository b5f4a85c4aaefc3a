//go:build !amd64 || purego

package kernel

func minMaxFloat64(x []float64) (lo, hi float64) { return minMaxGo(x) }
