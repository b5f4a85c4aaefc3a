//go:build amd64 && !purego

#include "textflag.h"

// ADDFROM adds four values, less Y15, to each of two accumulators.
#define ADDFROM(LOAD, offset, step, a, b) \
	LOAD   offset(SI), Y8          \
	LOAD   (offset+step)(SI), Y9   \
	VSUBPD Y15, Y8, Y8             \
	VSUBPD Y15, Y9, Y9             \
	VADDPD Y8, a, a                \
	VADDPD Y9, b, b

// SUMFROM is the body: LOAD reads four values of step bytes together.
#define SUMFROM(LOAD, step) \
	MOVQ         x+0(FP), SI             \
	MOVQ         groups+8(FP), CX        \
	VBROADCASTSD a+16(FP), Y15           \
	VXORPD       Y0, Y0, Y0              \
	VXORPD       Y1, Y1, Y1              \
	VXORPD       Y2, Y2, Y2              \
	VXORPD       Y3, Y3, Y3              \
loop:                                    \
	ADDFROM(LOAD, 0, step, Y0, Y1)       \
	ADDFROM(LOAD, 2*step, step, Y2, Y3)  \
	ADDQ         $(4*step), SI           \
	DECQ         CX                      \
	JNZ          loop                    \
	VADDPD       Y2, Y0, Y0              \
	VADDPD       Y3, Y1, Y1              \
	VADDPD       Y1, Y0, Y0              \
	VEXTRACTF128 $1, Y0, X1              \
	VADDPD       X1, X0, X0              \
	VPERMILPD    $1, X0, X1              \
	VADDSD       X1, X0, X0              \
	VMOVSD       X0, ret+24(FP)          \
	VZEROUPPER                           \
	RET

// func sumFromFloat64AVX2(x *float64, groups int, a float64) float64
TEXT ·sumFromFloat64AVX2(SB), NOSPLIT, $0-32
	SUMFROM(VMOVUPD, 32)

// func sumFromFloat32AVX2(x *float32, groups int, a float64) float64
TEXT ·sumFromFloat32AVX2(SB), NOSPLIT, $0-32
	SUMFROM(VCVTPS2PD, 16)

DATA four<>+0(SB)/8, $0
DATA four<>+8(SB)/8, $1
DATA four<>+16(SB)/8, $2
DATA four<>+24(SB)/8, $3
GLOBL four<>(SB), RODATA, $32

// AREA compares the areas of four rows with the largest so far; row holds their
// numbers. Y11 to Y14 are X, Y, CX and CY, Y15 clears signs. What is not a
// number is greater than nothing.
#define AREA(LOADX, xaddress, LOADY, yaddress, row, largest, at) \
	LOADX     xaddress, Y6              \
	LOADY     yaddress, Y7              \
	VSUBPD    Y11, Y6, Y6               \
	VSUBPD    Y12, Y7, Y7               \
	VMULPD    Y14, Y6, Y6               \
	VMULPD    Y13, Y7, Y7               \
	VSUBPD    Y6, Y7, Y7                \
	VANDPD    Y15, Y7, Y7               \
	VCMPPD    $0x1E, largest, Y7, Y6    \ // greater, ordered, quiet
	VBLENDVPD Y6, Y7, largest, largest  \
	VBLENDVPD Y6, row, at, at

// LARGEST is the body for values of xsize and ysize bytes.
#define LARGEST(LOADX, xsize, LOADY, ysize) \
	MOVQ         t+0(FP), AX               \
	MOVQ         x+8(FP), SI               \
	MOVQ         y+16(FP), DI              \
	MOVQ         rows+24(FP), CX           \
	MOVQ         lanes+32(FP), DX          \
	VBROADCASTSD 0(AX), Y11                \
	VBROADCASTSD 8(AX), Y12                \
	VBROADCASTSD 16(AX), Y13               \
	VBROADCASTSD 24(AX), Y14               \
	VPCMPEQQ     Y15, Y15, Y15             \
	VPSRLQ       $1, Y15, Y15              \
	MOVQ         $0xBFF0000000000000, AX   \ // −1
	VMOVQ        AX, X0                    \
	VBROADCASTSD X0, Y0                    \
	VMOVAPD      Y0, Y1                    \
	VPXOR        Y2, Y2, Y2                \
	VPXOR        Y3, Y3, Y3                \
	VMOVDQU      four<>(SB), Y4            \
	MOVQ         $4, AX                    \
	VMOVQ        AX, X10                   \
	VPBROADCASTQ X10, Y10                  \
	VPADDQ       Y10, Y4, Y5               \
	VPADDQ       Y10, Y10, Y10             \
	XORL         R8, R8                    \
loop:                                      \
	AREA(LOADX, (SI)(R8*xsize), LOADY, (DI)(R8*ysize), Y4, Y0, Y2) \
	AREA(LOADX, (4*xsize)(SI)(R8*xsize), LOADY, (4*ysize)(DI)(R8*ysize), Y5, Y1, Y3) \
	VPADDQ       Y10, Y4, Y4               \
	VPADDQ       Y10, Y5, Y5               \
	ADDQ         $8, R8                    \
	CMPQ         R8, CX                    \
	JLT          loop                      \
	VMOVUPD      Y0, 0(DX)                 \
	VMOVUPD      Y1, 32(DX)                \
	VMOVDQU      Y2, 64(DX)                \
	VMOVDQU      Y3, 96(DX)                \
	VZEROUPPER                             \
	RET

// func largestFloat64Float64AVX2(t *Triangle, x *float64, y *float64, rows int, lanes *areaLanes)
TEXT ·largestFloat64Float64AVX2(SB), NOSPLIT, $0-40
	LARGEST(VMOVUPD, 8, VMOVUPD, 8)

// func largestFloat64Float32AVX2(t *Triangle, x *float64, y *float32, rows int, lanes *areaLanes)
TEXT ·largestFloat64Float32AVX2(SB), NOSPLIT, $0-40
	LARGEST(VMOVUPD, 8, VCVTPS2PD, 4)

// func largestFloat32Float64AVX2(t *Triangle, x *float32, y *float64, rows int, lanes *areaLanes)
TEXT ·largestFloat32Float64AVX2(SB), NOSPLIT, $0-40
	LARGEST(VCVTPS2PD, 4, VMOVUPD, 8)

// func largestFloat32Float32AVX2(t *Triangle, x *float32, y *float32, rows int, lanes *areaLanes)
TEXT ·largestFloat32Float32AVX2(SB), NOSPLIT, $0-40
	LARGEST(VCVTPS2PD, 4, VCVTPS2PD, 4)
