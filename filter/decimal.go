package filter

import (
	"math/big"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
)

func decimalTester(p *predicate[*big.Int], values arrow.Array) tester {
	if values.DataType().ID() == arrow.DECIMAL128 {
		return decimals(p.values, values, 127, decimal128.FromBigInt)
	}
	return decimals(p.values, values, 255, decimal256.FromBigInt)
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
