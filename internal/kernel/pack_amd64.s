//go:build amd64 && !purego

#include "textflag.h"

// Each function packs one word of 64 elements a turn: DI dst, SI src, BX
// mask, CX words left, R9 what is left of the word. Every store is of a whole
// register, and DI then moves by the number of elements kept.

#define ARGS \
	MOVQ dst+0(FP), DI    \
	MOVQ src+8(FP), SI    \
	MOVQ mask+16(FP), BX  \
	MOVQ words+24(FP), CX \
	MOVQ DI, DX

// RETURN gives the number of elements of 1<<shift bytes written.
#define RETURN(shift, result) \
	SUBQ DX, DI        \
	SHRQ $shift, DI    \
	MOVQ DI, result    \
	VZEROUPPER         \
	RET

#define FOUR(offset) \
	MOVL      R9, R8              \
	ANDL      $15, R8             \
	VPMOVZXBD (AX)(R8*8), Y0      \
	VPERMD    offset(SI), Y0, Y1  \
	VMOVDQU   Y1, (DI)            \
	POPCNTL   R8, R8              \
	LEAQ      (DI)(R8*8), DI      \
	SHRQ      $4, R9

// func pack64AVX2(dst, src, mask *uint64, words int, lanes *uint64) int
TEXT ·pack64AVX2(SB), NOSPLIT, $0-48
	ARGS
	MOVQ lanes+32(FP), AX

loop:
	MOVQ  (BX), R9
	TESTQ R9, R9
	JZ    next
	FOUR(0)
	FOUR(32)
	FOUR(64)
	FOUR(96)
	FOUR(128)
	FOUR(160)
	FOUR(192)
	FOUR(224)
	FOUR(256)
	FOUR(288)
	FOUR(320)
	FOUR(352)
	FOUR(384)
	FOUR(416)
	FOUR(448)
	FOUR(480)

next:
	ADDQ $8, BX
	ADDQ $512, SI
	DECQ CX
	JNZ  loop
	RETURN(3, ret+40(FP))

#define EIGHT(offset) \
	MOVBLZX   R9, R8              \
	VPMOVZXBD (AX)(R8*8), Y0      \
	VPERMD    offset(SI), Y0, Y1  \
	VMOVDQU   Y1, (DI)            \
	POPCNTL   R8, R8              \
	LEAQ      (DI)(R8*4), DI      \
	SHRQ      $8, R9

// func pack32AVX2(dst, src *uint32, mask *uint64, words int, lanes *uint64) int
TEXT ·pack32AVX2(SB), NOSPLIT, $0-48
	ARGS
	MOVQ lanes+32(FP), AX

loop:
	MOVQ  (BX), R9
	TESTQ R9, R9
	JZ    next
	EIGHT(0)
	EIGHT(32)
	EIGHT(64)
	EIGHT(96)
	EIGHT(128)
	EIGHT(160)
	EIGHT(192)
	EIGHT(224)

next:
	ADDQ $8, BX
	ADDQ $256, SI
	DECQ CX
	JNZ  loop
	RETURN(2, ret+40(FP))

#define COMPRESS16(offset) \
	KMOVD      R9, K1             \
	VMOVDQU16  offset(SI), Z0     \
	VPCOMPRESSW Z0, K1, Z1        \
	VMOVDQU16  Z1, (DI)           \
	POPCNTL    R9, R8             \
	LEAQ       (DI)(R8*2), DI     \
	SHRQ       $32, R9

// func pack16AVX512(dst, src *uint16, mask *uint64, words int) int
TEXT ·pack16AVX512(SB), NOSPLIT, $0-40
	ARGS

loop:
	MOVQ (BX), R9
	COMPRESS16(0)
	COMPRESS16(64)
	ADDQ $8, BX
	ADDQ $128, SI
	DECQ CX
	JNZ  loop
	RETURN(1, ret+32(FP))

// func pack8AVX512(dst, src *uint8, mask *uint64, words int) int
TEXT ·pack8AVX512(SB), NOSPLIT, $0-40
	ARGS

loop:
	MOVQ        (BX), R9
	KMOVQ       R9, K1
	VMOVDQU8    (SI), Z0
	VPCOMPRESSB Z0, K1, Z1
	VMOVDQU8    Z1, (DI)
	POPCNTQ     R9, R8
	ADDQ        R8, DI
	ADDQ        $8, BX
	ADDQ        $64, SI
	DECQ        CX
	JNZ         loop
	RETURN(0, ret+32(FP))

// bit<> shifts bits 0 to 3 of a word up to the sign.
DATA bit<>+0(SB)/8, $63
DATA bit<>+8(SB)/8, $62
DATA bit<>+16(SB)/8, $61
DATA bit<>+24(SB)/8, $60
GLOBL bit<>(SB), RODATA|NOPTR, $32

#define FILL(offset) \
	VPSLLVQ   Y0, Y2, Y3               \
	VBLENDVPD Y3, offset(SI), Y1, Y3   \
	VMOVUPD   Y3, offset(DI)           \
	VPSRLQ    $4, Y2, Y2

// func fillNaNAVX2(dst, src *float64, valid *uint64, words int)
TEXT ·fillNaNAVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         src+8(FP), SI
	MOVQ         valid+16(FP), BX
	MOVQ         words+24(FP), CX
	VMOVDQU      bit<>(SB), Y0
	MOVQ         $0x7FF8000000000001, AX // math.NaN()
	VMOVQ        AX, X1
	VPBROADCASTQ X1, Y1

loop:
	VPBROADCASTQ (BX), Y2
	FILL(0)
	FILL(32)
	FILL(64)
	FILL(96)
	FILL(128)
	FILL(160)
	FILL(192)
	FILL(224)
	FILL(256)
	FILL(288)
	FILL(320)
	FILL(352)
	FILL(384)
	FILL(416)
	FILL(448)
	FILL(480)
	ADDQ $8, BX
	ADDQ $512, SI
	ADDQ $512, DI
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET
