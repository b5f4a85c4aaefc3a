//go:build amd64 && !purego

package kernel

// sumFromFloat64AVX2 takes 16 values a group.
//
//go:noescape
func sumFromFloat64AVX2(x *float64, groups int, a float64) float64

//go:noescape
func sumFromFloat32AVX2(x *float32, groups int, a float64) float64

func sumFromFloat64(x []float64, a float64) (sum float64) {
	groups := len(x) / sumLanes
	if !useAVX2 || groups == 0 {
		return sumFromGo(x, a)
	}
	return addFrom(sumFromFloat64AVX2(&x[0], groups, a), x[groups*sumLanes:], a)
}

func sumFromFloat32(x []float32, a float64) (sum float64) {
	groups := len(x) / sumLanes
	if !useAVX2 || groups == 0 {
		return sumFromGo(x, a)
	}
	return addFrom(sumFromFloat32AVX2(&x[0], groups, a), x[groups*sumLanes:], a)
}

// areaLanes holds the first largest area of each eighth row, and which row that
// is; −1 and 0 if no area is a number.
type areaLanes struct {
	area [8]float64
	row  [8]int64
}

//go:noescape
func largestFloat64Float64AVX2(t *Triangle, x *float64, y *float64, rows int, lanes *areaLanes)

//go:noescape
func largestFloat64Float32AVX2(t *Triangle, x *float64, y *float32, rows int, lanes *areaLanes)

//go:noescape
func largestFloat32Float64AVX2(t *Triangle, x *float32, y *float64, rows int, lanes *areaLanes)

//go:noescape
func largestFloat32Float32AVX2(t *Triangle, x *float32, y *float32, rows int, lanes *areaLanes)

func largestFloat64Float64(t *Triangle, x []float64, y []float64) int {
	rows := len(x) &^ 7
	if !useAVX2 || rows == 0 {
		return largestGo(t, x, y)
	}
	var lanes areaLanes
	largestFloat64Float64AVX2(t, &x[0], &y[0], rows, &lanes)
	return largestOf(t, x, y, rows, &lanes)
}

func largestFloat64Float32(t *Triangle, x []float64, y []float32) int {
	rows := len(x) &^ 7
	if !useAVX2 || rows == 0 {
		return largestGo(t, x, y)
	}
	var lanes areaLanes
	largestFloat64Float32AVX2(t, &x[0], &y[0], rows, &lanes)
	return largestOf(t, x, y, rows, &lanes)
}

func largestFloat32Float64(t *Triangle, x []float32, y []float64) int {
	rows := len(x) &^ 7
	if !useAVX2 || rows == 0 {
		return largestGo(t, x, y)
	}
	var lanes areaLanes
	largestFloat32Float64AVX2(t, &x[0], &y[0], rows, &lanes)
	return largestOf(t, x, y, rows, &lanes)
}

func largestFloat32Float32(t *Triangle, x []float32, y []float32) int {
	rows := len(x) &^ 7
	if !useAVX2 || rows == 0 {
		return largestGo(t, x, y)
	}
	var lanes areaLanes
	largestFloat32Float32AVX2(t, &x[0], &y[0], rows, &lanes)
	return largestOf(t, x, y, rows, &lanes)
}

// largestOf compares the lanes, and what is left of the rows.
func largestOf[X, Y Float](t *Triangle, x []X, y []Y, rows int, lanes *areaLanes) int {
	largest, row := lanes.area[0], lanes.row[0]
	for i, area := range lanes.area {
		if area > largest || area == largest && lanes.row[i] < row {
			largest, row = area, lanes.row[i]
		}
	}
	at, _ := largestFrom(t, x, y, rows, int(row), largest)
	return at
}
