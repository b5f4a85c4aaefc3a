//go:build amd64 && !purego

#include "textflag.h"

// A turn takes 64 bytes of each of the four quarters of a block: a CPU fetches
// from four places at once faster than from one, by a fifth where pages are
// small. The accumulators of the lowest values are Y0 to Y3, those of the highest
// Y4 to Y7; Y12 collects where one of two values is NaN, which the accumulators,
// as last source, let pass.
#define SPAN(quarter, LOAD, MIN, MAX, COMPARE, lo, hi) \
	LOAD    (quarter)(DX*1), Y8   \
	LOAD    32(quarter)(DX*1), Y9 \
	MIN     lo, Y8, lo            \
	MAX     hi, Y8, hi            \
	MIN     lo, Y9, lo            \
	MAX     hi, Y9, hi            \
	COMPARE $3, Y8, Y9, Y10       \
	VORPD   Y10, Y12, Y12

// QUARTERS has CX turns, and is the loop.
#define QUARTERS(LOAD, MIN, MAX, COMPARE) \
	SHLQ $6, CX                                  \
	LEAQ (SI)(CX*1), R8                          \
	LEAQ (R8)(CX*1), R9                          \
	LEAQ (R9)(CX*1), R10                         \
	XORL DX, DX                                  \
loop:                                            \
	SPAN(SI, LOAD, MIN, MAX, COMPARE, Y0, Y4)    \
	SPAN(R8, LOAD, MIN, MAX, COMPARE, Y1, Y5)    \
	SPAN(R9, LOAD, MIN, MAX, COMPARE, Y2, Y6)    \
	SPAN(R10, LOAD, MIN, MAX, COMPARE, Y3, Y7)   \
	ADDQ $64, DX                                 \
	CMPQ DX, CX                                  \
	JLT  loop

// INFINITIES fills the accumulators with +Inf and −Inf from X0 and X4.
#define INFINITIES(BROADCAST) \
	BROADCAST X0, Y0   \
	BROADCAST X4, Y4   \
	VMOVAPD   Y0, Y1   \
	VMOVAPD   Y0, Y2   \
	VMOVAPD   Y0, Y3   \
	VMOVAPD   Y4, Y5   \
	VMOVAPD   Y4, Y6   \
	VMOVAPD   Y4, Y7   \
	VXORPD    Y12, Y12, Y12

// FOLD leaves the extremes of each lane of X0 and X4, and OK says if Y12 is 0.
#define FOLD(MIN, MAX) \
	MIN Y1, Y0, Y0           \
	MIN Y3, Y2, Y2           \
	MIN Y2, Y0, Y0           \
	MAX Y5, Y4, Y4           \
	MAX Y7, Y6, Y6           \
	MAX Y6, Y4, Y4           \
	VEXTRACTF128 $1, Y0, X1  \
	VEXTRACTF128 $1, Y4, X5  \
	MIN X1, X0, X0           \
	MAX X5, X4, X4

// func spanFloat64AVX2(x *float64, turns int) (lo, hi float64, ok bool)
TEXT ·spanFloat64AVX2(SB), NOSPLIT, $0-33
	MOVQ  x+0(FP), SI
	MOVQ  turns+8(FP), CX
	MOVQ  $0x7FF0000000000000, AX // +Inf
	VMOVQ AX, X0
	MOVQ  $0xFFF0000000000000, AX // −Inf
	VMOVQ AX, X4
	INFINITIES(VBROADCASTSD)
	QUARTERS(VMOVUPD, VMINPD, VMAXPD, VCMPPD)

	FOLD(VMINPD, VMAXPD)
	VPERMILPD $1, X0, X1
	VMINSD    X1, X0, X0
	VPERMILPD $1, X4, X5
	VMAXSD    X5, X4, X4
	VMOVSD    X0, lo+16(FP)
	VMOVSD    X4, hi+24(FP)
	VPTEST    Y12, Y12
	SETEQ     ok+32(FP)
	VZEROUPPER
	RET

// func spanFloat32AVX2(x *float32, turns int) (lo, hi float32, ok bool)
TEXT ·spanFloat32AVX2(SB), NOSPLIT, $0-25
	MOVQ  x+0(FP), SI
	MOVQ  turns+8(FP), CX
	MOVL  $0x7F800000, AX // +Inf
	VMOVD AX, X0
	MOVL  $0xFF800000, AX // −Inf
	VMOVD AX, X4
	INFINITIES(VBROADCASTSS)
	QUARTERS(VMOVUPS, VMINPS, VMAXPS, VCMPPS)

	FOLD(VMINPS, VMAXPS)
	VPERMILPS $0x4E, X0, X1
	VMINPS    X1, X0, X0
	VPERMILPS $0xB1, X0, X1
	VMINSS    X1, X0, X0
	VPERMILPS $0x4E, X4, X5
	VMAXPS    X5, X4, X4
	VPERMILPS $0xB1, X4, X5
	VMAXSS    X5, X4, X4
	VMOVSS    X0, lo+16(FP)
	VMOVSS    X4, hi+20(FP)
	VPTEST    Y12, Y12
	SETEQ     ok+24(FP)
	VZEROUPPER
	RET

#define EQUAL64(offset, to) \
	VCMPPD    $0, offset(SI), Y0, Y1 \
	VMOVMSKPD Y1, to

// func indexFloat64AVX2(x *float64, groups int, v float64) int
TEXT ·indexFloat64AVX2(SB), NOSPLIT, $0-32
	MOVQ         x+0(FP), SI
	MOVQ         groups+8(FP), CX
	VBROADCASTSD v+16(FP), Y0
	XORL         AX, AX

loop:
	EQUAL64(0, R8)
	EQUAL64(32, R9)
	EQUAL64(64, R10)
	EQUAL64(96, R11)
	SHLL $4, R9
	SHLL $8, R10
	SHLL $12, R11
	ORL  R9, R8
	ORL  R11, R10
	ORL  R10, R8
	JNZ  found
	ADDQ $128, SI
	ADDQ $16, AX
	DECQ CX
	JNZ  loop
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET

found:
	BSFL R8, R8
	ADDQ R8, AX
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET

#define EQUAL32(offset, to) \
	VCMPPS    $0, offset(SI), Y0, Y1 \
	VMOVMSKPS Y1, to

// func indexFloat32AVX2(x *float32, groups int, v float32) int
TEXT ·indexFloat32AVX2(SB), NOSPLIT, $0-32
	MOVQ         x+0(FP), SI
	MOVQ         groups+8(FP), CX
	VBROADCASTSS v+16(FP), Y0
	XORL         AX, AX

loop:
	EQUAL32(0, R8)
	EQUAL32(32, R9)
	EQUAL32(64, R10)
	EQUAL32(96, R11)
	SHLL $8, R9
	SHLL $16, R10
	SHLL $24, R11
	ORL  R9, R8
	ORL  R11, R10
	ORL  R10, R8
	JNZ  found
	ADDQ $128, SI
	ADDQ $32, AX
	DECQ CX
	JNZ  loop
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET

found:
	BSFL R8, R8
	ADDQ R8, AX
	MOVQ AX, ret+24(FP)
	VZEROUPPER
	RET
