//go:build amd64 && !purego

#include "textflag.h"

// Both functions turn each three bytes abc into the four bytes bacb, so that
// every six bits wanted lie in one 16-bit half [1].
//
// [1] W. Muła, D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2
// Instructions", ACM TWEB 12(3), 2018, doi:10.1145/3132709.

DATA spread<>+0(SB)/8, $0x0405030401020001
DATA spread<>+8(SB)/8, $0x0a0b090a07080607
GLOBL spread<>(SB), RODATA|NOPTR, $16

// What to add to a six-bit value, by its class: 0 is a-z, 1 to 10 are digits,
// 11 is +, 12 is /, 13 is A-Z.
DATA offset<>+0(SB)/8, $0xfcfcfcfcfcfcfc47
DATA offset<>+8(SB)/8, $0x000041f0edfcfcfc
GLOBL offset<>(SB), RODATA|NOPTR, $16

DATA consts<>+0(SB)/4, $0x0fc0fc00  // the first and third six bits of each three bytes
DATA consts<>+4(SB)/4, $0x04000040  // shifts them right, by 10 and 6
DATA consts<>+8(SB)/4, $0x003f03f0  // the second and fourth
DATA consts<>+12(SB)/4, $0x01000010 // shifts them left, by 4 and 8
DATA consts<>+16(SB)/4, $0x33333333 // 51
DATA consts<>+20(SB)/4, $0x1a1a1a1a // 26
DATA consts<>+24(SB)/4, $0x0d0d0d0d // 13
GLOBL consts<>(SB), RODATA|NOPTR, $28

// func encodeBase64AVX2(dst, src *byte, steps int)
TEXT ·encodeBase64AVX2(SB), NOSPLIT, $0-24
	MOVQ           dst+0(FP), DI
	MOVQ           src+8(FP), SI
	MOVQ           steps+16(FP), CX
	VBROADCASTI128 spread<>(SB), Y0
	VBROADCASTI128 offset<>(SB), Y1
	VPBROADCASTD   consts<>+0(SB), Y2
	VPBROADCASTD   consts<>+4(SB), Y3
	VPBROADCASTD   consts<>+8(SB), Y4
	VPBROADCASTD   consts<>+12(SB), Y5
	VPBROADCASTD   consts<>+16(SB), Y6
	VPBROADCASTD   consts<>+20(SB), Y7
	VPBROADCASTD   consts<>+24(SB), Y8

loop:
	VMOVDQU     (SI), X9
	VINSERTI128 $1, 12(SI), Y9, Y9
	VPSHUFB     Y0, Y9, Y9
	VPAND       Y2, Y9, Y10
	VPMULHUW    Y3, Y10, Y10
	VPAND       Y4, Y9, Y9
	VPMULLW     Y5, Y9, Y9
	VPOR        Y10, Y9, Y9        // 32 six-bit values
	VPSUBUSB    Y6, Y9, Y10
	VPCMPGTB    Y9, Y7, Y11
	VPAND       Y8, Y11, Y11
	VPOR        Y11, Y10, Y10      // their classes
	VPSHUFB     Y10, Y1, Y10
	VPADDB      Y10, Y9, Y9
	VMOVDQU     Y9, (DI)
	ADDQ        $24, SI
	ADDQ        $32, DI
	DECQ        CX
	JNZ         loop
	VZEROUPPER
	RET

DATA spread64<>+0(SB)/8, $0x0405030401020001
DATA spread64<>+8(SB)/8, $0x0a0b090a07080607
DATA spread64<>+16(SB)/8, $0x10110f100d0e0c0d
DATA spread64<>+24(SB)/8, $0x1617151613141213
DATA spread64<>+32(SB)/8, $0x1c1d1b1c191a1819
DATA spread64<>+40(SB)/8, $0x222321221f201e1f
DATA spread64<>+48(SB)/8, $0x2829272825262425
DATA spread64<>+56(SB)/8, $0x2e2f2d2e2b2c2a2b
GLOBL spread64<>(SB), RODATA|NOPTR, $64

DATA shifts<>+0(SB)/8, $0x3036242a1016040a // 10, 4, 22, 16, and 32 more
GLOBL shifts<>(SB), RODATA|NOPTR, $8

DATA alphabet<>+0(SB)/8, $"ABCDEFGH"
DATA alphabet<>+8(SB)/8, $"IJKLMNOP"
DATA alphabet<>+16(SB)/8, $"QRSTUVWX"
DATA alphabet<>+24(SB)/8, $"YZabcdef"
DATA alphabet<>+32(SB)/8, $"ghijklmn"
DATA alphabet<>+40(SB)/8, $"opqrstuv"
DATA alphabet<>+48(SB)/8, $"wxyz0123"
DATA alphabet<>+56(SB)/8, $"456789+/"
GLOBL alphabet<>(SB), RODATA|NOPTR, $64

// func encodeBase64AVX512(dst, src *byte, steps int)
TEXT ·encodeBase64AVX512(SB), NOSPLIT, $0-24
	MOVQ         dst+0(FP), DI
	MOVQ         src+8(FP), SI
	MOVQ         steps+16(FP), CX
	VMOVDQU64    spread64<>(SB), Z0
	VPBROADCASTQ shifts<>(SB), Z1
	VMOVDQU64    alphabet<>(SB), Z2

loop:
	VPERMB         (SI), Z0, Z3
	VPMULTISHIFTQB Z3, Z1, Z3
	VPERMB         Z2, Z3, Z3      // looks at six bits of each byte
	VMOVDQU64      Z3, (DI)
	ADDQ           $48, SI
	ADDQ           $64, DI
	DECQ           CX
	JNZ            loop
	VZEROUPPER
	RET
