//go:build !linux

package main

func floatsOf[T float32 | float64](n int) (x []T, free func(), err error) {
	return make([]T, n), func() {}, nil
}
