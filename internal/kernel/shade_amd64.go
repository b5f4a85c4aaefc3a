//go:build amd64 && !purego

package kernel

import "unsafe"

// shadeAVX2 takes a strip whose first cell in its first row is *through, and bit
// shift of *lit; mask has a bit for each column.
//
//go:noescape
func shadeAVX2(through *float32, lit *byte, words int, shift int, mask int, s *Strip, r *Rim)

func shade(through []float32, lit []uint64, words int, s *Strip, r *Rim) {
	if !useAVX2 {
		shadeGo(through, lit, words, s, r)
		return
	}
	first := s.Row*words*64 + s.Column
	bytes := (*byte)(unsafe.Pointer(&lit[s.Row*words])) // little-endian, as in all of amd64
	lit8 := (*byte)(unsafe.Add(unsafe.Pointer(bytes), s.Column>>3))
	shadeAVX2(&through[first], lit8, words, s.Column&7, 1<<s.Columns-1, s, r)
}
