package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A byteSize is a flag's number of bytes: 1500000, 512MB, 2GiB.
type byteSize int64

var units = []struct {
	suffix string
	bytes  float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
	{"B", 1}, {"", 1},
}

func (b *byteSize) String() string { return strconv.FormatInt(int64(*b), 10) }

// Set reads the flag's text.
func (b *byteSize) Set(text string) error {
	for _, unit := range units {
		digits, found := strings.CutSuffix(text, unit.suffix)
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if err != nil || !(n*unit.bytes >= 1 && n*unit.bytes <= math.MaxInt64/2) {
			break
		}
		*b = byteSize(n * unit.bytes)
		return nil
	}
	return fmt.Errorf("%q is not a size: want a number of bytes from 1 on, such as 1500000, 512MB or 2GiB", text)
}
