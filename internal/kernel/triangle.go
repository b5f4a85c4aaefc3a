package kernel

import "math"

// sumLanes is how many sums SumFrom keeps: the order in which it adds is part
// of its contract, since rounding depends on it.
const sumLanes = 16

// SumFrom returns the sum of x[i]−a, computed in float64. Value i of the first
// ⌊len(x)/16⌋·16 is added to sum i%16, the sums to each other from eight apart
// down to one, and the rest to that.
func SumFrom[T Float](x []T, a T) float64 {
	if sizeOf[T]() == 8 {
		return sumFromFloat64(as[float64](x), float64(a))
	}
	return sumFromFloat32(as[float32](x), float64(a))
}

func sumFromGo[T Float](x []T, a float64) (sum float64) {
	if len(x) >= sumLanes {
		var lanes [sumLanes]float64
		for len(x) >= sumLanes {
			for i, v := range x[:sumLanes] {
				lanes[i] += float64(v) - a
			}
			x = x[sumLanes:]
		}
		for apart := sumLanes / 2; apart > 0; apart /= 2 {
			for i := range apart {
				lanes[i] += lanes[i+apart]
			}
		}
		sum = lanes[0]
	}
	return addFrom(sum, x, a)
}

func addFrom[T Float](sum float64, x []T, a float64) float64 {
	for _, v := range x {
		sum += float64(v) - a
	}
	return sum
}

// A Triangle has a corner at (X, Y) and another at (CX, CY) from there.
type Triangle struct{ X, Y, CX, CY float64 }

// Area returns twice the area if the third corner is at (x, y), computed
// without a fused multiply-add.
func (t *Triangle) Area(x, y float64) float64 {
	return math.Abs(float64(t.CX*(y-t.Y)) - float64(t.CY*(x-t.X)))
}

// Largest returns the first i for which t.Area(x[i], y[i]) is largest. It is 0
// if no area is a number. The lengths must be equal, or it panics.
func Largest[X, Y Float](t Triangle, x []X, y []Y) int {
	y = y[:len(x)]
	switch wideX, wideY := sizeOf[X]() == 8, sizeOf[Y]() == 8; {
	case wideX && wideY:
		return largestFloat64Float64(&t, as[float64](x), as[float64](y))
	case wideX:
		return largestFloat64Float32(&t, as[float64](x), as[float32](y))
	case wideY:
		return largestFloat32Float64(&t, as[float32](x), as[float64](y))
	default:
		return largestFloat32Float32(&t, as[float32](x), as[float32](y))
	}
}

func largestGo[X, Y Float](t *Triangle, x []X, y []Y) int {
	at, _ := largestFrom(t, x, y, 0, 0, -1)
	return at
}

// largestFrom goes on from row i, when the largest area so far is that of row at.
func largestFrom[X, Y Float](t *Triangle, x []X, y []Y, i, at int, largest float64) (int, float64) {
	y = y[:len(x)]
	for ; i < len(x); i++ {
		if area := t.Area(float64(x[i]), float64(y[i])); area > largest {
			at, largest = i, area
		}
	}
	return at, largest
}
