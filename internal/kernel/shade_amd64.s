//go:build amd64 && !purego

#include "textflag.h"

DATA columns<>+0(SB)/4, $0.0
DATA columns<>+4(SB)/4, $1.0
DATA columns<>+8(SB)/4, $2.0
DATA columns<>+12(SB)/4, $3.0
DATA columns<>+16(SB)/4, $4.0
DATA columns<>+20(SB)/4, $5.0
DATA columns<>+24(SB)/4, $6.0
DATA columns<>+28(SB)/4, $7.0
DATA columns<>+32(SB)/4, $8.0
DATA columns<>+36(SB)/4, $9.0
DATA columns<>+40(SB)/4, $10.0
DATA columns<>+44(SB)/4, $11.0
DATA columns<>+48(SB)/4, $12.0
DATA columns<>+52(SB)/4, $13.0
DATA columns<>+56(SB)/4, $14.0
DATA columns<>+60(SB)/4, $15.0
GLOBL columns<>(SB), RODATA, $64

// SQUARES makes dx2 the squares of the distances of eight columns, and infinite those
// from Y13 on. Y0 is that of the first, Y14 infinity.
#define SQUARES(offset, dx2) \
	VMOVUPS   columns<>+offset(SB), Y15 \
	VADDPS    Y15, Y0, dx2              \
	VMULPS    dx2, dx2, dx2             \
	VCMPPS    $0x1D, Y13, Y15, Y15      \ // greater or equal, ordered, quiet
	VBLENDVPS Y15, Y14, dx2, dx2

// EIGHT shades eight columns and sets the bits of those that are lit. Y0 is the square
// of the distance of the row.
#define EIGHT(offset, dx2, bits) \
	VADDPS    Y0, dx2, Y14         \
	VSQRTPS   Y14, Y14             \
	VSUBPS    Y3, Y14, Y14         \
	VXORPS    Y15, Y15, Y15        \
	VMAXPS    Y15, Y14, Y14        \
	VMINPS    Y11, Y14, Y14        \
	VMULPS    Y6, Y14, Y15         \
	VADDPS    Y5, Y15, Y15         \
	VMULPS    Y14, Y15, Y15        \
	VADDPS    Y4, Y15, Y15         \
	VMULPS    Y14, Y15, Y15        \
	VSUBPS    Y15, Y11, Y15        \
	VMAXPS    Y7, Y15, Y14         \
	VMULPS    Y14, Y15, Y15        \
	VMULPS    Y8, Y15, Y15         \
	VCMPPS    $0x1D, Y9, Y15, Y14  \
	VANDPS    Y14, Y15, Y15        \
	VSUBPS    Y15, Y11, Y15        \
	VMULPS    offset(DI), Y15, Y15 \
	VMOVUPS   Y15, offset(DI)      \
	VCMPPS    $0x1D, Y10, Y15, Y15 \
	VMOVMSKPS Y15, bits

// func shadeAVX2(through *float32, lit *byte, words int, shift int, mask int, s *Strip, r *Rim)
TEXT ·shadeAVX2(SB), NOSPLIT, $0-56
	MOVQ         through+0(FP), DI
	MOVQ         lit+8(FP), SI
	MOVQ         words+16(FP), R8
	MOVQ         shift+24(FP), CX
	MOVQ         mask+32(FP), R9
	MOVQ         s+40(FP), AX
	MOVQ         r+48(FP), BX
	MOVQ         24(AX), R10             // rows
	VBROADCASTSS 32(AX), Y0
	VMOVSS       36(AX), X12
	VXORPS       X13, X13, X13
	VCVTSI2SSQ   16(AX), X13, X13        // columns
	VBROADCASTSS X13, Y13
	VPCMPEQD     Y14, Y14, Y14
	VPSLLD       $24, Y14, Y14
	VPSRLD       $1, Y14, Y14
	SQUARES(0, Y1)
	SQUARES(32, Y2)
	VBROADCASTSS 0(BX), Y3
	VBROADCASTSS 4(BX), Y4
	VBROADCASTSS 8(BX), Y5
	VBROADCASTSS 12(BX), Y6
	VBROADCASTSS 16(BX), Y7
	VBROADCASTSS 20(BX), Y8
	VBROADCASTSS 24(BX), Y9
	VBROADCASTSS 28(BX), Y10
	VBROADCASTSS columns<>+4(SB), Y11
	VXORPS       X13, X13, X13
	MOVQ         R8, R11
	SHLQ         $8, R11                 // bytes of a row of through
	SHLQ         $3, R8                  // and of lit

row:
	MOVL (SI), AX
	SHRL CX, AX
	TESTL R9, AX
	JZ   next
	VADDSS       X13, X12, X0
	VMULSS       X0, X0, X0
	VBROADCASTSS X0, Y0
	EIGHT(0, Y1, AX)
	EIGHT(32, Y2, DX)
	SHLL $8, DX
	ORL  DX, AX
	NOTL AX
	ANDL R9, AX
	SHLL CX, AX
	NOTL AX
	ANDL AX, (SI)

next:
	VADDSS X11, X13, X13
	ADDQ   R11, DI
	ADDQ   R8, SI
	DECQ   R10
	JNZ    row
	VZEROUPPER
	RET
