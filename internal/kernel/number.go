package kernel

import (
	"math"
	"unsafe"
)

// Integer is a fixed-width integer, or a type made from one (a date, say).
type Integer interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Float is a binary floating-point number.
type Float interface{ ~float32 | ~float64 }

// Number is any value a fixed-width column can hold.
type Number interface{ Integer | Float }

// The questions below ask about T, not about a value. The compiler makes one
// instantiation for each underlying type, so each answer is a constant there,
// and unlike a type switch they see through named types.

func isFloat[T Number]() bool { return T(1)/2 != 0 }

func isSigned[T Number]() bool { return T(0)-1 < 0 }

func sizeOf[T Number]() uintptr { return unsafe.Sizeof(T(0)) }

// as views x as a slice of another type of the same size.
func as[To, From Number](x []From) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// lowest is the smallest value of T: −Inf for floats.
func lowest[T Number]() T {
	switch {
	case isFloat[T]():
		inf := math.Inf(-1)
		return T(inf)
	case isSigned[T]():
		low := int64(-1) << (8*sizeOf[T]() - 1)
		return T(low)
	}
	return 0
}

// highest is the largest value of T: +Inf for floats.
func highest[T Number]() T {
	if isFloat[T]() {
		inf := math.Inf(1)
		return T(inf)
	}
	return lowest[T]() - 1 // wraps around
}

// below is the largest value less than v, which must not be the lowest.
func below[T Number](v T) T {
	switch {
	case !isFloat[T]():
		return v - 1
	case sizeOf[T]() == 4:
		return T(math.Nextafter32(float32(v), float32(math.Inf(-1))))
	}
	return T(math.Nextafter(float64(v), math.Inf(-1)))
}

// above is the smallest value greater than v, which must not be the highest.
func above[T Number](v T) T {
	switch {
	case !isFloat[T]():
		return v + 1
	case sizeOf[T]() == 4:
		return T(math.Nextafter32(float32(v), float32(math.Inf(1))))
	}
	return T(math.Nextafter(float64(v), math.Inf(1)))
}
