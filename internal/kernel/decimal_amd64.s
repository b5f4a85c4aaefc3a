//go:build amd64 && !purego

#include "textflag.h"

// func scaleBlockAVX2(block *uint64, x *float64, pow, least float64) (bad uint64, largest float64)
//
// Adding 2^52 to a number below it leaves it rounded in the mantissa, where it
// is an integer already. Of larger ones the block gets anything.
TEXT ·scaleBlockAVX2(SB), NOSPLIT, $0-48
	MOVQ         block+0(FP), DI
	MOVQ         x+8(FP), SI
	VBROADCASTSD pow+16(FP), Y0
	VBROADCASTSD least+24(FP), Y1
	MOVQ         $0x4330000000000000, AX // 2^52
	VMOVQ        AX, X2 // not MOVQ: an SSE instruction after AVX ones costs 120 ns here
	VPBROADCASTQ X2, Y2
	MOVQ         $0x430c6bf526340000, AX // maxScaled
	VMOVQ        AX, X3
	VPBROADCASTQ X3, Y3
	VPCMPEQD     Y4, Y4, Y4
	VPSRLQ       $1, Y4, Y4              // all but the sign
	VXORPD       Y5, Y5, Y5
	VXORPD       Y6, Y6, Y6              // largest
	XORL         R9, R9                  // plain
	MOVL         $16, CX

loop:
	VANDPD    (SI), Y4, Y7
	VMULPD    Y0, Y7, Y8
	VADDPD    Y2, Y8, Y8
	VSUBPD    Y2, Y8, Y9      // n
	VPXOR     Y2, Y8, Y8      // n, as an integer
	VMOVDQU   Y8, (DI)
	VDIVPD    Y0, Y9, Y10
	VCMPPD    $0, Y7, Y10, Y10    // n/pow == x
	VCMPPD    $0x11, Y3, Y9, Y11  // n < maxScaled
	VCMPPD    $0x1D, Y1, Y9, Y12  // n >= least
	VCMPPD    $0, Y5, Y9, Y13     // n == 0
	VANDPD    Y11, Y10, Y10
	VORPD     Y13, Y12, Y12
	VANDPD    Y12, Y10, Y10
	VANDPD    Y10, Y9, Y9
	VMAXPD    Y9, Y6, Y6
	VMOVMSKPD Y10, R8
	SHRQ      $4, R9
	SHLQ      $60, R8
	ORQ       R8, R9
	ADDQ      $32, SI
	ADDQ      $32, DI
	DECL      CX
	JNZ       loop

	NOTQ         R9
	MOVQ         R9, bad+32(FP)
	VEXTRACTF128 $1, Y6, X7
	VMAXPD       X7, X6, X6
	VPERMILPD    $1, X6, X7
	VMAXSD       X7, X6, X6
	VMOVSD       X6, largest+40(FP)
	VZEROUPPER
	RET
