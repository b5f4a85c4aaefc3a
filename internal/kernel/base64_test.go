package kernel

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppendBase64(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := newRand()
		for n := range 400 {
			src := make([]byte, n)
			for i := range src {
				src[i] = byte(r.Uint32())
			}
			got := AppendBase64([]byte("keep:"), src)
			require.Equal(t, "keep:"+base64.StdEncoding.EncodeToString(src), string(got), "%d bytes", n)
		}
	})
}

func TestAppendBase64Alphabet(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		want := ""
		for range 8 {
			want += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
		}
		src, err := base64.StdEncoding.DecodeString(want)
		require.NoError(t, err)
		assert.Equal(t, want, string(AppendBase64(nil, src)))
	})
}

func TestAppendBase64Allocations(t *testing.T) {
	src, dst := make([]byte, 1000), make([]byte, 0, 1336)
	assert.Zero(t, testing.AllocsPerRun(10, func() { AppendBase64(dst, src) }))
}

func FuzzAppendBase64(f *testing.F) {
	f.Add([]byte("any carnal pleas"))
	f.Add(make([]byte, 200))
	f.Fuzz(func(t *testing.T, src []byte) {
		want := base64.StdEncoding.EncodeToString(src)
		variants(func(name string) {
			require.Equal(t, want, string(AppendBase64(nil, src)), name)
		})
	})
}
