package redis

import (
	"testing"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

func getRaw(t testing.TB, c rueidis.Client, key string) []byte {
	t.Helper()
	b, err := c.Do(background, c.B().Get().Key(key).Build()).AsBytes()
	require.NoError(t, err)
	return b
}

func setRaw(t testing.TB, c rueidis.Client, key string, b []byte) {
	t.Helper()
	require.NoError(t, c.Do(background, c.B().Set().Key(key).Value(rueidis.BinaryString(b)).Build()).Error())
}

// A bit of each byte that lies in the server is flipped, of the chunk and of
// the manifest.
func TestFlippedBits(t *testing.T) {
	server := startServer(t)
	c := client(t, server)
	for name, seal := range sealers {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, Options{Prefix: name, Timeout: patient, Secret: seal.secret}, server)
			put(t, s, 1, 20, 1, cache.PutOptions{Owner: alice})
			has(t, s, 1, 1)
			chunk, manifest := s.chunkKey(current(t, c, s, 1).id, 0), manifestKey(s, 1)
			for i := range len(getRaw(t, c, chunk)) + len(getRaw(t, c, manifest)) {
				put(t, s, 1, 20, 1, cache.PutOptions{Owner: alice})
				key, at := s.chunkKey(current(t, c, s, 1).id, 0), i
				b := getRaw(t, c, key)
				if at >= len(b) {
					key, at = manifest, i-len(b)
					b = getRaw(t, c, key)
				}
				b[at] ^= 1 << (i % 8)
				setRaw(t, c, key, b)
				lacks(t, s, 1, cache.ErrCorrupt)
			}
			assert.Zero(t, s.Stats().Entries)
			assert.Empty(t, chunkKeys(t, c, s))
		})
	}
}

// Whoever can write to the server can make a value whose checksums are right,
// but not one that a store with a secret takes for its own.
func TestForgedValues(t *testing.T) {
	server := startServer(t)
	c := client(t, server)
	secret := Options{Prefix: "one", Timeout: patient, Secret: []byte("known to the owner")}
	for name, test := range map[string]struct {
		as   []byte
		want string
	}{
		"without a secret":    {nil, "not signed"},
		"with another secret": {[]byte("known to the forger"), "signature of the manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			forger := secret
			forger.Secret = test.as
			put(t, openTest(t, forger, server), 1, 100, 1, cache.PutOptions{})
			s := openTest(t, secret, server)
			assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), test.want)
		})
	}
	t.Run("a chunk with its checksum", func(t *testing.T) {
		s := openTest(t, secret, server)
		put(t, s, 1, 100, 1, cache.PutOptions{})
		put(t, s, 2, 100, 2, cache.PutOptions{})
		setRaw(t, c, s.chunkKey(current(t, c, s, 1).id, 0), getRaw(t, c, s.chunkKey(current(t, c, s, 2).id, 0)))
		assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), "its bytes were altered")
		has(t, s, 2, 2)
	})
	t.Run("read without the secret", func(t *testing.T) {
		put(t, openTest(t, secret, server), 1, 100, 1, cache.PutOptions{})
		without := secret
		without.Secret = nil
		s := openTest(t, without, server)
		_, err := s.Inspect(background, cachetest.Key(1))
		assert.ErrorContains(t, err, "is signed, and this store has no secret")
		lacks(t, s, 1, cache.ErrCorrupt)
	})
}
