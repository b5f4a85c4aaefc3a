//go:build amd64 && !purego

#include "textflag.h"

// Each function writes one word of 64 rows a turn: DI dst, SI codes, CX words
// left, R9 the word, Y0 the set, Y1 all 7, Y2 all 31.

#define ARGS \
	MOVQ     dst+0(FP), DI    \
	MOVQ     codes+8(FP), SI  \
	MOVQ     words+16(FP), CX \
	MOVQ     set+24(FP), AX   \
	VMOVDQU  (AX), Y0         \
	VPCMPEQD Y1, Y1, Y1       \
	VPSRLD   $27, Y1, Y2      \
	VPSRLD   $29, Y1, Y1

// LOOKUP takes the 32 bits of the set that each code of Y3 is in, shifts its
// bit up to the sign, and merges the 8 signs into the word, but for codes of
// 256 and more.
#define LOOKUP(shift) \
	VPSRLD    $5, Y3, Y4  \
	VPANDN    Y2, Y3, Y5 \
	VPERMD    Y0, Y4, Y6  \
	VPSLLVD   Y5, Y6, Y6  \
	VPCMPGTD  Y1, Y4, Y4  \
	VPANDN    Y6, Y4, Y6  \
	VMOVMSKPS Y6, R8      \
	SHLQ      $shift, R8  \
	ORQ       R8, R9

#define NEXT(bytes, loop) \
	MOVQ R9, (DI)    \
	ADDQ $8, DI      \
	ADDQ $bytes, SI  \
	DECQ CX          \
	JNZ  loop        \
	VZEROUPPER       \
	RET

// func inSet8AVX2(dst *uint64, codes *uint8, words int, set *uint64)
TEXT ·inSet8AVX2(SB), NOSPLIT, $0-32
	ARGS

loop:
	XORL      R9, R9
	VPMOVZXBD (SI), Y3
	LOOKUP(0)
	VPMOVZXBD 8(SI), Y3
	LOOKUP(8)
	VPMOVZXBD 16(SI), Y3
	LOOKUP(16)
	VPMOVZXBD 24(SI), Y3
	LOOKUP(24)
	VPMOVZXBD 32(SI), Y3
	LOOKUP(32)
	VPMOVZXBD 40(SI), Y3
	LOOKUP(40)
	VPMOVZXBD 48(SI), Y3
	LOOKUP(48)
	VPMOVZXBD 56(SI), Y3
	LOOKUP(56)
	NEXT(64, loop)

// func inSet16AVX2(dst *uint64, codes *uint16, words int, set *uint64)
TEXT ·inSet16AVX2(SB), NOSPLIT, $0-32
	ARGS

loop:
	XORL      R9, R9
	VPMOVZXWD (SI), Y3
	LOOKUP(0)
	VPMOVZXWD 16(SI), Y3
	LOOKUP(8)
	VPMOVZXWD 32(SI), Y3
	LOOKUP(16)
	VPMOVZXWD 48(SI), Y3
	LOOKUP(24)
	VPMOVZXWD 64(SI), Y3
	LOOKUP(32)
	VPMOVZXWD 80(SI), Y3
	LOOKUP(40)
	VPMOVZXWD 96(SI), Y3
	LOOKUP(48)
	VPMOVZXWD 112(SI), Y3
	LOOKUP(56)
	NEXT(128, loop)

// func inSet32AVX2(dst *uint64, codes *uint32, words int, set *uint64)
TEXT ·inSet32AVX2(SB), NOSPLIT, $0-32
	ARGS

loop:
	XORL    R9, R9
	VMOVDQU (SI), Y3
	LOOKUP(0)
	VMOVDQU 32(SI), Y3
	LOOKUP(8)
	VMOVDQU 64(SI), Y3
	LOOKUP(16)
	VMOVDQU 96(SI), Y3
	LOOKUP(24)
	VMOVDQU 128(SI), Y3
	LOOKUP(32)
	VMOVDQU 160(SI), Y3
	LOOKUP(40)
	VMOVDQU 192(SI), Y3
	LOOKUP(48)
	VMOVDQU 224(SI), Y3
	LOOKUP(56)
	NEXT(256, loop)
