package redis

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

// far returns an address behind which is a server, and each answer takes so long
// on its way, like those before it and after it.
func far(t *testing.T, s *server, delay time.Duration) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { carry(client, s.addr, delay) })
		}
	})
	return l.Addr().String()
}

type late struct {
	bytes []byte
	at    time.Time
}

func carry(client net.Conn, addr string, delay time.Duration) {
	defer client.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	go func() { _, _ = io.Copy(server, client); server.Close() }()
	way := make(chan late, 1<<16)
	go func() {
		defer close(way)
		for {
			b := make([]byte, 64<<10)
			n, err := server.Read(b)
			if err != nil {
				return
			}
			way <- late{b[:n], time.Now().Add(delay)}
		}
	}()
	for answer := range way {
		time.Sleep(time.Until(answer.at))
		if _, err := client.Write(answer.bytes); err != nil {
			server.Close()
		}
	}
}

// Of a server that is far away many values come in a few round trips, and not in
// two for each.
func TestManyTakeFewRoundTrips(t *testing.T) {
	const n, delay = 64, 50 * time.Millisecond
	near := startServer(t)
	o := Options{Timeout: patient}
	o.Connect = rueidis.ClientOption{InitAddress: []string{far(t, near, delay)}, DisableCache: true}
	s := openTest(t, o)
	items, keys := make([]cache.Item, n), make([]cache.Key, n)
	for i := range items {
		keys[i] = cachetest.Key(i)
		items[i] = cache.Item{Key: keys[i], Frame: ints(10, int64(i))}
		defer items[i].Frame.Release()
	}
	took := func(work func()) time.Duration {
		start := time.Now()
		work()
		return time.Since(start)
	}
	one := took(func() { require.NoError(t, s.Put(background, keys[0], items[0].Frame, cache.PutOptions{})) })
	assert.GreaterOrEqual(t, one, 3*delay, "else nothing is shown below")

	put := took(func() { require.NoError(t, errors.Join(cache.PutMany(background, s, items)...)) })
	assert.Less(t, put, n*3*delay/4, "one after the other they take %v at least", n*3*delay)
	reader := openTest(t, Options{Prefix: s.o.Prefix, Timeout: patient, Connect: o.Connect})
	get := took(func() {
		all := cache.GetMany(background, reader, keys)
		defer all.Release()
		require.NoError(t, all.Err())
		for i, r := range all {
			assert.True(t, cachetest.IsInts(r.Frame, int64(i)))
		}
	})
	assert.Less(t, get, n*2*delay/4, "one after the other they take %v at least", n*2*delay)
	t.Logf("put one %v, %d %v; get %d %v", one, n, put, n, get)
}

// One key that is lost is the miss of that key alone.
func TestManyOfWhichOneIsLost(t *testing.T) {
	nodes := startCluster(t)
	s := openTest(t, Options{Timeout: patient}, nodes...)
	const n = 50
	keys := make([]cache.Key, n)
	for i := range keys {
		keys[i] = cachetest.Key(i)
		f := ints(1000, int64(i))
		require.NoError(t, s.Put(background, keys[i], f, cache.PutOptions{}))
		f.Release()
	}
	all := cache.GetMany(background, s, keys)
	require.NoError(t, all.Err())
	all.Release()
	r, err := s.run(background, acquire, keys[7].String(), "somebody", "1", "")
	require.NoError(t, err)
	require.NoError(t, s.unlink(background, garbage{r.detail[:idBytes], 1}))

	other := openTest(t, Options{Prefix: s.o.Prefix, Timeout: patient}, nodes...)
	part := cache.GetMany(background, other, keys)
	defer part.Release()
	for i, r := range part {
		if i == 7 {
			assert.ErrorIs(t, r.Err, cache.ErrCorrupt)
			continue
		}
		require.NoError(t, r.Err)
		assert.True(t, cachetest.IsInts(r.Frame, int64(i)))
	}
}
