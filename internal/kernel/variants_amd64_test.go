//go:build amd64 && !purego

package kernel

// variants runs run once for each variant of the loops this CPU has.
func variants(run func(name string)) {
	avx2, avx512 := useAVX2, useAVX512
	defer func() { useAVX2, useAVX512 = avx2, avx512 }()
	if avx512 {
		run("avx512")
	}
	useAVX512 = false
	if avx2 {
		run("avx2")
	}
	useAVX2 = false
	run("go")
}
