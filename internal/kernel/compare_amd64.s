//go:build amd64 && !purego

#include "textflag.h"

// Each function writes one word of 64 rows a turn: DI dst, SI x, CX words
// left, R9 the word, Y0 bias or lo, Y1 limit or hi.

#define ARGS \
	MOVQ dst+0(FP), DI    \
	MOVQ x+8(FP), SI      \
	MOVQ words+16(FP), CX

// NEXT stores the word and steps over the bytes of its rows.
#define NEXT(bytes, loop) \
	MOVQ R9, (DI)    \
	ADDQ $8, DI      \
	ADDQ $bytes, SI  \
	DECQ CX          \
	JNZ  loop        \
	VZEROUPPER       \
	RET

// MERGE puts the bits of R8 at shift in the word.
#define MERGE(shift) \
	SHLQ $shift, R8  \
	ORQ  R8, R9

// func within8AVX2(dst *uint64, x *uint8, words int, bias, limit uint8)
TEXT ·within8AVX2(SB), NOSPLIT, $0-26
	ARGS
	VPBROADCASTB bias+24(FP), Y0
	VPBROADCASTB limit+25(FP), Y1

loop:
	VPADDB    (SI), Y0, Y2
	VPADDB    32(SI), Y0, Y3
	VPCMPGTB  Y1, Y2, Y2
	VPCMPGTB  Y1, Y3, Y3
	VPMOVMSKB Y2, R9
	VPMOVMSKB Y3, R8
	MERGE(32)
	NOTQ      R9
	NEXT(64, loop)

// WITHIN16 compares 32 rows. Packing works within lanes, hence VPERMQ.
#define WITHIN16(offset, to) \
	VPADDW    offset(SI), Y0, Y2      \
	VPADDW    (offset+32)(SI), Y0, Y3 \
	VPCMPGTW  Y1, Y2, Y2              \
	VPCMPGTW  Y1, Y3, Y3              \
	VPACKSSWB Y3, Y2, Y2              \
	VPERMQ    $0xD8, Y2, Y2           \
	VPMOVMSKB Y2, to

// func within16AVX2(dst *uint64, x *uint16, words int, bias, limit uint16)
TEXT ·within16AVX2(SB), NOSPLIT, $0-28
	ARGS
	VPBROADCASTW bias+24(FP), Y0
	VPBROADCASTW limit+26(FP), Y1

loop:
	WITHIN16(0, R9)
	WITHIN16(64, R8)
	MERGE(32)
	NOTQ R9
	NEXT(128, loop)

#define WITHIN32(offset, shift) \
	VPADDD    offset(SI), Y0, Y2 \
	VPCMPGTD  Y1, Y2, Y2         \
	VMOVMSKPS Y2, R8             \
	MERGE(shift)

// func within32AVX2(dst *uint64, x *uint32, words int, bias, limit uint32)
TEXT ·within32AVX2(SB), NOSPLIT, $0-32
	ARGS
	VBROADCASTSS bias+24(FP), Y0
	VBROADCASTSS limit+28(FP), Y1

loop:
	XORL R9, R9
	WITHIN32(0, 0)
	WITHIN32(32, 8)
	WITHIN32(64, 16)
	WITHIN32(96, 24)
	WITHIN32(128, 32)
	WITHIN32(160, 40)
	WITHIN32(192, 48)
	WITHIN32(224, 56)
	NOTQ R9
	NEXT(256, loop)

#define WITHIN64(offset, shift) \
	VPADDQ    offset(SI), Y0, Y2 \
	VPCMPGTQ  Y1, Y2, Y2         \
	VMOVMSKPD Y2, R8             \
	MERGE(shift)

// func within64AVX2(dst *uint64, x *uint64, words int, bias, limit uint64)
TEXT ·within64AVX2(SB), NOSPLIT, $0-40
	ARGS
	VPBROADCASTQ bias+24(FP), Y0
	VPBROADCASTQ limit+32(FP), Y1

loop:
	XORL R9, R9
	WITHIN64(0, 0)
	WITHIN64(32, 4)
	WITHIN64(64, 8)
	WITHIN64(96, 12)
	WITHIN64(128, 16)
	WITHIN64(160, 20)
	WITHIN64(192, 24)
	WITHIN64(224, 28)
	WITHIN64(256, 32)
	WITHIN64(288, 36)
	WITHIN64(320, 40)
	WITHIN64(352, 44)
	WITHIN64(384, 48)
	WITHIN64(416, 52)
	WITHIN64(448, 56)
	WITHIN64(480, 60)
	NOTQ R9
	NEXT(512, loop)

// The predicates are false for NaN: lo LE_OQ x and hi GE_OQ x.
#define LE $0x12
#define GE $0x1D

#define BETWEEN32(offset, shift) \
	VCMPPS    LE, offset(SI), Y0, Y2 \
	VCMPPS    GE, offset(SI), Y1, Y3 \
	VANDPS    Y3, Y2, Y2             \
	VMOVMSKPS Y2, R8                 \
	MERGE(shift)

// func betweenFloat32AVX2(dst *uint64, x *float32, words int, lo, hi float32)
TEXT ·betweenFloat32AVX2(SB), NOSPLIT, $0-32
	ARGS
	VBROADCASTSS lo+24(FP), Y0
	VBROADCASTSS hi+28(FP), Y1

loop:
	XORL R9, R9
	BETWEEN32(0, 0)
	BETWEEN32(32, 8)
	BETWEEN32(64, 16)
	BETWEEN32(96, 24)
	BETWEEN32(128, 32)
	BETWEEN32(160, 40)
	BETWEEN32(192, 48)
	BETWEEN32(224, 56)
	NEXT(256, loop)

#define BETWEEN64(offset, shift) \
	VCMPPD    LE, offset(SI), Y0, Y2 \
	VCMPPD    GE, offset(SI), Y1, Y3 \
	VANDPD    Y3, Y2, Y2             \
	VMOVMSKPD Y2, R8                 \
	MERGE(shift)

// func betweenFloat64AVX2(dst *uint64, x *float64, words int, lo, hi float64)
TEXT ·betweenFloat64AVX2(SB), NOSPLIT, $0-40
	ARGS
	VBROADCASTSD lo+24(FP), Y0
	VBROADCASTSD hi+32(FP), Y1

loop:
	XORL R9, R9
	BETWEEN64(0, 0)
	BETWEEN64(32, 4)
	BETWEEN64(64, 8)
	BETWEEN64(96, 12)
	BETWEEN64(128, 16)
	BETWEEN64(160, 20)
	BETWEEN64(192, 24)
	BETWEEN64(224, 28)
	BETWEEN64(256, 32)
	BETWEEN64(288, 36)
	BETWEEN64(320, 40)
	BETWEEN64(352, 44)
	BETWEEN64(384, 48)
	BETWEEN64(416, 52)
	BETWEEN64(448, 56)
	BETWEEN64(480, 60)
	NEXT(512, loop)
