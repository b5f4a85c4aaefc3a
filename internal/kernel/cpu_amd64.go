//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// What the CPU has, asked once. Only tests change them.
var (
	useAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasPOPCNT

	// useAVX512 asks for what Ice Lake, Zen 4 and later have together: byte
	// compression and permutation.
	useAVX512 = useAVX2 && cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW &&
		cpu.X86.HasAVX512VL && cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512VBMI2
)
