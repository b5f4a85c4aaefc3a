package frame

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"math/rand/v2"
)

// A key is a value in two words. Numbers and decimals are their bits. A text of
// at most 15 bytes is its bytes, then its length in the last byte; a longer one
// is a hash, longText in the last byte, and equal keys are compared by the text.
type key struct{ lo, hi uint64 }

const (
	shortText = 15
	longText  = 0xFF << 56
)

// shortKey is the key of n ≤ shortText bytes, which are the first of b.
func shortKey(b *[16]byte, n int) key {
	mask := &masks[n]
	return key{
		binary.LittleEndian.Uint64(b[:8]) & mask.lo,
		binary.LittleEndian.Uint64(b[8:])&mask.hi | uint64(n)<<56,
	}
}

// masks keep the first n bytes of a key.
var masks = func() (m [shortText + 1]key) {
	for n := range m {
		m[n] = key{1<<(8*min(n, 8)) - 1, 1<<(8*max(n-8, 0)) - 1}
	}
	return m
}()

func textKey(text []byte) key {
	if len(text) > shortText {
		return key{maphash.Bytes(textSeed, text), longText | uint64(len(text))}
	}
	var b [16]byte
	copy(b[:], text)
	return shortKey(&b, len(text))
}

// Seeds differ from process to process, so that nobody can send values that
// share their hashes. No code depends on them.
var (
	textSeed = maphash.MakeSeed()
	seeds    = key{rand.Uint64() | 1, rand.Uint64() | 1}
)

func (k key) hash() uint64 {
	hi, lo := bits.Mul64(k.lo^seeds.lo, k.hi^seeds.hi)
	return hi ^ lo
}

// A table gives codes to keys in order of appearance: open addressing, at most
// half full.
type table struct {
	slots []slot // a power of two
	keys  []key  // by code
	texts [][]byte
	text  bool // keys are of texts, and texts has them by code
}

// A slot is empty if its code is 0, else the code is one less.
type slot struct {
	tag  uint32 // the upper half of the hash
	code int32
}

func newTable(rows int, text bool) table {
	size := 1 << bits.Len(uint(min(rows, 1<<10)))
	return table{slots: make([]slot, 2*size), text: text}
}

// code returns the code of a key, which is new if the table does not have it.
func (t *table) code(k key, h uint64, text []byte) int32 {
	tag, mask := uint32(h>>32), uint64(len(t.slots)-1)
	for at := h & mask; ; at = (at + 1) & mask {
		s := t.slots[at]
		if s.code == 0 {
			return t.add(at, tag, k, text)
		}
		if s.tag == tag && t.keys[s.code-1] == k && (!t.text || k.hi < longText || bytes.Equal(t.texts[s.code-1], text)) {
			return s.code - 1
		}
	}
}

func (t *table) add(at uint64, tag uint32, k key, text []byte) int32 {
	t.keys = append(t.keys, k)
	if t.text {
		t.texts = append(t.texts, text)
	}
	code := int32(len(t.keys))
	t.slots[at] = slot{tag, code}
	if 2*len(t.keys) > len(t.slots) {
		t.grow()
	}
	return code - 1
}

func (t *table) grow() {
	t.slots = make([]slot, 4*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for i, k := range t.keys {
		h := k.hash()
		at := h & mask
		for t.slots[at].code != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = slot{uint32(h >> 32), int32(i) + 1}
	}
}
