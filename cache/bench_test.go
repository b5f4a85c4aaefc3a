package cache_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// A figure of 1.8 MB, as the seed's callback sends it.
const figureBytes = 1_800_000

// A hit is written to a socket, whose other end reads it; the ceiling is one
// write of the same bytes.
func BenchmarkMemoHit(b *testing.B) {
	m := newMemo(b, 64, 64)
	p := content(1, figureBytes)
	require.True(b, keep(b, m, keyOf(1), p))
	write := map[string]func(io.Writer) error{
		"memo": func(w io.Writer) error {
			body, _ := m.Get(keyOf(1))
			defer body.Release()
			_, err := body.WriteTo(w)
			return err
		},
		"ceiling": func(w io.Writer) error {
			_, err := w.Write(p)
			return err
		},
	}
	for _, name := range []string{"memo", "ceiling"} {
		b.Run(name, func(b *testing.B) {
			w := loopback(b)
			b.SetBytes(figureBytes)
			for b.Loop() {
				if err := write[name](w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func loopback(b *testing.B) net.Conn {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	require.NoError(b, err)
	server, err := l.Accept()
	require.NoError(b, err)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		buf := make([]byte, 256<<10)
		for {
			if _, err := client.Read(buf); err != nil {
				return
			}
		}
	}()
	b.Cleanup(func() {
		_ = server.Close()
		<-drained
		_ = client.Close()
	})
	return server
}

// Writing a draft is copying into pages that were used before; the ceiling is
// a copy to one buffer.
func BenchmarkMemoWrite(b *testing.B) {
	p := content(1, figureBytes)
	for _, step := range []int{4 << 10, 64 << 10, figureBytes} {
		b.Run(fmt.Sprintf("step=%d", step), func(b *testing.B) {
			m := newMemo(b, 40, 40)
			i := 0
			b.SetBytes(figureBytes)
			b.ReportAllocs()
			for b.Loop() {
				i++
				_, d, _ := m.Acquire(context.Background(), keyOf(i))
				for rest := p; len(rest) > 0; rest = rest[min(step, len(rest)):] {
					_, _ = d.Write(rest[:min(step, len(rest))])
				}
				d.Commit()
			}
		})
	}
	b.Run("ceiling", func(b *testing.B) {
		dst := make([]byte, figureBytes)
		b.SetBytes(figureBytes)
		for b.Loop() {
			copy(dst, p)
		}
	})
}
