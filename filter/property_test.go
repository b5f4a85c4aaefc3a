package filter

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

func TestRunAgainstReference(t *testing.T) {
	for seed := range uint64(200) {
		checkAgainstReference(t, seed, 150)
	}
}

func FuzzRun(f *testing.F) {
	f.Add(uint64(1000), uint16(10))
	f.Add(uint64(1001), uint16(1000))
	f.Fuzz(func(t *testing.T, seed uint64, rows uint16) {
		checkAgainstReference(t, seed, int(rows)%1000)
	})
}

// randomCondition is one on few columns, so that comparisons meet on one.
func randomCondition(r *rand.Rand, columns []sample, depth int) *condition3 {
	if depth > 0 && r.IntN(4) > 0 {
		word := []string{"and", "or", "not"}[r.IntN(3)]
		c := &condition3{word: word, args: []*condition3{randomCondition(r, columns, depth-1)}}
		if word != "not" {
			c.args = append(c.args, randomCondition(r, columns, depth-1))
		}
		return c
	}
	s := columns[r.IntN(len(columns))]
	c := &condition3{sample: s, column: s.name}
	if r.IntN(2) == 0 && s.typ.ID() != arrow.NULL {
		c.column += " dictionary"
	}
	words := []string{"==", "!=", "in", "not in", "is null", "is not null"}
	if frame.KindOf(s.typ) != frame.Bool {
		words = append(words, "<", "<=", ">", ">=", "between", "not between", "in", "not in")
	}
	if frame.KindOf(s.typ) == frame.Text {
		words = append(words, "like", "not like", "like", "not like")
	}
	c.word = words[r.IntN(len(words))]
	n := map[string]int{"is null": 0, "is not null": 0, "between": 2, "not between": 2, "in": r.IntN(20), "not in": r.IntN(20)}
	literals, ok := n[c.word]
	if !ok {
		literals = 1
	}
	for range literals {
		c.literals = append(c.literals, s.literals[r.IntN(len(s.literals))])
	}
	if strings.HasSuffix(c.word, "like") {
		c.literals = []any{randomPattern(r)}
	}
	return c
}

func randomPattern(r *rand.Rand) string {
	pattern := ""
	for range r.IntN(5) {
		pattern += []string{"%", "_", "a", "b", "ab", "ä", `\%`, `\_`, "c"}[r.IntN(9)]
	}
	return pattern
}

// checkAgainstReference runs one random filter over one random frame.
func checkAgainstReference(t *testing.T, seed uint64, rows int) {
	r := rand.New(rand.NewPCG(seed, 0))
	f := randomFrame(t, r, rows)
	defer f.Release()
	stored := f.Slice(0, f.Rows()) // knows what a store has kept, and nothing else
	defer stored.Release()
	stored.SetStats(f.AppendStats(nil))
	for range 8 {
		columns := []sample{samples[r.IntN(len(samples))], samples[r.IntN(len(samples))]}
		c := randomCondition(r, columns, 3)
		e := c.expr()
		p, err := Compile(e, f)
		require.NoError(t, err, "seed %d: %s", seed, e)
		got, err := p.Run(t.Context())
		require.NoError(t, err)
		var want []uint32
		for row := range f.Rows() {
			if c.holds(f, row) == yes {
				want = append(want, uint32(row))
			}
		}
		require.Equal(t, want, got.AppendIndex(nil), "seed %d: %s", seed, e)

		p, err = Compile(e, stored)
		require.NoError(t, err)
		got, err = p.Run(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, got.AppendIndex(nil), "seed %d, stored: %s", seed, e)

		parsed, err := Parse(c.text())
		require.NoError(t, err, c.text())
		require.Equal(t, e.String(), parsed.String(), c.text())
	}
}
