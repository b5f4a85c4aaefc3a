package cache_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pointillist-go/pointillist/cache"
)

func newKey() *cache.KeyBuilder { return cache.NewKey("test", 1) }

func TestKeysDiffer(t *testing.T) {
	keys := map[string]cache.Key{
		"nothing":        newKey().Key(),
		"another kind":   cache.NewKey("other", 1).Key(),
		"version":        cache.NewKey("test", 2).Key(),
		"none":           newKey().None().Key(),
		"empty text":     newKey().Text("").Key(),
		"empty bytes":    newKey().Bytes(nil).Key(),
		"two texts":      newKey().Text("ab").Text("c").Key(),
		"cut elsewhere":  newKey().Text("a").Text("bc").Key(),
		"one text":       newKey().Text("abc").Key(),
		"bytes":          newKey().Bytes([]byte("abc")).Key(),
		"int":            newKey().Int(1).Key(),
		"uint":           newKey().Uint(1).Key(),
		"float":          newKey().Float(1).Key(),
		"bool":           newKey().Bool(true).Key(),
		"false":          newKey().Bool(false).Key(),
		"digit":          newKey().Text("1").Key(),
		"list":           newKey().List(1).Key(),
		"zero":           newKey().Float(0).Key(),
		"minus zero":     newKey().Float(math.Copysign(0, -1)).Key(),
		"nan":            newKey().Float(math.NaN()).Key(),
		"text with int":  newKey().Text("a\x03\x01\x00\x00\x00\x00\x00\x00\x00").Key(),
		"text, then int": newKey().Text("a").Int(1).Key(),
		"(a b) c":        newKey().List(2).Text("a").Text("b").Text("c").Key(),
		"(a) b c":        newKey().List(1).Text("a").Text("b").Text("c").Key(),

		// streamlit#16559: an argument that has the separator of arguments in it.
		`load("doc1", org="acme")`:    newKey().Text("doc").Text("doc1").Text("org").Text("acme").Key(),
		`load("doc1str:orgstr:acme")`: newKey().Text("doc").Text("doc1str:orgstr:acme").Text("org").Text("").Key(),

		// flask-caching#656: None for every default that Python takes for false.
		"f(1, None)":  newKey().Int(1).None().Key(),
		"f(1, 0)":     newKey().Int(1).Int(0).Key(),
		"f(1, 0.0)":   newKey().Int(1).Float(0).Key(),
		"f(1, '')":    newKey().Int(1).Text("").Key(),
		"f(1, False)": newKey().Int(1).Bool(false).Key(),
		"f(1, [])":    newKey().Int(1).List(0).Key(),
	}
	seen := map[cache.Key]string{}
	for name, key := range keys {
		assert.Empty(t, seen[key], "%s has the key of %s", name, seen[key])
		seen[key] = name
	}
	assert.Equal(t, newKey().Float(math.NaN()).Key(), newKey().Float(-math.NaN()).Key())
}

// The keys of one process are asked for in another, of another version too.
func TestKeyIsForEver(t *testing.T) {
	key := cache.NewKey("figure", 1).None().Text("t").Bytes([]byte{1}).Int(-1).Uint(1).Float(0.5).Bool(true).List(0).Key()
	assert.Equal(t, "e0af2f87a1c285dfa9b41443363672ce", key.String())
}

// nearMisses are parts that are alike in all but their type, their length or
// where they are cut. One is the bytes of others.
var nearMisses = []func(*cache.KeyBuilder){
	func(b *cache.KeyBuilder) { b.None() },
	func(b *cache.KeyBuilder) { b.Text("") },
	func(b *cache.KeyBuilder) { b.Text("1") },
	func(b *cache.KeyBuilder) { b.Text("11") },
	func(b *cache.KeyBuilder) { b.Text("\x01\x01\x00\x00\x00\x00\x00\x00\x001") },
	func(b *cache.KeyBuilder) { b.Bytes(nil) },
	func(b *cache.KeyBuilder) { b.Bytes([]byte("1")) },
	func(b *cache.KeyBuilder) { b.Int(0) },
	func(b *cache.KeyBuilder) { b.Int(1) },
	func(b *cache.KeyBuilder) { b.Uint(1) },
	func(b *cache.KeyBuilder) { b.Float(0) },
	func(b *cache.KeyBuilder) { b.Float(1) },
	func(b *cache.KeyBuilder) { b.Bool(false) },
	func(b *cache.KeyBuilder) { b.Bool(true) },
	func(b *cache.KeyBuilder) { b.List(0) },
	func(b *cache.KeyBuilder) { b.List(1) },
}

// All tuples of up to five of the 16 near misses, each another by how they are
// counted: 1,118,481. The sum of their keys is that of any process, whatever
// version of Go it was built with.
func TestAMillionTuplesHaveAMillionKeys(t *testing.T) {
	const digits = 16
	keys := make(map[cache.Key]struct{}, 1_118_481)
	var sum cache.Key
	for length, tuples := 0, 1; length <= 5; length, tuples = length+1, digits*tuples {
		for i := range tuples {
			b := cache.NewKey("tuple", 1)
			for range length {
				nearMisses[i%digits](b)
				i /= digits
			}
			key := b.Key()
			keys[key] = struct{}{}
			for j := range sum {
				sum[j] ^= key[j]
			}
		}
	}
	assert.Len(t, keys, 1_118_481)
	assert.Equal(t, "1b7fd2233a1d5761aec8d31dc3412b1d", sum.String())
}

// Pairs of sequences of parts, drawn from few values so that near misses abound.
func FuzzKeyCollides(f *testing.F) {
	f.Add([]byte{1, 2, 3}, []byte{1, 2})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		ka, pa := build(a)
		kb, pb := build(b)
		assert.Equal(t, pa == pb, ka == kb)
	})
}

// build also returns a printed form that differs iff the parts do.
func build(ops []byte) (cache.Key, string) {
	k, printed := newKey(), ""
	for _, op := range ops {
		switch v := int64(op >> 3); op & 7 {
		case 0:
			k.None()
			printed += "none;"
		case 1, 2:
			k.Text(string(make([]byte, v)))
			printed += "text" + string(rune('A'+v)) + ";"
		case 3:
			k.Int(v)
			printed += "int" + string(rune('A'+v)) + ";"
		case 4:
			k.Uint(uint64(v))
			printed += "uint" + string(rune('A'+v)) + ";"
		case 5:
			k.Float(float64(v))
			printed += "float" + string(rune('A'+v)) + ";"
		case 6:
			k.Bool(v&1 == 1)
			printed += "bool" + string(rune('A'+v&1)) + ";"
		case 7:
			k.Bytes(make([]byte, v))
			printed += "bytes" + string(rune('A'+v)) + ";"
		}
	}
	return k.Key(), printed
}
