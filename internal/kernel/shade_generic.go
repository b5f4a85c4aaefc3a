//go:build !amd64 || purego

package kernel

func shade(through []float32, lit []uint64, words int, s *Strip, r *Rim) {
	shadeGo(through, lit, words, s, r)
}
