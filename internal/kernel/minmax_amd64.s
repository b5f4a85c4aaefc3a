//go:build amd64 && !purego

#include "textflag.h"

// With the accumulator as last source, VMINPD keeps it where x is NaN.
#define MINMAX(offset, lo, hi) \
	VMOVUPD offset(SI), Y8 \
	VMINPD  lo, Y8, lo     \
	VMAXPD  hi, Y8, hi

// func minMaxFloat64AVX2(x *float64, groups int) (lo, hi float64)
TEXT ·minMaxFloat64AVX2(SB), NOSPLIT, $0-32
	MOVQ         x+0(FP), SI
	MOVQ         groups+8(FP), CX
	MOVQ         $0x7FF0000000000000, AX // +Inf
	VMOVQ        AX, X0
	VPBROADCASTQ X0, Y0
	VMOVAPD      Y0, Y1
	VMOVAPD      Y0, Y2
	VMOVAPD      Y0, Y3
	MOVQ         $0xFFF0000000000000, AX // −Inf
	VMOVQ        AX, X4
	VPBROADCASTQ X4, Y4
	VMOVAPD      Y4, Y5
	VMOVAPD      Y4, Y6
	VMOVAPD      Y4, Y7

loop:
	MINMAX(0, Y0, Y4)
	MINMAX(32, Y1, Y5)
	MINMAX(64, Y2, Y6)
	MINMAX(96, Y3, Y7)
	ADDQ $128, SI
	DECQ CX
	JNZ  loop

	VMINPD       Y1, Y0, Y0
	VMINPD       Y3, Y2, Y2
	VMINPD       Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VMINPD       X1, X0, X0
	VPERMILPD    $1, X0, X1
	VMINSD       X1, X0, X0
	VMAXPD       Y5, Y4, Y4
	VMAXPD       Y7, Y6, Y6
	VMAXPD       Y6, Y4, Y4
	VEXTRACTF128 $1, Y4, X5
	VMAXPD       X5, X4, X4
	VPERMILPD    $1, X4, X5
	VMAXSD       X5, X4, X4
	VMOVSD       X0, lo+16(FP)
	VMOVSD       X4, hi+24(FP)
	VZEROUPPER
	RET
