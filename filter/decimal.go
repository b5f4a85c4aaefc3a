package filter

import (
	"encoding/binary"
	"math/big"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
)

func decimalTester(p *predicate[*big.Int], values arrow.Array) tester {
	if values.DataType().ID() == arrow.DECIMAL128 {
		return decimals(p.values, values, 127, decimal128From)
	}
	return decimals(p.values, values, 255, decimal256From)
}

// wide is an integer of more than 64 bits.
type wide[T any] interface {
	decimal128.Num | decimal256.Num
	Cmp(T) int
}

// decimals compares unscaled values of a sign and the given number of bits.
func decimals[T wide[T]](s set[*big.Int], values arrow.Array, bits uint, from func(*big.Int) T) tester {
	x, ok := fixed[T](values)
	if !ok {
		return constantTester(false)
	}
	one := big.NewInt(1)
	highest := new(big.Int).Sub(new(big.Int).Lsh(one, bits), one)
	lowest := new(big.Int).Neg(highest)
	var spans []span[T]
	for _, i := range s {
		lo, hi := lowest, highest
		switch i.from.side {
		case before:
			lo = i.from.at
		case after:
			lo = new(big.Int).Add(i.from.at, one)
		}
		switch i.to.side {
		case before:
			hi = new(big.Int).Sub(i.to.at, one)
		case after:
			hi = i.to.at
		}
		if lo.Cmp(lowest) < 0 {
			lo = lowest
		}
		if hi.Cmp(highest) > 0 {
			hi = highest
		}
		if lo.Cmp(hi) <= 0 {
			spans = append(spans, span[T]{from(lo), from(hi)})
		}
	}
	return rowTester(func(i int) bool {
		for _, s := range spans {
			if x[i].Cmp(s.lo) >= 0 && x[i].Cmp(s.hi) <= 0 {
				return true
			}
		}
		return false
	})
}

// Arrow's own FromBigInt takes each word of a big.Int for 64 bits, and so is
// wrong, or panics, where it has 32.
func decimal128From(v *big.Int) decimal128.Num {
	w := twosComplement(v)
	return decimal128.New(int64(w[1]), w[0])
}

func decimal256From(v *big.Int) decimal256.Num {
	w := twosComplement(v)
	return decimal256.New(w[3], w[2], w[1], w[0])
}

// twosComplement is v, of less than 256 bits, in words of 64 bits, the lowest first.
func twosComplement(v *big.Int) (words [4]uint64) {
	if v.Sign() < 0 {
		v = new(big.Int).Add(v, new(big.Int).Lsh(big.NewInt(1), 256))
	}
	var bytes [32]byte
	v.FillBytes(bytes[:])
	for i := range words {
		words[i] = binary.BigEndian.Uint64(bytes[24-8*i:])
	}
	return words
}
