package decimate

import "math"

// A tower is a stack that may become full.
type tower struct {
	stackKey
	run int // rows since it may, or since another disc that touches it
}

// towers finds those that a disc touches: in squares of towerSide cells.
type towers struct {
	squares map[[2]int][]*tower
	largest float64 // touched, of all
}

const towerSide = 64

func towerSquare(v float64) int { return int(math.Floor(v / towerSide)) }

// of returns the tower of a disc, whose stack is high enough. What is below the last of
// so many counts for an opaque one too.
func (t *towers) of(d *disc, height int) *tower {
	at := [2]int{towerSquare(d.x), towerSquare(d.y)}
	for _, one := range t.squares[at] {
		if one.stackKey == d.key() {
			return one
		}
	}
	if t.squares == nil {
		t.squares = make(map[[2]int][]*tower)
	}
	one := &tower{stackKey: d.key()}
	if d.opacity >= 1 {
		one.run = height
	}
	t.squares[at] = append(t.squares[at], one)
	t.largest = max(t.largest, d.touched)
	return one
}

func (t *towers) any() bool { return t.squares != nil }

// cross adds a disc that is kept to its tower, and begins the others anew that it
// touches, if one of the two is translucent. Of opaque ones only rims would be left as
// they were, and none has been seen to be.
func (t *towers) cross(d *disc) {
	if !t.any() {
		return
	}
	reach := d.touched + t.largest + 2 // and the cells that they have a part of
	for j := towerSquare(d.y - reach); j <= towerSquare(d.y+reach); j++ {
		for i := towerSquare(d.x - reach); i <= towerSquare(d.x+reach); i++ {
			for _, one := range t.squares[[2]int{i, j}] {
				switch {
				case one.stackKey == d.key():
					one.run++
				case min(one.opacity, d.opacity) < 1 && math.Hypot(one.x-d.x, one.y-d.y) < one.touched+d.touched+2:
					one.run = 0
				}
			}
		}
	}
}
