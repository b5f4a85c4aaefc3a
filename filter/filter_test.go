package filter

import "testing"

func TestRunAgainstReference(t *testing.T) {
	for seed := range uint64(300) {
		checkAgainstReference(t, seed, 150)
	}
}

func FuzzRun(f *testing.F) {
	f.Add(uint64(1000), uint16(10))
	f.Add(uint64(1001), uint16(9000))
	f.Fuzz(func(t *testing.T, seed uint64, rows uint16) {
		checkAgainstReference(t, seed, int(rows)%10000)
	})
}
