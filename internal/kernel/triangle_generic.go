//go:build !amd64 || purego

package kernel

func sumFromFloat64(x []float64, a float64) float64 { return sumFromGo(x, a) }
func sumFromFloat32(x []float32, a float64) float64 { return sumFromGo(x, a) }

func largestFloat64Float64(t *Triangle, x []float64, y []float64) int { return largestGo(t, x, y) }
func largestFloat64Float32(t *Triangle, x []float64, y []float32) int { return largestGo(t, x, y) }
func largestFloat32Float64(t *Triangle, x []float32, y []float64) int { return largestGo(t, x, y) }
func largestFloat32Float32(t *Triangle, x []float32, y []float32) int { return largestGo(t, x, y) }
