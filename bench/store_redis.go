package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/redis/rueidis"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/engines/redis"
	"github.com/pointillist-go/pointillist/frame"
)

// redisRows take a frame of a gigabyte to a redis-server and back, whole and a
// column of it.
func (b *bench) redisRows(*peer) ([]row, error) {
	address, stop, err := startRedis(b.folder)
	if err != nil {
		return nil, err
	}
	defer stop()
	s, err := redis.Open(redis.Options{
		Connect:  rueidis.ClientOption{InitAddress: []string{address}},
		MaxBytes: 3 << 30, Timeout: time.Minute,
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }() // the server goes
	const columns, rows = 8, 1 << 30 / 8 / 8
	f, err := gigabyte(columns, rows)
	if err != nil {
		return nil, err
	}
	defer f.Release()
	key := cache.NewKey("bench", 1).Key()
	f.Version() // not what is measured
	put := func() error { return s.Put(background, key, f, cache.PutOptions{}) }
	get := func(columns ...string) func() error {
		return func() error {
			got, info, err := s.GetColumns(background, key, columns...)
			if err != nil {
				return err
			}
			defer got.Release()
			if info.Bytes < 8*rows || got.Rows() != rows {
				return fmt.Errorf("%d rows came back", got.Rows())
			}
			return nil
		}
	}
	least, err := interleaved(1, timed("put", put), timed("get", get(f.Names()...)), timed("get a column", get("c3")))
	if err != nil {
		return nil, err
	}
	var out []row
	for i, what := range []string{"put 1 GB into Redis, in chunks of 4 MB", "get 1 GB from Redis", "get one column of eight of it"} {
		out = append(out, row{What: what, Value: ms(least[i]), Unit: "ms"})
	}
	return out, nil
}

// gigabyte returns columns of different values.
func gigabyte(columns, rows int) (*frame.Frame, error) {
	series := make([]frame.Series, columns)
	for c := range series {
		values := make([]float64, rows)
		for i := range values {
			values[i] = float64(c*rows + i)
		}
		series[c] = frame.Slice("c"+strconv.Itoa(c), values)
	}
	return frame.FromSlices(series...)
}

// startRedis starts a redis-server that keeps nothing on disk.
func startRedis(folder string) (address string, stop func(), err error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address = free.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	if err := free.Close(); err != nil {
		return "", nil, err
	}
	dir := filepath.Join(folder, "redis")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", nil, err
	}
	server := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir, "--logfile", "log")
	if err := server.Start(); err != nil {
		return "", nil, fmt.Errorf("the store's section starts a server of its own: apt-get install redis-server: %w", err)
	}
	stop = func() { _ = server.Process.Kill(); _ = server.Wait() }
	for range 200 {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return address, stop, conn.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("the redis-server on %s does not answer", address)
}
